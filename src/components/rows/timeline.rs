//! The rows as a picture of when each ran: a list box of lanes, with the facts of one of them below.
//!
//! Where things are, `view::timeline` says. An icon and the form of the bar tell the status without its colour: what has
//! failed is a tall block, and what goes on is open at its right end.

use web_sys::Element;
use yew::prelude::*;

use super::row::{instance, or_absent};
use super::{BoxMessage, SubTaskRows, SubTaskRowsProps};
use crate::components::icon::status_icon;
use crate::effect::layout;
use crate::i18n::{Words, fill};
use crate::model::{ApiTime, StatusBucket, SubTask};
use crate::timestamp::Timestamp;
use crate::view::format;
use crate::view::summary::duration_ms;
use crate::view::timeline::{LANE_PX, Lane, Shape, Step, Timeline, lane_at, top_px};

/// The room before the icons, as before the table's cells.
const BEGIN_PX: i32 = 24;
const NARROW_BEGIN_PX: i32 = 16;
/// The room before the bars: icon and id, and its width where that is narrow.
const LABEL_PX: i32 = 160;
const NARROW_LABEL_PX: i32 = 118;
/// The room behind them.
const END_PX: i32 = 24;
/// The height of the times above, which stay in sight.
const AXIS_PX: i32 = 28;
/// How many characters of an id there is room for; its end tells more than its begin.
const ID_CHARS: usize = 13;
const NARROW_ID_CHARS: usize = 10;

/// Scrolls a lane into sight.
pub(super) fn reveal(scroller: &Element, lane: u32) {
    let top_px = AXIS_PX + top_px(lane as usize);
    layout::reveal(scroller, top_px, top_px + LANE_PX, AXIS_PX);
}

impl SubTaskRows {
    /// The row of the lane at that height of the window.
    pub(super) fn lane_at(&self, props: &SubTaskRowsProps, client_y_px: i32) -> Option<u32> {
        let lanes = self.lanes.cast::<Element>()?;
        let lane = lane_at(layout::below_top_px(&lanes, client_y_px), props.rows.len())?;
        props.rows.get(lane).copied()
    }

    pub(super) fn timeline(&self, ctx: &Context<Self>) -> Html {
        let (props, link) = (ctx.props(), ctx.link());
        let words = props.words;
        let zone = format::zone(props.task.task_begin.timestamp(), props.task.task_end.timestamp(), words);
        let label_px = if self.viewport.is_narrow() { NARROW_LABEL_PX } else { LABEL_PX };
        let width_px = (self.viewport.width_px as i32 - label_px - END_PX).max(1);
        let sub_tasks = &props.task.sub_tasks;
        let timeline =
            Timeline::of(sub_tasks, &props.rows, props.now, width_px, |at| words.zone().offset_min(at));
        let Some(span) = timeline.span else {
            return html! { <div class="btw-empty"><p>{ words.no_times }</p></div> };
        };
        let open = self.open_position(&props.rows).and_then(|lane| timeline.lanes.get(lane as usize));
        let onkeydown = link.batch_callback(|event: KeyboardEvent| {
            let step = Step::of_key(&event.key())?;
            event.prevent_default();
            Some(BoxMessage::Stepped(step))
        });
        let onpointermove = link.callback(|event: PointerEvent| BoxMessage::Pointed(event.client_y()));
        let height_px = top_px(timeline.lanes.len());
        html! {
            <>
                <div key="timeline" ref={self.scroller.clone()} class="btw-table-scroll btw-timeline" part="timeline" role="listbox" tabindex="0"
                    aria-label={fill(words.timeline_label, &[("name", &props.name), ("zone", &zone)])} aria-activedescendant={open.map(|lane| self.lane_id(lane.row))} {onkeydown}>
                    { axis(&timeline, span.begin, label_px, width_px, words) }
                    <svg ref={self.lanes.clone()} class="btw-lanes" role="none" width="100%" height={height_px.to_string()} {onpointermove}
                        onpointerleave={link.callback(|_: PointerEvent| BoxMessage::Left)}
                        onclick={link.callback(|event: MouseEvent| BoxMessage::Pressed(event.client_y()))}>
                        <path class="btw-grid" d={grid(&timeline, label_px, height_px)} />
                        { for timeline.lanes.iter().enumerate().filter_map(|(place, lane)| {
                            Some(self.lane(*lane, &sub_tasks.get(lane.row as usize)?, place, label_px, words))
                        }) }
                        if let Some(now_x) = timeline.now_x {
                            <path class="btw-now" d={format!("M{} 0V{height_px}", label_px + now_x)} />
                        }
                    </svg>
                </div>
                { facts(props, self.pointed.or(open.map(|lane| lane.row))) }
                if timeline.left_out > 0 {
                    <p class="btw-table-note">{ fill(words.capped, &[
                        ("count", &format::count(timeline.lanes.len() as i64, words)),
                        ("total", &format::count(props.rows.len() as i64, words)),
                    ]) }</p>
                }
            </>
        }
    }

    fn lane_id(&self, row: u32) -> String {
        format!("btw-lane-{}-{row}", self.number)
    }

