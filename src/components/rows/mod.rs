//! The rows of a task, as a table or as a timeline: a component of its own, so that a second that passes does not draw all
//! rows again.
//!
//! It owns the scroll box, which row is open and which is pointed at; `table` and `timeline` draw.

mod detail;
mod row;
mod table;
mod timeline;

pub(super) use self::detail::detail;
pub(super) use self::timeline::LaneMessage;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use super::extras::{Presence, extras, placeholder};
use super::shown::Copying;
use super::widget::WidgetMessage;
use crate::effect::layout::{self, Resizes};
use crate::effect::page::{self, PageEvents};
use crate::i18n::Words;
use crate::model::BatchTask;
use crate::timestamp::Timestamp;
use crate::view::slots::Slots;
use crate::view::table::{View, ViewOptions};
use crate::view::window::{NARROW_BELOW_PX, NARROW_ROW_PX, ROW_PX};

/// What the box is taken for until it has been measured.
const UNMEASURED: Viewport = Viewport { width_px: 1_024, height_px: 640, scroll_px: 0 };

thread_local! {
    /// How many there have been on the page, for ids that differ.
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

/// The rows, how they are shown, and where presses go.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct SubTaskRowsProps {
    pub(super) words: Words,
    pub(super) task: Rc<BatchTask>,
    /// The numbers of the rows shown, in order.
    pub(super) rows: Rc<Vec<u32>>,
    pub(super) name: AttrValue,
    pub(super) options: ViewOptions,
    pub(super) query: AttrValue,
    pub(super) copying: Option<Copying>,
    pub(super) instance_url: Option<AttrValue>,
    /// Now by the server's clock, for a timeline of a task that runs.
    pub(super) now: Option<Timestamp>,
    /// How it stands with what the timeline needs.
    pub(super) extras: Presence,
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
    /// The viewer does something in the timeline.
    Lanes(LaneMessage),
    /// The page is about to be printed, or has been.
    Printed(bool),
}

/// The component.
pub(super) struct SubTaskRows {
    /// Tells its ids from those of other widgets in the same document.
    number: u32,
    scroller: NodeRef,
    viewport: Viewport,
    /// The box that is watched for its size; it comes and goes with the rows.
    watched: Option<(Element, Resizes)>,
    starts_at_top: bool,
    /// The row that is open, if any, and its TaskId: rows may move from poll to poll.
    open: Option<(u32, String)>,
    /// Rows in sight that the last poll changed; they are marked once.
    changed: Vec<u32>,
    /// Which elements the rows are drawn in. It is told while they are drawn.
    slots: RefCell<Slots>,
    /// The lanes of the timeline, and the row of the one that the pointer is over.
    lanes: NodeRef,
    pointed: Option<u32>,
    /// The lane of the open row is to be scrolled into sight.
    reveals_open: bool,
    /// Whether the page is being printed, and so has all rows.
    is_printed: bool,
    prints: Option<PageEvents>,
}

impl Component for SubTaskRows {
    type Message = BoxMessage;
    type Properties = SubTaskRowsProps;

    fn create(_: &Context<Self>) -> Self {
        let number = COUNT.get();
        COUNT.set(number.wrapping_add(1));
        Self {
            number,
            scroller: NodeRef::default(),
            viewport: UNMEASURED,
            watched: None,
            starts_at_top: false,
            open: None,
            changed: Vec::new(),
            slots: RefCell::default(),
            lanes: NodeRef::default(),
            pointed: None,
            reveals_open: false,
            is_printed: false,
            prints: None,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &SubTaskRowsProps) -> bool {
        let props = ctx.props();
        // Other rows are in the old place, so another choice of rows begins at the top.
        self.starts_at_top |= props.options.picks_other_rows(&old.options) || props.query != old.query;
        if !Rc::ptr_eq(&props.task, &old.task) {
            self.changed = self.changed_rows(props, old);
            self.follow_open(&props.task);
        }
        if !Rc::ptr_eq(&props.rows, &old.rows) || props.options.view != old.options.view {
            // Another row may be under the pointer now; the next move tells.
            self.pointed = None;
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
                    if self.viewport != old {
                        let props = ctx.props();
                        let window = self.window(props, self.open_position(&props.rows));
                        // The first row of all, below the header, has index 2.
                        layout::keep_focus(&scroller, window.first + 2..window.end + 2);
                    }
                }
            }
            BoxMessage::Toggled(row) => {
                let is_open = self.open.as_ref().is_some_and(|(open, _)| *open == row);
                self.open(ctx.props(), (!is_open).then_some(row));
                return true;
            }
            BoxMessage::Lanes(message) => {
                return extras().is_some_and(|extras| (extras.lanes)(self, ctx, message));
            }
            BoxMessage::Printed(is_begin) => {
                self.is_printed = is_begin;
                return true;
            }
        }
        self.viewport != old
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let rows = match props.options.view {
            _ if props.rows.is_empty() => table::empty(props),
            View::Subtasks => self.table(ctx),
            View::Timeline => match extras() {
                Some(extras) => (extras.timeline)(self, ctx),
                None => placeholder(props.extras, &props.send, props.words),
            },
        };
        rows.html()
    }

    fn rendered(&mut self, ctx: &Context<Self>, is_first: bool) {
        if is_first {
            let link = ctx.link().clone();
            self.prints =
                Some(page::watch_prints(move |is_begin| link.send_message(BoxMessage::Printed(is_begin))));
        }
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
        let Some(scroller) = scroller else { return };
        if std::mem::take(&mut self.starts_at_top) {
            layout::scroll_to_top(&scroller);
        }
        if std::mem::take(&mut self.reveals_open)
            && let Some(lane) = self.open_position(&ctx.props().rows)
        {
            timeline::reveal(&scroller, lane);
        }
    }
}

impl SubTaskRows {
    /// The rows in sight that are new, or other than they were.
    fn changed_rows(&self, props: &SubTaskRowsProps, old: &SubTaskRowsProps) -> Vec<u32> {
        let (new, old) = (&props.task.sub_tasks, &old.task.sub_tasks);
        let window = self.window(props, self.open_position(&props.rows));
        let drawn = props.rows.get(window.first as usize..window.end as usize).unwrap_or_default();
        drawn.iter().copied().filter(|&row| new.get(row as usize) != old.get(row as usize)).collect()
    }

    /// Opens a row, or folds the open one.
    fn open(&mut self, props: &SubTaskRowsProps, row: Option<u32>) {
        let sub_task = row.and_then(|row| Some((row, props.task.sub_tasks.get(row as usize)?)));
        self.open = sub_task.map(|(row, sub_task)| (row, sub_task.task_id.to_owned()));
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
}
