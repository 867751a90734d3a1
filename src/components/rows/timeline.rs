//! The rows as a timeline: a list box of lanes, and the facts about one of them below.
//!
//! `view::timeline` computes the geometry. Statuses differ by icon and shape as well as by color: failed rows are tall
//! blocks, running ones are open at the right end.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::row::{instance, or_absent};
use super::state::{LaneMessage, RowsMessage, RowsState, SubTaskRowsProps};
use super::table::{capped_note, nothing};

use crate::components::icon::status_icon;
use crate::components::markup::{On, Tag, code, fragment, tag};
use crate::effect::layout;
use crate::i18n::{Locale, fill, joined};
use crate::model::{ApiTime, StatusBucket, SubTask};
use crate::timestamp::Timestamp;
use crate::view::format::{self, truncated};
use crate::view::summary::duration_ms;
use crate::view::timeline::{LANE_PX, Lane, MAX_LANES, Shape, Step, Timeline, lane_at, top_px};

/// The space to the left of the icons, as in the table's cells.
const BEGIN_PX: i32 = 24;
const NARROW_BEGIN_PX: i32 = 16;
/// The width of icon and ID to the left of the bars.
const LABEL_PX: i32 = 160;
const NARROW_LABEL_PX: i32 = 118;
/// The space to the right of the bars.
const END_PX: i32 = 24;
/// The height of the axis, which stays visible while scrolling.
const AXIS_PX: i32 = 28;
/// How many characters of an ID are shown. Its end is more distinctive than its start.
const ID_CHARS: usize = 13;
const NARROW_ID_CHARS: usize = 10;

/// Scrolls a lane into view.
pub(super) fn reveal(scroller: &Element, lane: u32) {
    let top_px = AXIS_PX + top_px(lane as usize);
    layout::reveal(scroller, top_px, top_px + LANE_PX, AXIS_PX);
}

/// Applies a viewer's action; returns whether a render is needed.
pub(in crate::components) fn update(
    state: &mut RowsState,
    props: &SubTaskRowsProps,
    message: LaneMessage,
) -> bool {
    let row = match message {
        LaneMessage::Hovered(client_y_px) => {
            let row = row_at(state, props, client_y_px);
            return std::mem::replace(&mut state.hovered, row) != row;
        }
        LaneMessage::Left => return state.hovered.take().is_some(),
        LaneMessage::Pressed(client_y_px) => row_at(state, props, client_y_px),
        LaneMessage::Stepped(step) => {
            let lanes = props.rows.get(..MAX_LANES).unwrap_or(&props.rows);
            let current = state.open_position(lanes).map(|lane| lane as usize);
            state.hovered = None;
            state.reveals_open = true;
            step.from(current, lanes.len()).and_then(|lane| lanes.get(lane)).copied()
        }
    };
    state.open(props, row);
    true
}

/// Returns the row of the lane at this height of the browser window.
fn row_at(state: &RowsState, props: &SubTaskRowsProps, client_y_px: i32) -> Option<u32> {
    let lanes = state.lanes.cast::<Element>()?;
    let lane = lane_at(layout::below_top_px(&lanes, client_y_px), props.rows.len())?;
    props.rows.get(lane).copied()
}

