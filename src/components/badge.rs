//! The badge with the batch's status, as icon and text.

use super::icon::status_icon;
use super::markup::{Tag, tag};
use crate::i18n::Locale;
use crate::model::{BatchStatus, StatusBucket};
use crate::view::format;

/// Returns the status group whose icon and color the badge has.
fn bucket(status: &BatchStatus) -> StatusBucket {
    match status {
        BatchStatus::Dispatching => StatusBucket::Waiting,
        BatchStatus::Running => StatusBucket::Running,
        BatchStatus::Completed => StatusBucket::Succeeded,
        BatchStatus::Failed => StatusBucket::Failed,
        BatchStatus::Other(_) => StatusBucket::Other,
    }
}

/// Draws the badge. Its tooltip is the API's value.
pub(super) fn badge(status: &BatchStatus, locale: Locale) -> Tag {
    let bucket = bucket(status);
    // A text of the API is not translated.
    let text = |kind: &str| tag("span").key(kind).class("btw-badge-text");
    tag("span")
        .class(format!("btw-badge btw-badge-{}", bucket.as_str()))
        .attr("part", "badge")
        .attr("title", format::truncated(status.as_str()))
        .child(status_icon(bucket))
        .child(match status {
            BatchStatus::Other(_) => text("data").child(format::truncated(locale.batch_status(status))),
            _ => text("word").label(locale.batch_status(status).to_owned()),
        })
}
