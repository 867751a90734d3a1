//! The rows as a native table. Only the rows in the viewport and a few around them are in the document.

use yew::prelude::*;

use super::row::{RowRenderer, column_class};
use super::state::{RowsMessage, RowsState, SubTaskRowsProps};
use crate::components::deferred::{self, placeholder};
use crate::components::labels::column_name;
use crate::components::markup::{Content, On, Tag, button, fragment, tag};
use crate::components::message::{WidgetMessage, on_press};
#[cfg(feature = "prerender")]
use crate::components::server;
use crate::i18n::{Locale, fill};
use crate::model::{BatchStatus, StatusBucket};
use crate::view::columns::{Column, Columns};
use crate::view::format;
use crate::view::slots::row_keys;
use crate::view::table::{Direction, Sort, ViewOptions};
use crate::view::window::{ROW_PX, STEP_PX, Window, row_index};

/// Draws the rows in the window, and spacers in place of the others.
pub(super) fn table(state: &RowsState, props: &SubTaskRowsProps, send: &Callback<RowsMessage>) -> Tag {
    let (viewport, locale) = (state.viewport, props.locale);
    let zone = format::zone(props.task.task_begin.timestamp(), props.task.task_end.timestamp(), locale);
    let layout = state.layout(props);
    let window = state.window(&layout);
    let drawn = state.shown.get(window.first as usize..window.end as usize).unwrap_or_default();
    #[cfg(feature = "prerender")]
    let measured = {
        let measured = server::measured(drawn, &layout);
        for (locale, rows) in server::drawn_before(props, measured) {
            columns(state, props, locale, &rows);
        }
        measured
    };
    #[cfg(not(feature = "prerender"))]
    let measured = drawn;
    let (columns, widths) = columns(state, props, locale, measured);
    // The border of the last row belongs to the footer.
    let height_px = window.total_px + ROW_PX - 1;
    let headings = columns.iter().map(|column| heading(props, column, widths[column as usize]));
    let on_use = Callback::from({
        let send = send.clone();
        // A key's default action can be prevented only during its event.
        move |event: Event| {
            if let Some(used) = deferred::get().and_then(|deferred| (deferred.read_use)(&event)) {
                send.emit(RowsMessage::Used(used));
            }
        }
    });
    let rows = tag("tbody")
        .key("rows")
        .on(On::PointerDown, on_use.clone())
        .on_click(on_use.clone())
        .on(On::KeyDown, on_use.clone())
        .on(On::FocusIn, on_use)
        .children(drawn_rows(state, props, send, drawn, &window, columns));
    let table = tag("table")
        .node_ref(&state.table)
        .class("btw-table")
        .attr("part", "table")
        .attr("aria-rowcount", (state.shown.len() + 1 + state.placed.len()).to_string())
        .child(
            tag("caption")
                .class("btw-hidden")
                .child(fill(locale.table_caption, &[("name", &props.name), ("zone", &zone)])),
        );
    #[cfg(feature = "prerender")]
    let table = table.child(server::narrow_columns(columns, widths));
    let table = table
        .child(tag("thead").child(tag("tr").attr("aria-rowindex", "1").children(headings)))
        .child(spacer("before", window.before_px))
        .child(rows)
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
    let is_capped = window.reachable < layout.rows;
    fragment()
        .child(scroller)
        .child(is_capped.then(|| capped_note(window.reachable.into(), layout.rows.into(), locale)))
}

/// Draws the rows `drawn` of the window, and the details of the expanded ones.
fn drawn_rows(
    state: &RowsState,
    props: &SubTaskRowsProps,
    send: &Callback<RowsMessage>,
    drawn: &[u32],
    window: &Window,
    columns: Columns,
) -> Vec<Tag> {
    // Without an active row, the first one that is visible throughout this step is the stop of the Tab key.
    let top_px = match state.viewport.scroll_px {
        0 => 0,
        scroll_px => scroll_px.saturating_add(STEP_PX - ROW_PX),
    };
    let top = state.layout(props).fitting(top_px).saturating_sub(window.first);
    let active = state.active.filter(|active| drawn.contains(active)).or(drawn.get(top as usize).copied());
    let rows = RowRenderer {
        locale: props.locale,
        columns,
        has_error_lines: state.layout(props).error_lines.is_some(),
        batch_begin: props.task.task_begin.timestamp(),
        instance_url: props.instance_url.as_deref(),
        state,
        now: props.now,
        props,
        active,
        send,
    };
    let mut nodes = Vec::with_capacity(drawn.len() + 1);
    let slots = state.slots.borrow_mut().assign(row_keys(&props.task.sub_tasks, drawn));
    for ((&row, slot), position) in drawn.iter().zip(slots).zip(window.first..) {
        let Some(sub_task) = props.task.sub_tasks.get(row as usize) else { continue };
        nodes.push(rows.row(&sub_task, row, slot, position));
        if state.is_open(row) {
            let content = match deferred::get() {
                Some(deferred) => (deferred.detail)(props, &sub_task, row, rows.marks(row)),
                None => placeholder(props.load_state, &props.send, props.locale),
            };
            let index = row_index(position, &state.placed) + 1;
            nodes.push(
                detail_row(content, slot, columns.iter().count())
                    .attr("id", state.detail_id(row))
                    .attr("aria-rowindex", index.to_string()),
            );
        }
    }
    nodes
}

