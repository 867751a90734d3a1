//! The progress: percentage, progress bar, time left, and the counts by status, which filter the table.

use super::deferred;
use super::icon::{Action, action_icon, status_icon};
use super::markup::{Tag, bar_part, button, fragment, tag};
use super::message::WidgetMessage;
use super::view_state::{LoadState, ViewState};
use crate::effect::notify::Permission;
use crate::i18n::Locale;
use crate::model::StatusBucket;
use crate::view::filter::StatusFilter;
use crate::view::table::ViewOptions;
use crate::view::{format, summary::Summary, tab};

/// Draws the section. In a compact widget the counts are text, since there is no table to filter.
pub(super) fn progress(summary: &Summary, view: &ViewState, is_compact: bool) -> Tag {
    let locale = view.locale;
    let chip = |bucket, count| {
        if is_compact { count_text(bucket, count, locale) } else { chip(view, bucket, count) }
    };
    let percent = summary
        .percent
        .map(|percent| tag("span").class("btw-percent").child(format::percent(percent.into(), locale)));
    let ahead = tag("div")
        .class("btw-ahead")
        .child(deferred::get().and_then(|deferred| (deferred.outlook)(view)))
        .child(await_end(view));
    let figures = tag("div")
        .class("btw-figures")
        .child(percent)
        .child(tag("span").class("btw-counts").child(tab::counts(summary, locale)))
        .child(ahead);
    let buckets = StatusBucket::ALL.into_iter().filter_map(|bucket| {
        let count = summary.counts.get(bucket);
        let is_wanted = bucket != StatusBucket::Other || count > 0 || view.options.filter.contains(bucket);
        is_wanted.then(|| chip(Some(bucket), count))
    });
    let chips = tag("div")
        .class("btw-chips")
        .attr("role", "group")
        .attr("aria-label", if is_compact { locale.counts_label } else { locale.filter_label })
        .child(chip(None, summary.counts.total()))
        .children(buckets);
    tag("section")
        .class("btw-progress")
        .attr("part", "progress")
        .child(figures)
        .child(bar(summary, locale))
        .child(chips)
}

/// Draws the button that turns the notification at the end on or off; `None` if the end cannot be awaited.
fn await_end(view: &ViewState) -> Option<Tag> {
    let locale = view.locale;
    if !view.awaits_end && !view.state.can_await_end() {
        return None;
    }
    let action = if view.awaits_end { Action::Copied } else { Action::Notify };
    let note = |text: &'static str| tag("span").class("btw-await-note").label(text);
    let wrong = match view.permission {
        _ if !view.awaits_end => None,
        // The notification is a deferred part itself.
        _ if view.load_state == LoadState::Failed => Some(locale.part_failed),
        Permission::Granted => None,
        Permission::Denied => Some(locale.no_notifications),
        Permission::Undecided => Some(locale.notifications_undecided),
        Permission::Unsupported => Some(locale.notifications_unsupported),
    };
    let button = button("btw-link btw-await")
        .attr("aria-pressed", view.awaits_end)
        .attr("title", locale.notify_hint)
        .on_click(view.on_press(WidgetMessage::AwaitEndToggled(!view.awaits_end)))
        .child(action_icon(action))
        .child(tag("span").label(locale.notify_on_end));
    Some(fragment().child(button).child(wrong.map(note)))
}

/// Draws a status and its count.
fn count_of(bucket: Option<StatusBucket>, count: u32, locale: Locale) -> Tag {
    fragment()
        .child(bucket.map(status_icon))
        .child(tag("span").label(bucket.map_or(locale.all, |bucket| locale.bucket(bucket))))
        .child(" ")
        .child(tag("span").class("btw-chip-count").child(format::count(count.into(), locale)))
}

/// Returns the class of an element whose icon turns, which says that something runs now.
pub(super) const fn turning(is_turning: bool) -> &'static str {
    if is_turning { " btw-turns" } else { "" }
}

fn name(bucket: Option<StatusBucket>) -> &'static str {
    bucket.map_or("all", StatusBucket::as_str)
}

fn count_text(bucket: Option<StatusBucket>, count: u32, locale: Locale) -> Tag {
    let name = name(bucket);
    tag("span")
        .class(format!("btw-chip btw-chip-still btw-chip-{name}"))
        .key(name)
        .child(count_of(bucket, count, locale))
}

fn chip(view: &ViewState, bucket: Option<StatusBucket>, count: u32) -> Tag {
    let statuses = view.statuses();
    let only = bucket.map_or(StatusFilter::NONE, StatusFilter::from);
    let is_on = bucket.map_or(statuses.is_empty(), |bucket| statuses.contains(bucket));
    // Pressing the only selected filter again removes it.
    let filter = if statuses == only { StatusFilter::NONE } else { only };
    let picked = WidgetMessage::OptionsPicked(ViewOptions { filter, reason: None, ..view.options });
    let name = name(bucket);
    // A running subtask that a batch has left behind does not run.
    let turns =
        bucket == Some(StatusBucket::Running) && count > 0 && view.is_live() && !view.state.has_ended();
    let look = if count == 0 { " btw-chip-zero" } else { turning(turns) };
    button(format!("btw-chip btw-chip-{name}{look}"))
        .key(name)
        .attr("aria-pressed", is_on)
        .on_click(view.on_press(picked))
        .child(count_of(bucket, count, view.locale))
}

fn bar(summary: &Summary, locale: Locale) -> Tag {
    let part = |name, share| part(name, share, summary.bar_total);
    let segments = summary.segments.iter().map(|segment| part(segment.bucket.as_str(), segment.share));
    tag("div")
        .class("btw-bar")
        .attr("role", "progressbar")
        .attr("aria-label", locale.progress)
        .attr("aria-valuemin", "0")
        .attr("aria-valuenow", summary.value_now().map(|value| value.to_string()))
        .attr("aria-valuemax", summary.value_max().map(|value| value.to_string()))
        .attr("aria-valuetext", tab::value_text(summary, locale))
        .children(segments)
        .child(part("rest", summary.rest()))
}

/// Draws a segment of the bar, as wide as its share.
fn part(name: &'static str, share: u64, total: u64) -> Tag {
    bar_part("div", share, total).key(name).class(format!("btw-segment btw-segment-{name}"))
}
