//! The subtask table: a native table of which only the rows in sight, and a few around them, are in the document.

use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use super::icon::status_icon;
use super::view::press;
use super::widget::WidgetMessage;
use crate::effect::layout::{self, Resizes};
use crate::i18n::{EN, fill};
use crate::model::{ApiTime, BatchStatus, BatchTask, SubTask};
use crate::timestamp::Timestamp;
use crate::view::format;
use crate::view::summary::duration_ms;
use crate::view::table::{Column, Direction, Sort, ViewOptions, row_keys, visible_rows};
use crate::view::window::{NARROW_BELOW_PX, NARROW_ROW_PX, ROW_PX, Window};

/// What the box is taken for until it has been measured.
const UNMEASURED: Viewport = Viewport { width_px: 1_024, height_px: 640, scroll_px: 0 };

/// The rows, how they are shown, and where presses go.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct SubTaskTableProps {
    pub(super) task: Rc<BatchTask>,
    pub(super) name: AttrValue,
    pub(super) options: ViewOptions,
    pub(super) send: Callback<WidgetMessage>,
}

/// The size of the scroll box and how far it is scrolled, in CSS px.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Viewport {
    width_px: u32,
    height_px: u32,
    /// Rounded down to a whole row, so that a scroll within one renders nothing.
    scroll_px: u32,
}

impl Viewport {
    fn is_narrow(self) -> bool {
        self.width_px < NARROW_BELOW_PX
    }

    fn row_px(self) -> u32 {
        if self.is_narrow() { NARROW_ROW_PX } else { ROW_PX }
    }
}

/// What happens to the scroll box.
pub(super) enum BoxMessage {
    Resized { width_px: u32, height_px: u32 },
    Scrolled,
}

/// A component of its own, so that a second that passes does not draw all rows again.
pub(super) struct SubTaskTable {
    /// The rows shown, in order.
    rows: Vec<u32>,
    scroller: NodeRef,
    viewport: Viewport,
    /// The box that is watched for its size; it comes and goes with the rows.
    watched: Option<(Element, Resizes)>,
    starts_at_top: bool,
}

impl Component for SubTaskTable {
    type Message = BoxMessage;
    type Properties = SubTaskTableProps;

    fn create(ctx: &Context<Self>) -> Self {
        let props = ctx.props();
        Self {
            rows: visible_rows(&props.task.sub_tasks, props.options, [None; 2]),
            scroller: NodeRef::default(),
            viewport: UNMEASURED,
            watched: None,
            starts_at_top: false,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &SubTaskTableProps) -> bool {
        let props = ctx.props();
        // Other rows are in the old place, so a new filter or sort begins at the top.
        self.starts_at_top |= props.options != old.options;
        if self.starts_at_top || !Rc::ptr_eq(&props.task, &old.task) {
            self.rows = visible_rows(&props.task.sub_tasks, props.options, [None; 2]);
        }
        true
    }

    fn update(&mut self, _: &Context<Self>, message: BoxMessage) -> bool {
        let old = self.viewport;
        match message {
            BoxMessage::Resized { width_px, height_px } => {
                self.viewport = Viewport { width_px, height_px, ..old };
            }
            BoxMessage::Scrolled => {
                if let Some(scroller) = self.scroller.cast() {
                    let row_px = old.row_px();
                    self.viewport.scroll_px = layout::scroll_top_px(&scroller) / row_px * row_px;
                }
            }
        }
        self.viewport != old
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        if self.rows.is_empty() { empty(props) } else { self.scroll_box(ctx, props) }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        let scroller = self.scroller.cast::<Element>();
        if scroller.as_ref() != self.watched.as_ref().map(|(element, _)| element) {
            self.watched = scroller.clone().map(|element| {
                let link = ctx.link().clone();
                let resizes = layout::observe_size(&element, move |width_px, height_px| {
                    link.send_message(BoxMessage::Resized { width_px, height_px });
                });
                (element, resizes)
            });
        }
        if std::mem::take(&mut self.starts_at_top)
            && let Some(scroller) = scroller
        {
            layout::scroll_to_top(&scroller);
        }
    }
}

impl SubTaskTable {
    fn scroll_box(&self, ctx: &Context<Self>, props: &SubTaskTableProps) -> Html {
        let (rows, viewport) = (&self.rows, self.viewport);
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let window = Window::of(count, viewport.row_px(), viewport.scroll_px, viewport.height_px);
        let is_narrow = viewport.is_narrow();
        let columns = columns(is_narrow);
        let drawn = rows.get(window.first as usize..window.end as usize).unwrap_or_default();
        let batch_begin = props.task.task_begin.timestamp();
        let height_px = window.reachable * viewport.row_px() + ROW_PX;
        html! {
            <>
                <div ref={self.scroller.clone()} class="btw-table-scroll" role="region" tabindex="0" aria-label={EN.scroll_label}
                    onscroll={ctx.link().callback(|_: Event| BoxMessage::Scrolled)}>
                    <div ~style={layout::style(&format!("min-height:{height_px}px"))}>
                    <table class={if is_narrow { "btw-table btw-table-narrow" } else { "btw-table" }} part="table"
                        aria-rowcount={(rows.len() + 1).to_string()}>
                        <caption class="btw-hidden">{ fill(EN.table_caption, &[("name", &props.name)]) }</caption>
                        <thead>
                            <tr aria-rowindex="1">{ for columns.iter().map(|&column| heading(props, column)) }</tr>
                        </thead>
                        { spacer("before", window.before_px) }
                        <tbody key="rows">
                            { for drawn.iter().zip(row_keys(&props.task.sub_tasks, drawn)).zip(window.first..).filter_map(|((&row, key), position)| {
                                let sub_task = props.task.sub_tasks.get(row as usize)?;
                                Some(table_row(&sub_task, key, position, batch_begin, columns))
                            }) }
                        </tbody>
                        { spacer("after", window.after_px) }
                    </table>
                    </div>
                </div>
                if window.reachable < count {
                    <p class="btw-table-note">{ fill(EN.capped, &[
                        ("count", &format::count(window.reachable.into())),
                        ("total", &format::count(count.into())),
                    ]) }</p>
                }
            </>
        }
    }
}

/// The room of the rows that are not drawn.
fn spacer(key: &'static str, height_px: u32) -> Html {
    html! { <tbody {key} class="btw-spacer" aria-hidden="true" ~style={layout::style(&format!("height:{height_px}px"))} /> }
}

const fn columns(is_narrow: bool) -> &'static [Column] {
    const NARROW: [Column; 3] = [Column::TaskId, Column::Status, Column::Duration];
    if is_narrow { &NARROW } else { &Column::ALL }
}