/// Draws a row with this content across all `columns`.
fn detail_row(content: Tag, slot: u32, columns: usize) -> Tag {
    let detail = tag("div").class("btw-detail").child(content);
    let cell = tag("td").attr("colspan", columns.to_string()).child(detail);
    tag("tr").key(&format!("detail{slot}")).class("btw-row-detail").child(cell)
}

/// Draws a note that not all rows can be reached by scrolling.
pub(super) fn capped_note(count: i64, total: i64, locale: Locale) -> Tag {
    let values = [("count", &*format::count(count, locale)), ("total", &format::count(total, locale))];
    tag("p").class("btw-table-note").child(fill(locale.capped, &values))
}

/// Draws an empty row group in place of rows that are not drawn.
fn spacer(key: &'static str, height_px: u32) -> Tag {
    tag("tbody").key(key).class("btw-spacer").attr("aria-hidden", "true").height(height_px)
}

/// Returns the columns to draw, with their widths, which depend on the rows `drawn`. A narrow table has no room for all.
fn columns(
    state: &RowsState,
    props: &SubTaskRowsProps,
    locale: Locale,
    drawn: &[u32],
) -> (Columns, [u32; Column::ALL.len()]) {
    let sub_tasks = &props.task.sub_tasks;
    let mut widths = state.widths.borrow_mut();
    for column in Column::ALL {
        widths.extend(column, column_name(column, locale), HEADING_PX);
    }
    for &row in drawn {
        let row = row as usize;
        widths.extend(Column::TaskId, sub_tasks.task_id(row), OPEN_PX);
        widths.extend(Column::InstanceId, sub_tasks.instance_id(row), PADDING_PX);
        if let Some(status) = sub_tasks.status(row) {
            let slow_px = if status.bucket() == StatusBucket::Running && props.median_ms.is_some() {
                SLOW_PX
            } else {
                0
            };
            widths.extend(Column::Status, locale.sub_task_status(status), PADDING_PX + ICON_PX + slow_px);
        }
    }
    for column in [Column::TaskBegin, Column::TaskEnd, Column::Duration] {
        widths.extend(column, "", TIME_PX);
    }
    // The times of rows in between are rarely longer.
    let begin = props.task.task_begin.timestamp();
    for &row in [drawn.first(), drawn.last()].into_iter().flatten() {
        for (column, time) in [
            (Column::TaskBegin, sub_tasks.task_begin(row as usize)),
            (Column::TaskEnd, sub_tasks.task_end(row as usize)),
        ] {
            let text = time.map(|at| format::cell_time(at, begin, locale)).unwrap_or_default();
            widths.extend(column, &text, PADDING_PX);
        }
    }
    // The ID column cannot be hidden: it names the row, and holds the button for its details.
    let chosen = props.options.columns;
    let chosen = if chosen.contains(Column::TaskId) { chosen } else { chosen.toggled(Column::TaskId) };
    widths.fit(chosen, if state.is_printed { u32::MAX } else { state.viewport.width_px })
}

/// The space beside the text in a heading, an ID, a status and any other cell, in CSS px.
const HEADING_PX: u32 = 42;
const OPEN_PX: u32 = 56;
const ICON_PX: u32 = 30;
const SLOW_PX: u32 = 48;
const PADDING_PX: u32 = 18;

/// The least width of a time or a duration, in CSS px.
const TIME_PX: u32 = 96;

fn heading(props: &SubTaskRowsProps, column: Column, width_px: u32) -> Tag {
    let options = props.options;
    let direction = options.sort.filter(|sort| sort.column == column).map(|sort| sort.direction);
    let (aria_sort, arrow) = match direction {
        Some(Direction::Ascending) => (Some("ascending"), "↑"),
        Some(Direction::Descending) => (Some("descending"), "↓"),
        None => (None, "↕"),
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
        .width(width_px)
        .child(button)
}

/// Draws a sentence in place of an empty table.
pub(super) fn empty(props: &SubTaskRowsProps) -> Tag {
    let locale = props.locale;
    if !props.task.sub_tasks.is_empty() {
        return match deferred::get() {
            Some(deferred) => (deferred.none_match)(props),
            None => placeholder(props.load_state, &props.send, locale),
        };
    }
    nothing(match props.task.total_count {
        _ if props.task.status == BatchStatus::Dispatching => locale.no_subtasks_dispatching,
        Some(1..) => locale.none_listed,
        _ => locale.no_subtasks,
    })
}

/// Draws a sentence in place of the rows.
pub(in crate::components) fn nothing(sentence: impl Content) -> Tag {
    tag("div").class("btw-empty").child(tag("p").child(sentence))
}
