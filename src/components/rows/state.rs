//! The state of the rows component as plain data: what it is given, what happens to it, and what it keeps between renders.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use crate::components::message::WidgetMessage;
use crate::components::view_state::{CopyStatus, LoadState};
use crate::i18n::Locale;
use crate::model::BatchTask;
use crate::timestamp::Timestamp;
use crate::view::slots::Slots;
use crate::view::table::ViewOptions;
use crate::view::timeline::Step;
use crate::view::window::{MAX_BOX_PX, NARROW_BELOW_PX, NARROW_ROW_PX, ROW_PX, Window};

/// The most rows that are printed: about fifty sheets of paper.
const MAX_PRINTED: u32 = 2_000;

/// The rows, how they are shown, and where presses go.
#[derive(Clone, PartialEq, Properties)]
pub(in crate::components) struct SubTaskRowsProps {
    pub(in crate::components) locale: Locale,
    pub(in crate::components) task: Rc<BatchTask>,
    /// The numbers of the visible rows, in order.
    pub(in crate::components) rows: Rc<Vec<u32>>,
    pub(in crate::components) name: AttrValue,
    pub(in crate::components) options: ViewOptions,
    pub(in crate::components) query: AttrValue,
    pub(in crate::components) copying: Option<CopyStatus>,
    pub(in crate::components) instance_url: Option<AttrValue>,
    /// The server's time, for the timeline of a running task.
    pub(in crate::components) now: Option<Timestamp>,
    /// Whether timeline and details can be drawn yet.
    pub(in crate::components) load_state: LoadState,
    pub(in crate::components) send: Callback<WidgetMessage>,
    /// The widget's outermost element.
    pub(in crate::components) root: NodeRef,
    /// How often the widget has been moved to another document.
    pub(in crate::components) moves: u32,
}

/// Messages of the rows component.
pub(in crate::components) enum RowsMessage {
    /// The scroll box has another size, in CSS px.
    Resized { width_px: u32, height_px: u32 },
    /// The scroll box was scrolled.
    Scrolled,
    /// The details of this row were expanded or collapsed.
    Toggled(u32),
    /// The viewer did something in the timeline.
    Timeline(LaneMessage),
    /// Printing begins (`true`) or has ended.
    Printed(bool),
}

/// Actions of the viewer in the timeline.
#[derive(Clone, Copy)]
pub(in crate::components) enum LaneMessage {
    /// The pointer is over the lane at this height of the browser window, in CSS px.
    Hovered(i32),
    /// The pointer left the lanes.
    Left,
    /// The lane at this height of the browser window was pressed, in CSS px.
    Pressed(i32),
    /// A key moved the selection.
    Stepped(Step),
}

/// The size of the scroll box and how far it is scrolled, in CSS px.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Viewport {
    pub(super) width_px: u32,
    pub(super) height_px: u32,
    /// Rounded down to a whole row, so that scrolling within one row renders nothing.
    pub(super) scroll_px: u32,
}

impl Viewport {
    /// The size assumed until the box has been measured.
    pub(super) const UNMEASURED: Self = Self { width_px: 1_024, height_px: 640, scroll_px: 0 };

    pub(super) fn is_narrow(self) -> bool {
        self.width_px < NARROW_BELOW_PX
    }

    /// The style of the scroll box. Without a maximum height, not all rows would be reachable. The inner height of a limited box
    /// is less than the limit, because it has a border and may have a scrollbar.
    pub(super) fn box_style(self) -> String {
        if self.height_px < MAX_BOX_PX - 100 {
            String::new()
        } else {
            format!("max-height:{MAX_BOX_PX}px;overflow:auto")
        }
    }

    pub(super) fn row_px(self) -> u32 {
        if self.is_narrow() { NARROW_ROW_PX } else { ROW_PX }
    }
}

/// The state that the rows component keeps between renders.
pub(in crate::components) struct RowsState {
    /// Makes the ids of this widget's elements unique in the document.
    pub(super) number: u32,
    pub(super) scroller: NodeRef,
    pub(super) viewport: Viewport,
    /// The expanded row and its TaskId: a row's number may change from poll to poll.
    pub(super) open: Option<(u32, String)>,
    /// Drawn rows that the last poll changed; they are highlighted once.
    pub(super) changed: Vec<u32>,
    /// The element of each drawn row, assigned while rows are drawn.
    pub(super) slots: RefCell<Slots>,
    /// The element with the lanes of the timeline.
    pub(super) lanes: NodeRef,
    /// The row of the lane under the pointer.
    pub(super) hovered: Option<u32>,
    /// Whether the lane of the open row is to be scrolled into view after the next render.
    pub(super) reveals_open: bool,
    /// Whether the page is being printed, with all rows.
    pub(super) is_printed: bool,
}

impl RowsState {
    pub(super) fn new(number: u32) -> Self {
        Self {
            number,
            scroller: NodeRef::default(),
            viewport: Viewport::UNMEASURED,
            open: None,
            changed: Vec::new(),
            slots: RefCell::default(),
            lanes: NodeRef::default(),
            hovered: None,
            reveals_open: false,
            is_printed: false,
        }
    }

    /// Returns the rows to draw; `open` is the position of the expanded one.
    pub(super) fn window(&self, props: &SubTaskRowsProps, open: Option<u32>) -> Window {
        let viewport = self.viewport;
        let count = u32::try_from(props.rows.len()).unwrap_or(u32::MAX);
        if self.is_printed {
            return Window::all(count.min(MAX_PRINTED));
        }
        Window::with_open(count, viewport.row_px(), viewport.scroll_px, viewport.height_px, open)
    }

    /// Returns the drawn rows that are new in `props` or differ from those in `old`.
    pub(super) fn changed_rows(&self, props: &SubTaskRowsProps, old: &SubTaskRowsProps) -> Vec<u32> {
        let (new, old) = (&props.task.sub_tasks, &old.task.sub_tasks);
        let window = self.window(props, self.open_position(&props.rows));
        let drawn = props.rows.get(window.first as usize..window.end as usize).unwrap_or_default();
        drawn.iter().copied().filter(|&row| new.get(row as usize) != old.get(row as usize)).collect()
    }

    /// Expands `row` and collapses the one that was expanded.
    pub(super) fn open(&mut self, props: &SubTaskRowsProps, row: Option<u32>) {
        let sub_task = row.and_then(|row| Some((row, props.task.sub_tasks.get(row as usize)?)));
        self.open = sub_task.map(|(row, sub_task)| (row, sub_task.task_id.to_owned()));
    }

    pub(super) fn is_open(&self, row: u32) -> bool {
        self.open.as_ref().is_some_and(|(open, _)| *open == row)
    }

    /// Finds the expanded row in a new task by its TaskId.
    pub(super) fn follow_open(&mut self, task: &BatchTask) {
        let Some((row, id)) = self.open.take() else { return };
        let is_it = |row: usize| task.sub_tasks.get(row).is_some_and(|sub_task| sub_task.task_id == id);
        let found = if is_it(row as usize) {
            Some(row)
        } else {
            (0..task.sub_tasks.len()).find(|&row| is_it(row)).map(|row| row as u32)
        };
        self.open = found.map(|row| (row, id));
    }

    /// Returns the position of the expanded row among `rows`.
    pub(super) fn open_position(&self, rows: &[u32]) -> Option<u32> {
        let (open, _) = self.open.as_ref()?;
        rows.iter().position(|row| row == open).map(|position| position as u32)
    }
}
