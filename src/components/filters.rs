//! Filters of the rows besides the chips of the statuses: the filter menu, chips that remove a filter, and the offers to remove
//! filters where no row matches. Deferred.

use yew::prelude::*;

use super::icon::{Action, action_icon, status_icon};
use super::markup::{Tag, button, fragment, tag};
use super::message::{WidgetMessage, on_press};
use super::rows::state::SubTaskRowsProps;
use super::rows::table::nothing;
use super::view_state::ViewState;
use crate::i18n::{Locale, fill, joined};
use crate::model::StatusBucket;
use crate::view::filter::LongerThan;
use crate::view::format;
use crate::view::row_set::RowSet;
use crate::view::table::ViewOptions;

/// The durations that the menu offers.
const DURATIONS: [LongerThan; 3] = [LongerThan::minutes(1), LongerThan::minutes(10), LongerThan::minutes(60)];

/// Draws the chips of the reason and the duration that the rows are filtered by.
pub(super) fn chips(view: &ViewState) -> Tag {
    let options = view.options;
    let longer_than = options.longer_than.map(|longer_than| {
        let others = ViewOptions { longer_than: None, ..options };
        chip(view, "longer-than", duration_name(longer_than, view.locale), others)
    });
    fragment().child(reason(view)).child(longer_than)
}

/// Draws the reason that the rows are filtered by. A link can name one that the batch does not have, or not yet.
fn reason(view: &ViewState) -> Option<Tag> {
    let (locale, grouped) = (view.locale, view.grouped.as_ref()?);
    view.options.reason?;
    let name = match view.group() {
        Some(group) => group.label(&grouped.task.sub_tasks, locale),
        None => locale.reason_unknown.to_owned(),
    };
    // The rows stay filtered by status, as the pressed chip shows.
    let others = ViewOptions { filter: view.statuses(), reason: None, ..view.options };
    Some(chip(view, "reason", name, others))
}

/// Draws a chip named `name` that picks the options `others` when its button is pressed.
fn chip(view: &ViewState, key: &'static str, name: String, others: ViewOptions) -> Tag {
    let remove = button("btw-open")
        .attr("aria-label", fill(view.locale.remove_filter, &[("filter", &name)]))
        .on_click(view.on_press(WidgetMessage::OptionsPicked(others)))
        .child(action_icon(Action::Remove));
    tag("span")
        .key(key)
        .class("btw-filter")
        .child(tag("span").class("btw-group-label").attr("title", name.clone()).child(name))
        .child(remove)
}

/// Draws the entries of the filter menu: each status and duration can be added or removed.
pub(super) fn choices(view: &ViewState) -> Tag {
    let (options, locale) = (view.options, view.locale);
    let statuses = StatusBucket::ALL.into_iter().map(|bucket| {
        let filter = view.statuses().toggled(bucket);
        // Without its statuses, the reason would select no rows.
        let has_rows = view.group().is_some_and(|group| filter.contains(group.bucket()));
        let reason = options.reason.filter(|_| has_rows);
        let picked = ViewOptions { filter, reason, ..options };
        let name = fragment().child(status_icon(bucket)).child(tag("span").label(locale.bucket(bucket)));
        choice(view, bucket.as_str(), view.statuses().contains(bucket), picked).child(name)
    });
    let other = options.longer_than.filter(|other| !DURATIONS.contains(other));
    let durations = DURATIONS.into_iter().chain(other).map(|longer_than| {
        let is_on = options.longer_than == Some(longer_than);
        let picked = ViewOptions { longer_than: (!is_on).then_some(longer_than), ..options };
        let name = tag("span").label(duration_name(longer_than, locale));
        choice(view, "", is_on, picked).key(&longer_than.to_string()).child(name)
    });
    fragment()
        .children(statuses)
        .child(tag("div").key("durations").class("btw-menu-line").attr("role", "separator"))
        .children(durations)
}

fn choice(view: &ViewState, key: &'static str, is_on: bool, picked: ViewOptions) -> Tag {
    let input = tag("input")
        .attr("type", "checkbox")
        .checked(is_on)
        .on_click(view.on_press(WidgetMessage::OptionsPicked(picked)));
    tag("label").class("btw-menu-item").key(key).child(input)
}

fn duration_name(longer_than: LongerThan, locale: Locale) -> String {
    let seconds = longer_than.ms() / 1_000;
    let (template, unit) = match seconds {
        _ if seconds.is_multiple_of(3_600) => (locale.hours, ("hours", seconds / 3_600)),
        _ if seconds.is_multiple_of(60) => (locale.minutes, ("minutes", seconds / 60)),
        _ => (locale.seconds, ("seconds", seconds)),
    };
    fill(locale.longer_than, &[("time", &format::fill_counts(template, &[unit], locale))])
}

/// Returns which IDs the search has found, if the query is a list of IDs.
pub(super) fn search_result(view: &ViewState) -> Option<String> {
    let ids = view.hits.ids().filter(|_| view.hits.is_for(&view.query))?;
    Some(ids.text(view.locale))
}

/// Draws why no row of a task is shown, and buttons that remove the search or the filters.
pub(super) fn none_match(props: &SubTaskRowsProps) -> Tag {
    let (options, locale) = (props.options, props.locale);
    let query = props.query.trim();
    let show_all = |name: String| {
        let picked = on_press(&props.send, WidgetMessage::OptionsPicked(options.unfiltered()));
        button("btw-button").on_click(picked).label(name)
    };
    if query.is_empty() {
        let sentence = match options.reason {
            Some(_) => locale.reason_unknown.to_owned(),
            None => fill(locale.none_of_filter, &[("filter", &filter_name(options, locale))]),
        };
        return nothing(sentence).child(show_all(locale.show_all.to_owned()));
    }
    let outside = props.hits.rows().filter(|_| options.is_filtered()).map_or(0, RowSet::len);
    let sentence = if outside > 0 { locale.none_found_in_filter } else { locale.none_found };
    let cleared = on_press(&props.send, WidgetMessage::QueryTyped(AttrValue::default()));
    let others = (outside > 0).then(|| {
        show_all(format::plural_count(outside, locale.matches_outside_one, locale.matches_outside, locale))
    });
    nothing(fill(sentence, &[("query", &format::truncated(query))]))
        .child(others)
        .child(button("btw-button").on_click(cleared).label(locale.clear_search))
}

/// Returns the names of the filters.
fn filter_name(options: ViewOptions, locale: Locale) -> String {
    let statuses = StatusBucket::ALL.into_iter().filter(|bucket| options.statuses(None).contains(*bucket));
    let mut names: Vec<String> = statuses.map(|bucket| locale.bucket(bucket).to_owned()).collect();
    names.extend(options.longer_than.map(|longer_than| duration_name(longer_than, locale)));
    joined(&names, locale.list)
}
