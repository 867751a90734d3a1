//! The badge with the batch's status, as icon and text.

use super::icon::status_icon;
use super::markup::{Tag, tag};
use super::progress::turning;
use crate::i18n::Locale;
use crate::model::{BatchStatus, BatchTask, StatusBucket};
use crate::view::{format, outcome};

/// Draws the badge. Its tooltip is the API's value. The icon of a running batch turns if the data `is_live`.
pub(super) fn badge(task: &BatchTask, is_live: bool, locale: Locale) -> Tag {
    let bucket = outcome::tone(task);
    // A text of the API is not translated.
    let text = |kind: &str| tag("span").key(kind).class("btw-badge-text");
    let words = outcome::words(task, locale);
    let turns = turning(is_live && bucket == StatusBucket::Running);
    tag("span")
        .class(format!("btw-badge btw-badge-{}{turns}", bucket.as_str()))
        .attr("part", "badge")
        .attr("title", format::truncated(task.status.as_str()))
        .child(status_icon(bucket))
        .child(match task.status {
            BatchStatus::Other(_) => text("data").child(words),
            _ => text("word").label(words),
        })
}