const fn label(column: Column) -> &'static str {
    match column {
        Column::TaskId => EN.task_id,
        Column::Status => EN.status,
        Column::InstanceId => EN.instance,
        Column::TaskBegin => EN.begin,
        Column::TaskEnd => EN.end,
        Column::Duration => EN.duration,
        Column::ErrorMsg => EN.error,
    }
}

fn heading(props: &SubTaskTableProps, column: Column) -> Html {
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
                { label(column) }
                <span class="btw-arrow" aria-hidden="true">{ arrow }</span>
            </button>
        </th>
    }
}

fn table_row(
    sub_task: &SubTask<'_>,
    key: String,
    position: u32,
    batch_begin: Option<Timestamp>,
    columns: &[Column],
) -> Html {
    let is_narrow = columns.len() < Column::ALL.len();
    let has_second_line = is_narrow && !sub_task.error_msg.is_empty();
    html! {
        <tr {key} class={if has_second_line { "btw-row btw-row-two" } else { "btw-row" }} part="row" aria-rowindex={(position + 2).to_string()}>
            { for columns.iter().map(|&column| cell(sub_task, column, batch_begin, is_narrow)) }
        </tr>
    }
}

fn cell(sub_task: &SubTask<'_>, column: Column, batch_begin: Option<Timestamp>, is_narrow: bool) -> Html {
    let class = column_class(column);
    match column {
        Column::TaskId => html! {
            <th scope="row" {class} title={sub_task.task_id.to_owned()}>
                <code class="btw-code">{ or_absent(sub_task.task_id) }</code>
                if is_narrow && !sub_task.error_msg.is_empty() {
                    <span class="btw-row-error" title={sub_task.error_msg.to_owned()}>{ sub_task.error_msg.to_owned() }</span>
                }
            </th>
        },
        Column::Status => {
            let bucket = sub_task.status.bucket();
            html! {
                <td class={format!("{class} btw-status btw-status-{}", bucket.as_str())} title={sub_task.status.as_str().to_owned()}>
                    { status_icon(bucket) }
                    <span>{ EN.sub_task_status(sub_task.status).to_owned() }</span>
                </td>
            }
        }
        Column::InstanceId => html! {
            <td {class} title={sub_task.instance_id.to_owned()}>
                <code class="btw-code">{ or_absent(sub_task.instance_id) }</code>
            </td>
        },
        Column::TaskBegin => time_cell(class, &sub_task.task_begin, batch_begin),
        Column::TaskEnd => time_cell(class, &sub_task.task_end, batch_begin),
        Column::Duration => {
            let text =
                duration_ms(sub_task).map_or_else(|| EN.absent.to_owned(), |ms| format::duration(ms, &EN));
            html! { <td {class}>{ text }</td> }
        }
        Column::ErrorMsg => html! {
            <td {class} title={sub_task.error_msg.to_owned()}>{ sub_task.error_msg.to_owned() }</td>
        },
    }
}

fn time_cell(class: &'static str, time: &ApiTime<'_>, batch_begin: Option<Timestamp>) -> Html {
    let text =
        time.timestamp().map_or_else(|| format::api_time(time, &EN), |at| format::cell_time(at, batch_begin));
    html! { <td {class} title={format::api_time(time, &EN)}>{ text }</td> }
}

fn or_absent(text: &str) -> String {
    if text.is_empty() { EN.absent.to_owned() } else { text.to_owned() }
}

const fn column_class(column: Column) -> &'static str {
    match column {
        Column::TaskId => "btw-col-id",
        Column::Status => "btw-col-status",
        Column::InstanceId => "btw-col-instance",
        Column::TaskBegin | Column::TaskEnd => "btw-col-time",
        Column::Duration => "btw-col-duration",
        Column::ErrorMsg => "btw-col-error",
    }
}

/// What stands in the table's place when it has no rows, with the way back from a filter.
fn empty(props: &SubTaskTableProps) -> Html {
    let options = props.options;
    let show_all =
        press(&props.send, WidgetMessage::Picked(ViewOptions { filter: None, group: None, ..options }));
    match options.filter {
        Some(bucket) if !props.task.sub_tasks.is_empty() => html! {
            <div class="btw-empty">
                <p>{ fill(EN.none_of_filter, &[("filter", EN.bucket(bucket))]) }</p>
                <button type="button" class="btw-button" onclick={show_all}>{ EN.show_all }</button>
            </div>
        },
        _ => {
            let is_dispatching = props.task.status == BatchStatus::Dispatching;
            let text = if is_dispatching { EN.no_subtasks_dispatching } else { EN.no_subtasks };
            html! { <div class="btw-empty"><p>{ text }</p></div> }
        }
    }
}
