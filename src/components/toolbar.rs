//! Above the rows: search, how many are shown, which columns, files, and the way back from a group.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::export::export;
use super::shown::Shown;
use super::widget::WidgetMessage;
use crate::effect::layout;
use crate::i18n::{Words, fill};
use crate::model::BatchTask;
use crate::view::format;
use crate::view::table::{Column, View, ViewOptions};

/// The toolbar of a task's table.
pub(super) fn toolbar(shown: &Shown, task: &BatchTask) -> Html {
    // Both menus close as menus do: at Escape, and once the focus goes elsewhere.
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(element) = event.target_dyn_into()
        {
            layout::fold(&element);
        }
    });
    let onfocusout = Callback::from(|event: FocusEvent| {
        let entered = event.related_target().and_then(|entered| entered.dyn_into().ok());
        if let Some(left) = event.target_dyn_into() {
            layout::fold_behind(&left, entered.as_ref());
        }
    });
    html! {
        <>
            <div class="btw-toolbar" part="toolbar">
                { search(shown) }
                <span class="btw-listed">{ listed(shown, task) }</span>
                <div class="btw-menus" {onkeydown} {onfocusout}>
                    if shown.options.view == View::Subtasks {
                        { columns(shown) }
                    }
                    { export(shown, task.sub_tasks.len()) }
                </div>
            </div>
            { group_note(shown) }
        </>
    }
}

fn search(shown: &Shown) -> Html {
    let label = shown.words.search_label;
    let send = shown.send.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        send.emit(WidgetMessage::Typed(input.value().into()));
    });
    html! {
        <input class="btw-input btw-search" type="search" aria-label={label} placeholder={label}
            autocomplete="off" spellcheck="false" value={shown.query.clone()} {oninput} />
    }
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
                Some(total) => fill(words.arriving, &[("rows", &rows), ("total", &total)]),
                None => fill(words.arriving_of_unknown, &[("rows", &rows)]),
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

/// The choice of columns: a native disclosure, which keyboards and readers know.
fn columns(shown: &Shown) -> Html {
    let words = shown.words;
    html! {
        <details key="columns" class="btw-menu">
            <summary class="btw-button btw-menu-button">{ words.columns }</summary>
            <div class="btw-menu-items" role="group" aria-label={words.columns} tabindex="-1">
                { for Column::ALL.into_iter().map(|column| column_choice(shown, column)) }
            </div>
        </details>
    }
}

fn column_choice(shown: &Shown, column: Column) -> Html {
    let columns = shown.options.columns;
    let is_on = columns.contains(column);
    // The id is the row's name, and where it is opened.
    let is_fixed = column == Column::TaskId;
    let picked = ViewOptions { columns: columns.toggled(column), ..shown.options };
    html! {
        <label class="btw-menu-item" key={column.as_str()}>
            <input type="checkbox" checked={is_on || is_fixed} disabled={is_fixed} onclick={shown.press(WidgetMessage::Picked(picked))} />
            { label(column, shown.words) }
        </label>
    }
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
fn group_note(shown: &Shown) -> Html {
    let words = shown.words;
    let Some((id, grouped)) = shown.options.group.zip(shown.grouped.as_ref()) else { return Html::default() };
    let label = grouped.failures.group(id).map(|group| group.label(&grouped.task.sub_tasks, words));
    let label = label.unwrap_or_default();
    let all = ViewOptions { filter: None, group: None, ..shown.options };
    html! {
        <p class="btw-group-note">
            <span class="btw-group-label">{ fill(words.only_group, &[("reason", &label)]) }</span>
            <button type="button" class="btw-link" onclick={shown.press(WidgetMessage::Picked(all))}>{ words.show_all }</button>
        </p>
    }
}
