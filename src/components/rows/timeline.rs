//! The rows as a timeline: a list box of lanes, and the facts about one of them at its lane.
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
use crate::components::message::WidgetMessage;
use crate::effect::layout;
use crate::i18n::{Locale, fill, joined};
use crate::model::{ApiTime, StatusBucket, SubTask};
use crate::timestamp::Timestamp;
use crate::view::format::{self, truncated};
use crate::view::summary::duration_ms;
use crate::view::table::{View, ViewOptions};
use crate::view::timeline::{LANE_PX, Lane, LaneRows, Shape, Step, Timeline, lane_at, top_px};

/// The space to the left of the icons, as in the table's cells.
const BEGIN_PX: i32 = 24;
const NARROW_BEGIN_PX: i32 = 16;
/// The width of icon and label to the left of the bars.
const LABEL_PX: i32 = 208;
const NARROW_LABEL_PX: i32 = 118;
/// The space to the right of the bars.
const END_PX: i32 = 24;
/// The most room that the facts about a lane take, and some space.
const FACTS_PX: i32 = 96;
/// The height of the axis, which stays visible while scrolling.
const AXIS_PX: i32 = 28;
/// How many characters of a label are shown: a whole InstanceId. The end of an ID is more distinctive than its start.
const ID_CHARS: usize = 20;
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
    let lanes = LaneRows::of(&props.task.sub_tasks, &props.rows).rows;
    let selected = state.open_position(&lanes).map(|lane| lane as usize);
    let at = |client_y_px| {
        let top = state.lanes.cast::<Element>()?;
        lane_at(layout::below_top_px(&top, client_y_px), lanes.len())
    };
    let (lane, is_hovered) = match message {
        LaneMessage::Hovered(client_y_px) => (at(client_y_px), true),
        LaneMessage::Left => return state.hovered.take().is_some(),
        LaneMessage::Pressed(client_y_px) => {
            return show_in_table(state, props, lane_row(&lanes, at(client_y_px)));
        }
        LaneMessage::Entered => return show_in_table(state, props, lane_row(&lanes, selected)),
        LaneMessage::Stepped(step) => (step.from(selected, lanes.len()), false),
    };
    let row = lane_row(&lanes, lane);
    state.facts_are_above = lane.is_some_and(|lane| is_low(state, lane));
    if is_hovered {
        return std::mem::replace(&mut state.hovered, row) != row;
    }
    state.hovered = None;
    state.reveals_lane = lane.map(|lane| lane as u32);
    state.open(props, row);
    true
}

fn lane_row(lanes: &[u32], lane: Option<usize>) -> Option<u32> {
    lanes.get(lane?).copied()
}

/// Whether there is no room for the facts below a lane.
fn is_low(state: &RowsState, lane: usize) -> bool {
    let Some((scroller, lanes)) = state.scroller.cast::<Element>().zip(state.lanes.cast::<Element>()) else {
        return false;
    };
    let end_px = layout::visible_end_px(&scroller);
    top_px(lane) + LANE_PX + FACTS_PX > layout::below_top_px(&lanes, end_px)
}

