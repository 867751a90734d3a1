//! The rows as a native table. Only the rows in the viewport and a few around them are in the document.

use yew::prelude::*;

use super::row::{RowRenderer, column_class};
use super::state::{RowsMessage, RowsState, SubTaskRowsProps, Viewport};
use crate::components::deferred::{self, placeholder};
use crate::components::labels::column_name;
use crate::components::markup::{Content, On, Tag, button, fragment, tag};
use crate::components::message::{WidgetMessage, on_press};
use crate::i18n::{Locale, fill};
use crate::model::BatchStatus;
use crate::view::columns::{Column, Columns};
use crate::view::format;
use crate::view::slots::row_keys;
use crate::view::table::{Direction, Sort, ViewOptions};
use crate::view::window::{DETAIL_PX, ROW_PX, row_index};

/// Draws the rows in the window, and spacers in place of the others.
pub(super) fn table(state: &RowsState, props: &SubTaskRowsProps, send: &Callback<RowsMessage>) -> Tag {
    let (rows, viewport, locale) = (&*props.rows, state.viewport, props.locale);
    let zone = format::zone(props.task.task_begin.timestamp(), props.task.task_end.timestamp(), locale);
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let open = state.open_position(rows);
    let window = state.window(props, open);
    let columns = columns(viewport, props.options.columns);
    let drawn = rows.get(window.first as usize..window.end as usize).unwrap_or_default();
    let detail_px = if open.is_some() { DETAIL_PX } else { 0 };
    // The border of the last row belongs to the footer.
    let height_px = window.reachable * viewport.row_px() + ROW_PX + detail_px - 1;
    let class = if viewport.is_narrow() { "btw-table btw-table-narrow" } else { "btw-table" };
    let headings = columns.iter().map(|&column| heading(props, column));
    let table = tag("table")
        .class(class)
        .attr("part", "table")
        .attr("aria-rowcount", (rows.len() + 1 + usize::from(open.is_some())).to_string())
        .child(
            tag("caption")
                .class("btw-hidden")
                .child(fill(locale.table_caption, &[("name", &props.name), ("zone", &zone)])),
        )
        .child(tag("thead").child(tag("tr").attr("aria-rowindex", "1").children(headings)))
        .child(spacer("before", window.before_px))
        .child(tag("tbody").key("rows").children(drawn_rows(
            state,
            props,
            send,
            drawn,
            window.first,
            open,
            &columns,
        )))
        .child(spacer("after", window.after_px));
    let scroller = tag("div")
        .node_ref(&state.scroller)
        .class("btw-table-scroll")
        .style(&viewport.box_style())
        .attr("role", "region")
        .attr("tabindex", "0")
        .attr("aria-label", locale.scroll_label)
        .on(On::Scroll, send.reform(|_| RowsMessage::Scrolled))
        .child(tag("div").style(&format!("min-height:{height_px}px")).child(table));
    let is_capped = window.reachable < count;
    fragment()
        .child(scroller)
        .child(is_capped.then(|| capped_note(window.reachable.into(), count.into(), locale)))
}

/// Draws the rows `drawn`, the first of which is at position `first`, and the details of the expanded one, which is at `open`.
fn drawn_rows(
    state: &RowsState,
    props: &SubTaskRowsProps,
    send: &Callback<RowsMessage>,
    drawn: &[u32],
    first: u32,
    open: Option<u32>,
    columns: &[Column],
) -> Vec<Tag> {
    let detail_id = format!("btw-detail-{}", state.number);
    let rows = RowRenderer {
        locale: props.locale,
        columns,
        is_narrow: state.viewport.is_narrow(),
        batch_begin: props.task.task_begin.timestamp(),
        instance_url: props.instance_url.as_deref(),
        open: state.open.as_ref().map(|(row, _)| *row),
        open_position: open,
        detail_id: &detail_id,
        changed: &state.changed,
        send,
    };
    let mut nodes = Vec::with_capacity(drawn.len() + 1);
    let slots = state.slots.borrow_mut().assign(row_keys(&props.task.sub_tasks, drawn));
    for ((&row, slot), position) in drawn.iter().zip(slots).zip(first..) {
        let Some(sub_task) = props.task.sub_tasks.get(row as usize) else { continue };
        nodes.push(rows.row(&sub_task, row, slot, position));
        if rows.open == Some(row) {
            let content = match deferred::get() {
                Some(deferred) => (deferred.detail)(props, &sub_task, row),
                None => placeholder(props.load_state, &props.send, props.locale),
            };
            let index = row_index(position, open) + 1;
            nodes.push(
                detail_row(content, columns.len())
                    .attr("id", detail_id.clone())
                    .attr("aria-rowindex", index.to_string()),
            );
        }
    }
    nodes
}

