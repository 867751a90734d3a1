//! Above the rows: search, how many are shown, which columns, files, and the way back from a group.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::export::{export, menu};
use super::extras::{Presence, extras, placeholder};
use super::markup::{On, Tag, button, fragment, tag};
use super::shown::Shown;
use super::widget::WidgetMessage;
use crate::effect::layout;
use crate::i18n::{Words, fill};
use crate::model::BatchTask;
use crate::view::format;
use crate::view::table::{Column, View, ViewOptions};

/// The toolbar of a task's table.
pub(super) fn toolbar(shown: &Shown, task: &BatchTask) -> Tag {
    // Both menus close as menus do: at Escape, and once the focus goes elsewhere.
    let keyed = Callback::from(|event: Event| {
        if event.unchecked_ref::<KeyboardEvent>().key() == "Escape"
            && let Some(element) = event.target_dyn_into()
        {
            layout::fold(&element);
        }
    });
    let left = Callback::from(|event: Event| {
        if let Some(left) = event.target_dyn_into() {
            layout::fold_behind(&left);
        }
    });
    let menus = tag("div")
        .class("btw-menus")
        .on(On::KeyDown, keyed)
        .on(On::FocusOut, left)
        .child((shown.options.view == View::Subtasks).then(|| columns(shown)))
        .child(export(shown, task.sub_tasks.len()));
    let toolbar = tag("div")
        .class("btw-toolbar")
        .attr("part", "toolbar")
        .child(search(shown))
        .child(tag("span").class("btw-listed").child(listed(shown, task)))
        .child(menus);
    // In the timeline's place it stands anyway.
    let lacks_extras =
        shown.options.view == View::Subtasks && shown.takes_extras() && shown.extras == Presence::Failed;
    fragment()
        .child(toolbar)
        .child(lacks_extras.then(|| placeholder(shown.extras, &shown.send, shown.words)))
        .child(group_note(shown))
}

fn search(shown: &Shown) -> Tag {
    let label = shown.words.search_label;
    let send = shown.send.clone();
    let typed = Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        send.emit(WidgetMessage::Typed(input.value().into()));
    });
    tag("input")
        .class("btw-input btw-search")
        .attr("type", "search")
        .attr("aria-label", label)
        .attr("placeholder", label)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .value(&shown.query)
        .on(On::Input, typed)
}

/// "9 of 240", where not all rows are shown; "1 of 10 subtasks listed", where the API gives not all; how far the first
/// answer is, while it comes.
fn listed(shown: &Shown, task: &BatchTask) -> String {
    let words = shown.words;
    let count = |count: usize| format::count(i64::try_from(count).unwrap_or(i64::MAX), words);
    let total = task.total_count.map(|total| format::count(total, words));
    let (rows, all) = (shown.rows.len(), task.sub_tasks.len());
    match (&shown.summary, &shown.state.arriving) {
        (None, Some(arriving)) => {
            let rows = count(arriving.rows);
            match total {
                Some(total) => fill(words.loading_rows, &[("rows", &rows), ("total", &total)]),
                None => fill(words.loading_rows_of_unknown, &[("rows", &rows)]),
            }
        }
        _ if rows < all => fill(words.shown_of, &[("count", &count(rows)), ("total", &count(all))]),
        (Some(summary), _) if summary.lists_part() => {
            let total = total.as_deref().unwrap_or(words.absent);
            fill(
                words.of_count(task.total_count.unwrap_or(0), words.listed_one, words.listed),
                &[("listed", &count(all)), ("total", total)],
            )
        }
        _ => String::new(),
    }
}

fn columns(shown: &Shown) -> Tag {
    let words = shown.words;
    let choices = match extras() {
        Some(extras) => (extras.columns)(shown),
        None => placeholder(shown.extras, &shown.send, words),
    };
    let items = tag("div")
        .class("btw-menu-items")
        .attr("role", "group")
        .attr("aria-label", words.columns)
        .attr("tabindex", "-1");
    menu("columns", words.columns, items.child(choices))
}

/// What the menu holds: each column, to be chosen or not.
pub(super) fn choices(shown: &Shown) -> Tag {
    fragment().children(Column::ALL.into_iter().map(|column| column_choice(shown, column)))
}

fn column_choice(shown: &Shown, column: Column) -> Tag {
    let columns = shown.options.columns;
    // The id is the row's name, and where it is opened.
    let is_fixed = column == Column::TaskId;
    let picked = ViewOptions { columns: columns.toggled(column), ..shown.options };
    let input = tag("input")
        .attr("type", "checkbox")
        .attr("disabled", is_fixed.then_some("disabled"))
        .checked(is_fixed || columns.contains(column))
        .on_click(shown.press(WidgetMessage::Picked(picked)));
    tag("label").class("btw-menu-item").key(column.as_str()).child(input).child(label(column, shown.words))
}

/// What a column is called.
pub(super) fn label(column: Column, words: Words) -> &'static str {
    match column {
        Column::TaskId => words.task_id,
        Column::Status => words.status,
        Column::InstanceId => words.instance,
        Column::TaskBegin => words.begin,
        Column::TaskEnd => words.end,
        Column::Duration => words.duration,
        Column::ErrorMsg => words.error,
    }
}

/// Which group the table is filtered to, with the way back.
fn group_note(shown: &Shown) -> Option<Tag> {
    let words = shown.words;
    let (id, grouped) = shown.options.group.zip(shown.grouped.as_ref())?;
    let label = grouped.failures.group(id).map(|group| group.label(&grouped.task.sub_tasks, words));
    let reason = fill(words.only_group, &[("reason", &label.unwrap_or_default())]);
    let all = ViewOptions { filter: None, group: None, ..shown.options };
    let back = button("btw-link").on_click(shown.press(WidgetMessage::Picked(all))).child(words.show_all);
    let reason = tag("span").class("btw-group-label").child(reason);
    Some(tag("p").class("btw-group-note").child(reason).child(back))
}