/// Draws the timeline.
pub(in crate::components) fn timeline(
    state: &RowsState,
    props: &SubTaskRowsProps,
    send: &Callback<RowsMessage>,
) -> Tag {
    let locale = props.locale;
    let zone = format::zone(props.task.task_begin.timestamp(), props.task.task_end.timestamp(), locale);
    let label_px = if state.viewport.is_narrow() { NARROW_LABEL_PX } else { LABEL_PX };
    let width_px = (state.viewport.width_px as i32 - label_px - END_PX).max(1);
    let sub_tasks = &props.task.sub_tasks;
    let timeline =
        Timeline::of(sub_tasks, &props.rows, props.now, width_px, |at| locale.zone().offset_min(at));
    let Some(span) = timeline.span else { return nothing(locale.no_times) };
    let open = state.open_position(&props.rows).and_then(|lane| timeline.lanes.get(lane as usize));
    let on_key = Callback::from({
        let send = send.clone();
        move |event: Event| {
            if let Some(step) = Step::of_key(&event.unchecked_ref::<KeyboardEvent>().key()) {
                event.prevent_default();
                send.emit(RowsMessage::Timeline(LaneMessage::Stepped(step)));
            }
        }
    });
    let height_px = top_px(timeline.lanes.len());
    let now = timeline
        .now_x
        .map(|now_x| tag("path").class("btw-now").attr("d", format!("M{} 0V{height_px}", label_px + now_x)));
    let lanes = timeline.lanes.iter().enumerate().filter_map(|(index, lane)| {
        Some(lane_item(state, *lane, &sub_tasks.get(lane.row as usize)?, index, label_px, locale))
    });
    let on_event =
        |message: fn(&Event) -> LaneMessage| send.reform(move |event| RowsMessage::Timeline(message(&event)));
    let picture = tag("svg")
        .node_ref(&state.lanes)
        .class("btw-lanes")
        .attr("role", "none")
        .attr("width", "100%")
        .attr("height", height_px.to_string())
        .on(On::PointerMove, on_event(|event| LaneMessage::Hovered(client_y_px(event))))
        .on(On::PointerLeave, on_event(|_| LaneMessage::Left))
        .on(On::Click, on_event(|event| LaneMessage::Pressed(client_y_px(event))))
        .child(tag("path").class("btw-grid").attr("d", grid(&timeline, label_px, height_px)))
        .children(lanes)
        .child(now);
    let list = tag("div")
        .key("timeline")
        .node_ref(&state.scroller)
        .class("btw-table-scroll btw-timeline")
        .attr("part", "timeline")
        .attr("role", "listbox")
        .attr("tabindex", "0")
        .attr("aria-label", fill(locale.timeline_label, &[("name", &props.name), ("zone", &zone)]))
        .attr("aria-activedescendant", open.map(|lane| lane_id(state, lane.row)))
        .on(On::KeyDown, on_key)
        .child(axis(&timeline, span.begin, label_px, width_px, locale))
        .child(picture);
    let note = || capped_note(timeline.lanes.len() as i64, props.rows.len() as i64, locale);
    fragment()
        .child(list)
        .child(facts(props, state.hovered.or(open.map(|lane| lane.row))))
        .child((timeline.omitted > 0).then(note))
}

fn lane_id(state: &RowsState, row: u32) -> String {
    format!("btw-lane-{}-{row}", state.number)
}

fn lane_item(
    state: &RowsState,
    lane: Lane,
    sub_task: &SubTask<'_>,
    index: usize,
    label_px: i32,
    locale: Locale,
) -> Tag {
    let (begin_px, id_chars) =
        if state.viewport.is_narrow() { (NARROW_BEGIN_PX, NARROW_ID_CHARS) } else { (BEGIN_PX, ID_CHARS) };
    let is_open = state.lane == Some(lane.row);
    let open = if is_open { " btw-lane-open" } else { "" };
    let id = end_of(or_absent(sub_task.task_id, locale), id_chars);
    let back = tag("rect").class("btw-lane-back").attr("width", "100%").attr("height", LANE_PX.to_string());
    let text = tag("text").class("btw-lane-id").attr("x", (begin_px + 24).to_string()).attr("y", "16");
    translated(0, top_px(index))
        .attr("id", lane_id(state, lane.row))
        .attr("role", "option")
        .attr("aria-selected", is_open)
        .attr("aria-label", name(sub_task, locale))
        .class(format!("btw-lane btw-lane-{}{open}", lane.bucket.as_str()))
        .child(back)
        .child(translated(begin_px, 4).child(status_icon(lane.bucket)))
        .child(text.child(id))
        .child(translated(label_px, 0).child(shape(lane)))
}

/// Starts a group of shapes with an offset.
fn translated(x: i32, y: i32) -> Tag {
    tag("g").attr("transform", format!("translate({x} {y})"))
}

fn client_y_px(event: &Event) -> i32 {
    event.unchecked_ref::<MouseEvent>().client_y()
}

/// Draws the times above the lanes.
fn axis(timeline: &Timeline, begin: Timestamp, label_px: i32, width_px: i32, locale: Locale) -> Tag {
    let ticks = timeline.ticks.iter().map(|tick| {
        // A label in the middle would be cut off at the right end.
        let anchor = if tick.x > width_px - 30 { "end" } else { "middle" };
        tag("text")
            .key(&tick.x.to_string())
            .attr("x", (label_px + tick.x).to_string())
            .attr("y", "18")
            .attr("text-anchor", anchor)
            .child(format::cell_time(tick.at, Some(begin), locale))
    });
    let now = timeline.now_x.map(|now_x| {
        tag("path").class("btw-now-mark").attr("d", format!("M{} 22h10l-5 6z", label_px + now_x - 5))
    });
    tag("svg")
        .class("btw-axis")
        .attr("aria-hidden", "true")
        .attr("width", "100%")
        .attr("height", AXIS_PX.to_string())
        .children(ticks)
        .child(now)
}