/// Draws a row with this content across all `columns`.
fn detail_row(content: Tag, columns: usize) -> Tag {
    let detail = tag("div").class("btw-detail").child(content);
    let cell = tag("td").attr("colspan", columns.to_string()).child(detail);
    tag("tr").key("detail").class("btw-row-detail").child(cell)
}

/// Draws a note that not all rows can be reached by scrolling.
pub(super) fn capped_note(count: i64, total: i64, locale: Locale) -> Tag {
    let values = [("count", &*format::count(count, locale)), ("total", &format::count(total, locale))];
    tag("p").class("btw-table-note").child(fill(locale.capped, &values))
}

/// Draws an empty row group in place of rows that are not drawn.
fn spacer(key: &'static str, height_px: u32) -> Tag {
    let style = format!("height:{height_px}px");
    tag("tbody").key(key).class("btw-spacer").attr("aria-hidden", "true").style(&style)
}

/// Returns the columns to draw. A narrow table has room for three, with the error below them.
fn columns(viewport: Viewport, chosen: Columns) -> Vec<Column> {
    let fits = |column: &Column| {
        !viewport.is_narrow() || matches!(column, Column::TaskId | Column::Status | Column::Duration)
    };
    // The ID column cannot be hidden: it names the row, and holds the button for its details.
    Column::ALL
        .into_iter()
        .filter(|&column| column == Column::TaskId || chosen.contains(column))
        .filter(fits)
        .collect()
}

fn heading(props: &SubTaskRowsProps, column: Column) -> Tag {
    let options = props.options;
    let direction = options.sort.filter(|sort| sort.column == column).map(|sort| sort.direction);
    let (aria_sort, arrow) = match direction {
        Some(Direction::Ascending) => (Some("ascending"), "↑"),
        Some(Direction::Descending) => (Some("descending"), "↓"),
        None => (None, ""),
    };
    let picked = ViewOptions { sort: Sort::pressed(options.sort, column), ..options };
    let button = button("btw-sort")
        .on_click(on_press(&props.send, WidgetMessage::OptionsPicked(picked)))
        .child(tag("span").label(column_name(column, props.locale)))
        .child(tag("span").class("btw-arrow").attr("aria-hidden", "true").child(arrow));
    tag("th")
        .attr("scope", "col")
        .class(column_class(column))
        .attr("aria-sort", aria_sort)
        .key(column.as_str())
        .child(button)
}

/// Draws a sentence in place of an empty table, with a button that removes the filter.
pub(super) fn empty(props: &SubTaskRowsProps) -> Tag {
    let (options, locale) = (props.options, props.locale);
    let has_rows = !props.task.sub_tasks.is_empty();
    match options.statuses() {
        Some(bucket) if has_rows => {
            let all = WidgetMessage::OptionsPicked(ViewOptions { filter: None, reason: None, ..options });
            let sentence = fill(locale.none_of_filter, &[("filter", locale.bucket(bucket))]);
            nothing(if options.reason.is_some() { locale.reason_unknown.to_owned() } else { sentence })
                .child(button("btw-button").on_click(on_press(&props.send, all)).label(locale.show_all))
        }
        _ if has_rows && !props.query.trim().is_empty() => {
            nothing(fill(locale.none_found, &[("query", &format::truncated(props.query.trim()))]))
        }
        _ => nothing(match props.task.total_count {
            _ if props.task.status == BatchStatus::Dispatching => locale.no_subtasks_dispatching,
            Some(1..) => locale.none_listed,
            _ => locale.no_subtasks,
        }),
    }
}

/// Draws a sentence in place of the rows.
pub(super) fn nothing(sentence: impl Content) -> Tag {
    tag("div").class("btw-empty").child(tag("p").child(sentence))
}