    fn lane(&self, lane: Lane, sub_task: &SubTask<'_>, place: usize, label_px: i32, words: Words) -> Html {
        let (begin_px, id_chars) =
            if self.viewport.is_narrow() { (NARROW_BEGIN_PX, NARROW_ID_CHARS) } else { (BEGIN_PX, ID_CHARS) };
        let is_open = self.is_open(lane.row);
        let class = classes!(
            "btw-lane",
            format!("btw-lane-{}", lane.bucket.as_str()),
            is_open.then_some("btw-lane-open")
        );
        html! {
            <g id={self.lane_id(lane.row)} role="option" aria-selected={is_open.to_string()} aria-label={name(sub_task, words)}
                {class} transform={format!("translate(0 {})", top_px(place))}>
                <rect class="btw-lane-back" width="100%" height={LANE_PX.to_string()} />
                <g transform={format!("translate({begin_px} 4)")}>{ status_icon(lane.bucket) }</g>
                <text class="btw-lane-id" x={(begin_px + 24).to_string()} y="16">{ ending(or_absent(sub_task.task_id, words), id_chars) }</text>
                <g transform={format!("translate({label_px} 0)")}>{ shape(lane) }</g>
            </g>
        }
    }

    fn is_open(&self, row: u32) -> bool {
        self.open.as_ref().is_some_and(|(open, _)| *open == row)
    }
}

/// The times above the lanes.
fn axis(timeline: &Timeline, begin: Timestamp, label_px: i32, width_px: i32, words: Words) -> Html {
    let tick = |x: i32, at: Timestamp| {
        // At the ends there is no room on both sides.
        let anchor = if x > width_px - 30 { "end" } else { "middle" };
        html! { <text key={x} x={(label_px + x).to_string()} y="18" text-anchor={anchor}>{ format::cell_time(at, Some(begin), words) }</text> }
    };
    html! {
        <svg class="btw-axis" aria-hidden="true" width="100%" height={AXIS_PX.to_string()}>
            { for timeline.ticks.iter().map(|at| tick(at.x, at.at)) }
            if let Some(now_x) = timeline.now_x {
                <path class="btw-now-mark" d={format!("M{} 22h10l-5 6z", label_px + now_x - 5)} />
            }
        </svg>
    }
}

fn grid(timeline: &Timeline, label_px: i32, height_px: i32) -> String {
    timeline.ticks.iter().map(|tick| format!("M{} 0V{height_px}", label_px + tick.x)).collect()
}

fn shape(lane: Lane) -> Html {
    let has_failed = lane.bucket == StatusBucket::Failed;
    match lane.shape {
        Shape::Empty => Html::default(),
        Shape::Bar { x, width } => {
            let (y, height, radius) = if has_failed { ("4", "16", "0") } else { ("8", "8", "2") };
            html! { <rect class="btw-lane-bar" x={x.to_string()} {y} width={width.to_string()} {height} rx={radius} /> }
        }
        // Open at its right end.
        Shape::Open { x, width } => {
            html! { <path class="btw-lane-going" d={format!("M{} 7H{x}v10h{width}", x + width)} /> }
        }
        Shape::Point { x } => {
            html! { <path class="btw-lane-bar" d={format!("M{} 12l6-6 6 6-6 6z", x - 6)} /> }
        }
    }
}

/// What a lane is called.
fn name(sub_task: &SubTask<'_>, words: Words) -> String {
    let end = sub_task.task_end.timestamp().is_some();
    let (begin_text, end_text) =
        (format::api_time(&sub_task.task_begin, words), format::api_time(&sub_task.task_end, words));
    let status = words.sub_task_status(sub_task.status);
    let template = if end { words.lane } else { words.lane_open };
    let id = or_absent(sub_task.task_id, words);
    fill(template, &[("id", id), ("status", status), ("begin", &begin_text), ("end", &end_text)])
}

/// The end of a text that is too long.
fn ending(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        text.to_owned()
    } else {
        std::iter::once('…').chain(text.chars().skip(count + 1 - most)).collect()
    }
}

/// What is known of a row, in a room of fixed height, so that nothing moves under a pointer.
fn facts(props: &SubTaskRowsProps, row: Option<u32>) -> Html {
    let words = props.words;
    let sub_task = row.and_then(|row| props.task.sub_tasks.get(row as usize));
    let facts = sub_task.map(|sub_task| {
        let bucket = sub_task.status.bucket();
        let day = props.task.task_begin.timestamp().or(sub_task.task_begin.timestamp());
        let times = [&sub_task.task_begin, &sub_task.task_end].into_iter().filter(|time| **time != ApiTime::Absent);
        let times = times.map(|time| match time.timestamp() {
            Some(at) => format::cell_time(at, day, words),
            None => format::api_time(time, words),
        });
        let times = times.collect::<Vec<_>>().join(" – ");
        html! {
            <>
                <p class="btw-lane-facts-line">
                    <span class={format!("btw-status btw-status-{}", bucket.as_str())}>
                        { status_icon(bucket) }<span>{ words.sub_task_status(sub_task.status).to_owned() }</span>
                    </span>
                    <code class="btw-code">{ or_absent(sub_task.task_id, words).to_owned() }</code>
                    if !sub_task.instance_id.is_empty() {
                        { instance(sub_task.instance_id, props.instance_url.as_deref(), words) }
                    }
                    <span>{ times }</span>
                    if let Some(duration_ms) = duration_ms(&sub_task) {
                        <span>{ format::duration(duration_ms, words) }</span>
                    }
                </p>
                <p class="btw-lane-error" title={sub_task.error_msg.to_owned()}>{ sub_task.error_msg.to_owned() }</p>
            </>
        }
    });
    html! { <div class="btw-lane-facts">{ facts.unwrap_or_else(|| html! { <p class="btw-lane-hint">{ words.lane_hint }</p> }) }</div> }
}
