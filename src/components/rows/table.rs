//! The rows as a native table, of which only those in sight, and a few around them, are in the document.

use yew::prelude::*;

use super::detail::detail;
use super::row::{Rows, column_class};
use super::{BoxMessage, SubTaskRows, SubTaskRowsProps, Viewport};
use crate::components::shown::press;
use crate::components::toolbar::label;
use crate::components::widget::WidgetMessage;
use crate::effect::layout;
use crate::i18n::fill;
use crate::model::BatchStatus;
use crate::view::columns::Columns;
use crate::view::format;
use crate::view::table::{Column, Direction, Sort, ViewOptions, row_keys};
use crate::view::window::{DETAIL_PX, ROW_PX, Window};

impl SubTaskRows {
    pub(super) fn window(&self, props: &SubTaskRowsProps, open: Option<u32>) -> Window {
        let viewport = self.viewport;
        let count = u32::try_from(props.rows.len()).unwrap_or(u32::MAX);
        Window::with_open(count, viewport.row_px(), viewport.scroll_px, viewport.height_px, open)
    }

    pub(super) fn table(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let (rows, viewport, words) = (&*props.rows, self.viewport, props.words);
        let zone = format::zone(props.task.task_begin.timestamp(), props.task.task_end.timestamp(), words);
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let open = self.open_position(rows);
        let window = self.window(props, open);
        let columns = columns(viewport, props.options.columns);
        let drawn = rows.get(window.first as usize..window.end as usize).unwrap_or_default();
        let detail_px = if open.is_some() { DETAIL_PX } else { 0 };
        let height_px = window.reachable * viewport.row_px() + ROW_PX + detail_px;
        html! {
            <>
                <div ref={self.scroller.clone()} class="btw-table-scroll" role="region" tabindex="0" aria-label={words.scroll_label}
                    onscroll={ctx.link().callback(|_: Event| BoxMessage::Scrolled)}>
                    <div ~style={layout::style(&format!("min-height:{height_px}px"))}>
                    <table class={if viewport.is_narrow() { "btw-table btw-table-narrow" } else { "btw-table" }} part="table"
                        aria-rowcount={(rows.len() + 1).to_string()}>
                        <caption class="btw-hidden">{ fill(words.table_caption, &[("name", &props.name), ("zone", &zone)]) }</caption>
                        <thead>
                            <tr aria-rowindex="1">{ for columns.iter().map(|&column| heading(props, column)) }</tr>
                        </thead>
                        { spacer("before", window.before_px) }
                        <tbody key="rows">{ for self.drawn_rows(ctx, drawn, window.first, &columns) }</tbody>
                        { spacer("after", window.after_px) }
                    </table>
                    </div>
                </div>
                if window.reachable < count {
                    <p class="btw-table-note">{ fill(words.capped, &[
                        ("count", &format::count(window.reachable.into(), words)),
                        ("total", &format::count(count.into(), words)),
                    ]) }</p>
                }
            </>
        }
    }

    /// The rows in sight, `first` being the place of the first of them, and the details of the open one.
    fn drawn_rows(&self, ctx: &Context<Self>, drawn: &[u32], first: u32, columns: &[Column]) -> Vec<Html> {
        let props = ctx.props();
        let rows = Rows {
            words: props.words,
            columns,
            is_narrow: self.viewport.is_narrow(),
            batch_begin: props.task.task_begin.timestamp(),
            instance_url: props.instance_url.as_deref(),
            open: self.open.as_ref().map(|(row, _)| *row),
            changed: &self.changed,
            link: ctx.link(),
        };
        let mut nodes = Vec::with_capacity(drawn.len() + 1);
        let slots = self.slots.borrow_mut().assign(row_keys(&props.task.sub_tasks, drawn));
        for ((&row, slot), position) in drawn.iter().zip(slots).zip(first..) {
            let Some(sub_task) = props.task.sub_tasks.get(row as usize) else { continue };
            nodes.push(rows.row(&sub_task, row, slot, position));
            if rows.open == Some(row) {
                nodes.push(detail(props, &sub_task, row, columns.len()));
            }
        }
        nodes
    }
}

/// The room of the rows that are not drawn.
fn spacer(key: &'static str, height_px: u32) -> Html {
    html! { <tbody {key} class="btw-spacer" aria-hidden="true" ~style={layout::style(&format!("height:{height_px}px"))} /> }
}

/// The columns drawn: a narrow table has room for three, and what went wrong below them.
fn columns(viewport: Viewport, chosen: Columns) -> Vec<Column> {
    let fits = |column: &Column| {
        !viewport.is_narrow() || matches!(column, Column::TaskId | Column::Status | Column::Duration)
    };
    // The id stays: it is the row's name, and where it is opened.
    Column::ALL
        .into_iter()
        .filter(|&column| column == Column::TaskId || chosen.contains(column))
        .filter(fits)
        .collect()
}

fn heading(props: &SubTaskRowsProps, column: Column) -> Html {
    let options = props.options;
    let direction = options.sort.filter(|sort| sort.column == column).map(|sort| sort.direction);
    let (aria_sort, arrow) = match direction {
        Some(Direction::Ascending) => (Some("ascending"), "↑"),
        Some(Direction::Descending) => (Some("descending"), "↓"),
        None => (None, ""),
    };
    let picked = ViewOptions { sort: Sort::pressed(options.sort, column), ..options };
    let onclick = press(&props.send, WidgetMessage::Picked(picked));
    html! {
        <th scope="col" class={column_class(column)} aria-sort={aria_sort} key={column.as_str()}>
            <button type="button" class="btw-sort" {onclick}>
                { label(column, props.words) }
                <span class="btw-arrow" aria-hidden="true">{ arrow }</span>
            </button>
        </th>
    }
}

/// What stands in the table's place when it has no rows, with the way back from a filter.
pub(super) fn empty(props: &SubTaskRowsProps) -> Html {
    let (options, words) = (props.options, props.words);
    let show_all =
        press(&props.send, WidgetMessage::Picked(ViewOptions { filter: None, group: None, ..options }));
    match options.filter {
        Some(bucket) if !props.task.sub_tasks.is_empty() => html! {
            <div class="btw-empty">
                <p>{ fill(words.none_of_filter, &[("filter", words.bucket(bucket))]) }</p>
                <button type="button" class="btw-button" onclick={show_all}>{ words.show_all }</button>
            </div>
        },
        _ if !props.query.trim().is_empty() && !props.task.sub_tasks.is_empty() => html! {
            <div class="btw-empty"><p>{ fill(words.none_found, &[("query", props.query.trim())]) }</p></div>
        },
        _ => {
            let text = match props.task.total_count {
                _ if props.task.status == BatchStatus::Dispatching => words.no_subtasks_dispatching,
                Some(1..) => words.none_listed,
                _ => words.no_subtasks,
            };
            html! { <div class="btw-empty"><p>{ text }</p></div> }
        }
    }
}
