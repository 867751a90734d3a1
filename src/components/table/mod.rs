//! The subtask table: a native table of which only the rows in sight, and a few around them, are in the document.

mod detail;
mod row;

use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use self::detail::detail;
use self::row::{Rows, column_class};
use super::shown::{Copying, press};
use super::toolbar::label;
use super::widget::WidgetMessage;
use crate::effect::layout::{self, Resizes};
use crate::i18n::{EN, fill};
use crate::model::{BatchStatus, BatchTask};
use crate::view::columns::Columns;
use crate::view::format;
use crate::view::table::{Column, Direction, Sort, ViewOptions, row_keys};
use crate::view::window::{DETAIL_PX, NARROW_BELOW_PX, NARROW_ROW_PX, ROW_PX, Window};

/// What the box is taken for until it has been measured.
const UNMEASURED: Viewport = Viewport { width_px: 1_024, height_px: 640, scroll_px: 0 };

/// The rows, how they are shown, and where presses go.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct SubTaskTableProps {
    pub(super) task: Rc<BatchTask>,
    /// The numbers of the rows shown, in order.
    pub(super) rows: Rc<Vec<u32>>,
    pub(super) name: AttrValue,
    pub(super) options: ViewOptions,
    pub(super) query: AttrValue,
    pub(super) copying: Option<Copying>,
    pub(super) instance_url: Option<AttrValue>,
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
    Resized {
        width_px: u32,
        height_px: u32,
    },
    Scrolled,
    /// The row's details are opened or folded.
    Toggled(u32),
}

/// A component of its own, so that a second that passes does not draw all rows again.
pub(super) struct SubTaskTable {
    scroller: NodeRef,
    viewport: Viewport,
    /// The box that is watched for its size; it comes and goes with the rows.
    watched: Option<(Element, Resizes)>,
    starts_at_top: bool,
    /// The row that is open, if any, and its TaskId: rows may move from poll to poll.
    open: Option<(u32, String)>,
    /// Rows in sight that the last poll changed; they are marked once.
    changed: Vec<u32>,
}

impl Component for SubTaskTable {
    type Message = BoxMessage;
    type Properties = SubTaskTableProps;

