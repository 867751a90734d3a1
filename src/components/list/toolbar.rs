//! The filters above the rows, and the buttons for other pages below them.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::message::ListMessage;
use super::state::{ListState, ShownPage};
use crate::components::icon::status_icon;
use crate::components::markup::{On, Tag, button, tag};
use crate::i18n::{ListMessages, fill};
use crate::list::{ListLocale, ListQuery, ListedStatus, Pages, Statuses, TaskType, TimeRange};
use crate::model::StatusBucket;
use crate::view::{format, outcome};

/// Draws the filters.
pub(super) fn toolbar(view: &ListState) -> Tag {
    let ListLocale { shared, list } = view.locale;
    let chips = tag("div")
        .class("btw-chips")
        .attr("role", "group")
        .attr("aria-label", shared.filter_label)
        .child(chip(view, None))
        .children(ListedStatus::ALL.map(|status| chip(view, Some(status))));
    let picked = |pick: fn(&mut ListQuery, &str)| {
        let (send, query) = (view.send.clone(), view.query.clone());
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                let mut query = query.clone().first_page();
                pick(&mut query, &select.value());
                send.emit(ListMessage::QueryPicked(query));
            }
        })
    };
    let ranges = TimeRange::ALL
        .map(|range| option(range.as_str(), range_name(range, list), range == view.query.range));
    let range = select(list.range_label, ranges)
        .on(On::Input, picked(|query, name| query.range = TimeRange::parse(name).unwrap_or_default()));
    let chosen = view.query.task_type.as_ref();
    let types = view.types.iter().map(|task_type| {
        let name = task_type.as_str().to_owned();
        option(&name, name.clone(), Some(task_type) == chosen)
    });
    let types = std::iter::once(option("", list.any_type, chosen.is_none())).chain(types);
    let task_type = select(shared.task_type, types)
        .on(On::Input, picked(|query, name| query.task_type = TaskType::parse(name)));
    tag("div")
        .class("btw-list-filters")
        .attr("part", "toolbar")
        .child(chips)
        .child(labelled(list.range_label, range))
        .child(labelled(shared.task_type, task_type))
}

fn chip(view: &ListState, status: Option<ListedStatus>) -> Tag {
    let (statuses, shared) = (view.query.statuses, view.locale.shared);
    let picked = status.map_or_else(Statuses::default, |status| statuses.toggled(status));
    let query = ListQuery { statuses: picked, ..view.query.clone() }.first_page();
    let bucket = status.map(|status| outcome::tone_of(&status.status(), StatusBucket::Succeeded));
    let key = status.map_or("all", ListedStatus::as_str);
    let is_on = status.map_or(statuses.is_empty(), |status| statuses.contains(status));
    let name = match status {
        None => shared.all,
        Some(ListedStatus::Dispatching) => shared.dispatching,
        Some(ListedStatus::Running) => shared.running,
        Some(ListedStatus::Completed) => shared.completed,
        Some(ListedStatus::Failed) => shared.failed,
    };
    button(format!("btw-chip btw-chip-{}", bucket.map_or("all", StatusBucket::as_str)))
        .key(key)
        .attr("aria-pressed", is_on)
        .on_click(view.on_pick(query))
        .child(bucket.map(status_icon))
        .child(tag("span").label(name))
}

fn labelled(label: &'static str, control: Tag) -> Tag {
    tag("label").class("btw-list-choice").child(tag("span").label(label)).child(control)
}

fn select(name: &'static str, options: impl IntoIterator<Item = Tag>) -> Tag {
    tag("select").key(name).class("btw-list-select").children(options)
}

fn option(value: &str, name: impl Into<AttrValue>, is_selected: bool) -> Tag {
    tag("option").key(value).attr("value", value.to_owned()).selected(is_selected).child(name.into())
}

fn range_name(range: TimeRange, list: &ListMessages) -> &'static str {
    match range {
        TimeRange::Day => list.last_day,
        TimeRange::Week => list.last_week,
        TimeRange::Month => list.last_month,
        TimeRange::All => list.any_time,
    }
}

/// Draws where the page is among the others, with buttons for its neighbours. `None` if there is only this page, and it is empty.
pub(super) fn pages(view: &ListState, shown: &ShownPage) -> Option<Tag> {
    let ListLocale { shared, list } = view.locale;
    let pages = Pages::of(&shown.page, &shown.query);
    if pages.first.is_none() && !pages.has_previous {
        return None;
    }
    let number = |count: u64| format::count(i64::try_from(count).unwrap_or(i64::MAX), shared);
    let total =
        pages.total_count.map_or_else(|| shared.absent.to_owned(), |total| format::count(total, shared));
    let rows = pages.first.map(|first| {
        let values = [("first", &*number(first)), ("last", &number(pages.last)), ("count", &total)];
        tag("span").class("btw-list-range").child(fill(list.rows_of, &values))
    });
    let place = pages.count.map(|count| {
        let values = [("page", &*number(pages.number.into())), ("pages", &number(count.into()))];
        tag("span").class("btw-list-page").child(fill(list.page_of, &values))
    });
    // Behind the last page, the page before it may be empty as well.
    let before = pages.count.filter(|count| *count < pages.number).unwrap_or(pages.number.saturating_sub(1));
    let step = |key: &'static str, name: &'static str, is_possible: bool, number: u32| {
        // A disabled button would lose the focus.
        let button = button("btw-button").key(key).attr("aria-disabled", (!is_possible).then_some("true"));
        let query = view.query.with_page(number);
        if is_possible { button.on_click(view.on_pick(query)) } else { button }.label(name)
    };
    Some(
        tag("nav")
            .class("btw-list-pages")
            .attr("aria-label", list.pages)
            .child(rows)
            .child(step("previous", list.previous, pages.has_previous, before))
            .child(place)
            .child(step("next", list.next, pages.has_next, pages.number.saturating_add(1))),
    )
}
