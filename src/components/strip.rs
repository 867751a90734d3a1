//! The one line that the standalone page shows at its top while the header is scrolled out of sight: status, percentage, failures
//! and age.

use yew::Html;

use super::badge::badge;
use super::icon::status_icon;
use super::markup::tag;
use crate::i18n::Locale;
use crate::model::StatusBucket;
use crate::poll::{Contact, State};
use crate::view::summary::Summary;
use crate::view::{format, freshness, outcome, tab};

/// Draws the line. Screen readers skip it: it repeats the header.
pub(crate) fn strip(state: &State, now_ms: u64, locale: Locale) -> Html {
    let Some(task) = state.task() else { return Html::default() };
    let summary = Summary::of(task);
    let percent = summary.percent.map(|percent| {
        tag("strong").class("page-strip-percent").child(format::percent(percent.into(), locale))
    });
    let failed = summary.counts.get(StatusBucket::Failed);
    // The badge of a batch that is COMPLETED says it.
    let is_told = failed == 0 || outcome::reservation(task) == Some(StatusBucket::Failed);
    let failures = || {
        let text = format::plural_count(failed, locale.failed_count_one, locale.failed_count, locale);
        tag("span").class("page-strip-failed").child(status_icon(StatusBucket::Failed)).child(text)
    };
    tag("div")
        .class("batch-task-widget page-strip")
        .attr("aria-hidden", "true")
        .child(badge(task, state.contact(now_ms) == Contact::Live, locale))
        .child(percent)
        .child((!is_told).then(failures))
        .child(tag("span").class("page-strip-name").child(tab::name(task, locale)))
        .child(
            tag("span")
                .class("page-strip-age")
                .child(freshness::age(state, now_ms, locale).unwrap_or_default()),
        )
        .html()
}