    fn create(_: &Context<Self>) -> Self {
        Self {
            scroller: NodeRef::default(),
            viewport: UNMEASURED,
            watched: None,
            starts_at_top: false,
            open: None,
            changed: Vec::new(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &SubTaskTableProps) -> bool {
        let props = ctx.props();
        // Other rows are in the old place, so another choice of rows begins at the top.
        self.starts_at_top |= props.options.picks_other_rows(&old.options) || props.query != old.query;
        if !Rc::ptr_eq(&props.task, &old.task) {
            self.changed = self.changed_rows(props, old);
            self.follow_open(&props.task);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: BoxMessage) -> bool {
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
            BoxMessage::Toggled(row) => {
                let is_open = self.open.as_ref().is_some_and(|(open, _)| *open == row);
                let sub_task = ctx.props().task.sub_tasks.get(row as usize).filter(|_| !is_open);
                self.open = sub_task.map(|sub_task| (row, sub_task.task_id.to_owned()));
                return true;
            }
        }
        self.viewport != old
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        if props.rows.is_empty() { empty(props) } else { self.scroll_box(ctx, props) }
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
    /// The rows in sight that are new, or other than they were.
    fn changed_rows(&self, props: &SubTaskTableProps, old: &SubTaskTableProps) -> Vec<u32> {
        let (new, old) = (&props.task.sub_tasks, &old.task.sub_tasks);
        let window = self.window(props, self.open_position(&props.rows));
        let drawn = props.rows.get(window.first as usize..window.end as usize).unwrap_or_default();
        drawn.iter().copied().filter(|&row| new.get(row as usize) != old.get(row as usize)).collect()
    }

    /// Finds the open row again, which may have moved, or gone.
    fn follow_open(&mut self, task: &BatchTask) {
        let Some((row, id)) = self.open.take() else { return };
        let is_it = |row: usize| task.sub_tasks.get(row).is_some_and(|sub_task| sub_task.task_id == id);
        let found = if is_it(row as usize) {
            Some(row)
        } else {
            (0..task.sub_tasks.len()).find(|&row| is_it(row)).map(|row| row as u32)
        };
        self.open = found.map(|row| (row, id));
    }

    /// Where the open row stands among those shown.
    fn open_position(&self, rows: &[u32]) -> Option<u32> {
        let (open, _) = self.open.as_ref()?;
        rows.iter().position(|row| row == open).map(|position| position as u32)
    }

    fn window(&self, props: &SubTaskTableProps, open: Option<u32>) -> Window {
        let viewport = self.viewport;
        let count = u32::try_from(props.rows.len()).unwrap_or(u32::MAX);
        Window::with_open(count, viewport.row_px(), viewport.scroll_px, viewport.height_px, open)
    }

    fn scroll_box(&self, ctx: &Context<Self>, props: &SubTaskTableProps) -> Html {
        let (rows, viewport) = (&*props.rows, self.viewport);
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let open = self.open_position(rows);
        let window = self.window(props, open);
        let columns = columns(viewport, props.options.columns);
        let drawn = rows.get(window.first as usize..window.end as usize).unwrap_or_default();
        let detail_px = if open.is_some() { DETAIL_PX } else { 0 };
        let height_px = window.reachable * viewport.row_px() + ROW_PX + detail_px;
        html! {
            <>
                <div ref={self.scroller.clone()} class="btw-table-scroll" role="region" tabindex="0" aria-label={EN.scroll_label}
                    onscroll={ctx.link().callback(|_: Event| BoxMessage::Scrolled)}>
                    <div ~style={layout::style(&format!("min-height:{height_px}px"))}>
                    <table class={if viewport.is_narrow() { "btw-table btw-table-narrow" } else { "btw-table" }} part="table"
                        aria-rowcount={(rows.len() + 1).to_string()}>
                        <caption class="btw-hidden">{ fill(EN.table_caption, &[("name", &props.name)]) }</caption>
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
                    <p class="btw-table-note">{ fill(EN.capped, &[
                        ("count", &format::count(window.reachable.into())),
                        ("total", &format::count(count.into())),
                    ]) }</p>
                }
            </>
        }
    }

    /// The rows in sight, `first` being the place of the first of them, and the details of the open one.
    fn drawn_rows(&self, ctx: &Context<Self>, drawn: &[u32], first: u32, columns: &[Column]) -> Vec<Html> {
        let props = ctx.props();
        let rows = Rows {
            columns,
            is_narrow: self.viewport.is_narrow(),
            batch_begin: props.task.task_begin.timestamp(),
            instance_url: props.instance_url.as_deref(),
            open: self.open.as_ref().map(|(row, _)| *row),
            changed: &self.changed,
            link: ctx.link(),
        };
        let mut nodes = Vec::with_capacity(drawn.len() + 1);
        for ((&row, key), position) in drawn.iter().zip(row_keys(&props.task.sub_tasks, drawn)).zip(first..) {
            let Some(sub_task) = props.task.sub_tasks.get(row as usize) else { continue };
            nodes.push(rows.row(&sub_task, row, key, position));
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
        _ if !props.query.trim().is_empty() && !props.task.sub_tasks.is_empty() => html! {
            <div class="btw-empty"><p>{ fill(EN.none_found, &[("query", props.query.trim())]) }</p></div>
        },
        _ => {
            let text = match props.task.total_count {
                _ if props.task.status == BatchStatus::Dispatching => EN.no_subtasks_dispatching,
                Some(1..) => EN.none_listed,
                _ => EN.no_subtasks,
            };
            html! { <div class="btw-empty"><p>{ text }</p></div> }
        }
    }
}