fn grid(timeline: &Timeline, label_px: i32, height_px: i32) -> String {
    timeline.ticks.iter().map(|tick| format!("M{} 0V{height_px}", label_px + tick.x)).collect()
}

fn shape(lane: Lane) -> Option<Tag> {
    let (class, path) = match lane.shape {
        Shape::Empty => return None,
        Shape::Bar { x, width } => {
            let has_failed = lane.bucket == StatusBucket::Failed;
            let (y, height, radius) = if has_failed { ("4", "16", "0") } else { ("8", "8", "2") };
            let bar = tag("rect")
                .class(BAR)
                .attr("x", x.to_string())
                .attr("y", y)
                .attr("width", width.to_string())
                .attr("height", height)
                .attr("rx", radius);
            return Some(bar);
        }
        // Open at the right end.
        Shape::Open { x, width } => ("btw-lane-going", format!("M{} 7H{x}v10h{width}", x + width)),
        Shape::Point { x } => (BAR, format!("M{} 12l6-6 6 6-6 6z", x - 6)),
    };
    Some(tag("path").class(class).attr("d", path))
}

const BAR: &str = "btw-lane-bar";

/// Returns the accessible name of a lane.
fn name(sub_task: &SubTask<'_>, locale: Locale) -> String {
    let end = sub_task.task_end.timestamp().is_some();
    let (begin_text, end_text) =
        (format::api_time(&sub_task.task_begin, locale), format::api_time(&sub_task.task_end, locale));
    let status = truncated(locale.sub_task_status(sub_task.status));
    let template = if end { locale.lane } else { locale.lane_open };
    let id = truncated(or_absent(sub_task.task_id, locale));
    let name =
        fill(template, &[("id", &id), ("status", &status), ("begin", &begin_text), ("end", &end_text)]);
    // Screen readers read only the names of a list box's options, so the error is part of the name.
    if sub_task.error_msg.is_empty() { name } else { name + ", " + &truncated(sub_task.error_msg) }
}

/// Returns the end of a text with more than `max_chars` characters, at least 2, after an ellipsis.
fn end_of(text: &str, max_chars: usize) -> String {
    // Counted from the end, so that the cost does not depend on the length of the text.
    let mut offsets = text.char_indices().rev().map(|(at, _)| at);
    match (offsets.nth(max_chars - 2), offsets.nth(1)) {
        (Some(begin), Some(_)) => format!("…{}", text.get(begin..).unwrap_or_default()),
        _ => text.to_owned(),
    }
}

/// Draws the facts about a row, in a box of fixed height, so that nothing moves under the pointer.
fn facts(props: &SubTaskRowsProps, row: Option<u32>) -> Tag {
    let sub_task = row.and_then(|row| props.task.sub_tasks.get(row as usize));
    let hint = || tag("p").class("btw-lane-hint").child(props.locale.lane_hint);
    tag("div")
        .class("btw-lane-facts")
        .child(sub_task.map_or_else(hint, |sub_task| facts_of(props, &sub_task)))
}

fn facts_of(props: &SubTaskRowsProps, sub_task: &SubTask<'_>) -> Tag {
    let locale = props.locale;
    let bucket = sub_task.status.bucket();
    let day = props.task.task_begin.timestamp().or(sub_task.task_begin.timestamp());
    let times =
        [&sub_task.task_begin, &sub_task.task_end].into_iter().filter(|time| **time != ApiTime::Absent);
    let times = times.map(|time| match time.timestamp() {
        Some(at) => format::cell_time(at, day, locale),
        None => format::api_time(time, locale),
    });
    let times = joined(&times.collect::<Vec<_>>(), " – ");
    let status = tag("span")
        .class(format!("btw-status btw-status-{}", bucket.as_str()))
        .child(status_icon(bucket))
        .child(tag("span").child(truncated(locale.sub_task_status(sub_task.status))));
    let on_instance = || instance(sub_task.instance_id, props.instance_url.as_deref(), locale);
    let duration = duration_ms(sub_task).map(|ms| tag("span").child(format::duration(ms, locale)));
    let line = tag("p")
        .class("btw-lane-facts-line")
        .child(status)
        .child(code(truncated(or_absent(sub_task.task_id, locale))))
        .child((!sub_task.instance_id.is_empty()).then(on_instance))
        .child(tag("span").child(times))
        .child(duration);
    let error = AttrValue::from(truncated(sub_task.error_msg));
    let error = tag("p").class("btw-lane-error").attr("title", error.clone()).child(error);
    fragment().child(line).child(error)
}