/// Shows the table with `row` expanded, focused and in sight. The widget renders it.
fn show_in_table(state: &mut RowsState, props: &SubTaskRowsProps, row: Option<u32>) -> bool {
    let Some(row) = row else { return false };
    state.open(props, Some(row));
    state.hovered = None;
    if let Some(position) = state.shown.iter().position(|shown| *shown == row) {
        // With some rows above it, and its details below.
        let top_px = state.layout(props).top_px(position as u32);
        let px = top_px.saturating_sub(state.viewport.height_px / 4);
        (state.active, state.focuses_active) = (Some(row), true);
        state.scroll_to(px);
    }
    let options = ViewOptions { view: View::Subtasks, ..props.options };
    props.send.emit(WidgetMessage::OptionsPicked(options));
    false
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
    let LaneRows { rows, begun, not_begun } = LaneRows::of(sub_tasks, &props.rows);
    let timeline = Timeline::of(sub_tasks, &rows, props.now, width_px, |at| locale.zone().offset_min(at));
    let Some(span) = timeline.span else { return nothing(locale.no_times) };
    let open = state.open_position(&rows);
    let hovered = state.hovered.and_then(|row| rows.iter().position(|other| *other == row));
    let on_key = Callback::from({
        let send = send.clone();
        move |event: Event| {
            let key = event.unchecked_ref::<KeyboardEvent>().key();
            let entered = (key == "Enter").then_some(LaneMessage::Entered);
            if let Some(message) = Step::of_key(&key).map(LaneMessage::Stepped).or(entered) {
                event.prevent_default();
                send.emit(RowsMessage::Timeline(message));
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
        .style(&above_px(state).map(|px| format!("--btw-above:{px}px")).unwrap_or_default())
        .attr("role", "listbox")
        .attr("tabindex", "0")
        .attr("aria-label", fill(locale.timeline_label, &[("name", &props.name), ("zone", &zone)]))
        .attr("aria-activedescendant", open.and_then(|lane| Some(lane_id(state, *rows.get(lane as usize)?))))
        .on(On::KeyDown, on_key)
        .child(axis(&timeline, span.begin, label_px, width_px, locale))
        .child(picture)
        .child(hovered.or(open.map(|lane| lane as usize)).and_then(|lane| facts(state, props, &rows, lane)));
    let note = || capped_note(rows.len() as i64, begun.into(), locale);
    let waiting = format::plural_count(not_begun, locale.not_begun_one, locale.not_begun, locale);
    let waiting = || tag("p").class("btw-table-note btw-lane-rest").child(waiting.clone());
    fragment()
        .child(list)
        .child((not_begun > 0).then(waiting))
        .child((rows.len() < begun as usize).then(note))
        .child(tag("p").class("btw-table-note btw-lane-hint").child(locale.lane_hint))
}

/// Returns how far the scroll box begins below the top of the widget, in CSS px. The stylesheet gives the box what the window
/// leaves, so that its end is in sight when the top of the widget is.
fn above_px(state: &RowsState) -> Option<i32> {
    let scroller = state.scroller.cast::<Element>().filter(layout::is_rendered)?;
    let root = scroller.closest("section.batch-task-widget").ok()??;
    Some(layout::below_top_px(&root, -layout::below_top_px(&scroller, 0)))
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
    let id = if sub_task.instance_id.is_empty() { sub_task.task_id } else { sub_task.instance_id };
    let id = or_absent(id, locale);
    let label = end_of(id, id_chars);
    let name = name(sub_task, locale);
    // A name begins with what is in sight, so that it can be said to software that listens.
    let name = if label == id { name } else { joined(&[label.clone(), name], locale.list) };
    let back = tag("rect").class("btw-lane-back").attr("width", "100%").attr("height", LANE_PX.to_string());
    let text = tag("text").class("btw-lane-id").attr("x", (begin_px + 24).to_string()).attr("y", "16");
    translated(0, top_px(index))
        .attr("id", lane_id(state, lane.row))
        .attr("role", "option")
        .attr("aria-selected", is_open)
        .attr("aria-label", name)
        .class(format!("btw-lane btw-lane-{}{open}", lane.bucket.as_str()))
        .child(back)
        .child(translated(begin_px, 4).child(status_icon(lane.bucket)))
        .child(text.child(label))
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
            .child(format::axis_time(tick.at, begin, tick.has_seconds, locale))
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
    let ids = [sub_task.task_id, sub_task.instance_id].into_iter().filter(|id| !id.is_empty());
    let ids: Vec<String> = ids.map(truncated).collect();
    let id = joined(&ids, locale.list);
    let id = or_absent(&id, locale);
    let name = fill(template, &[("id", id), ("status", &status), ("begin", &begin_text), ("end", &end_text)]);
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

/// Draws the facts about the row of a lane, below that lane, or above it in the lower half of the box. They do not take the
/// pointer, so that it can move on to the next lane. Screen readers read the name of the lane.
fn facts(state: &RowsState, props: &SubTaskRowsProps, rows: &[u32], lane: usize) -> Option<Tag> {
    let sub_task = props.task.sub_tasks.get(*rows.get(lane)? as usize)?;
    let top_px = AXIS_PX + top_px(lane);
    let (class, top_px) = match state.facts_are_above {
        true => ("btw-lane-facts btw-lane-facts-above", top_px),
        false => ("btw-lane-facts", top_px + LANE_PX),
    };
    let facts = tag("div").class(class).attr("aria-hidden", "true").style(&format!("top:{top_px}px"));
    Some(facts.child(facts_of(props, &sub_task)))
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
