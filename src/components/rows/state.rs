//! The state of the rows component as plain data: what it is given, what happens to it, and what it keeps between renders.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use yew::prelude::*;

use crate::components::actions::Actions;
use crate::components::message::WidgetMessage;
use crate::components::view_state::{CopyStatus, LoadState};
use crate::i18n::Locale;
use crate::model::{BatchTask, StatusBucket};
use crate::timestamp::Timestamp;
use crate::view::column_widths::ColumnWidths;
use crate::view::columns::Column;
use crate::view::row_key::RowKey;
use crate::view::search::Hits;
use crate::view::slots::Slots;
use crate::view::table::ViewOptions;
use crate::view::timeline::Step;
use crate::view::window::{
    DETAIL_PX, ERROR_LINE_BELOW_PX, ErrorLines, Layout, MAX_BOX_PX, NARROW_BELOW_PX, STEP_PX, Window,
};

/// The most rows that are printed: about fifty sheets of paper.
const MAX_PRINTED: u32 = 2_000;

/// The rows, how they are shown, and where presses go.
#[derive(Properties)]
pub(in crate::components) struct SubTaskRowsProps {
    pub(in crate::components) locale: Locale,
    pub(in crate::components) task: Rc<BatchTask>,
    /// The numbers of the rows that match the viewer's choices, in order.
    pub(in crate::components) rows: Rc<Vec<u32>>,
    /// How often the viewer or the host has picked other rows or another order.
    pub(in crate::components) picks: u32,
    pub(in crate::components) name: AttrValue,
    pub(in crate::components) options: ViewOptions,
    pub(in crate::components) query: AttrValue,
    pub(in crate::components) hits: Rc<Hits>,
    pub(in crate::components) copying: Option<CopyStatus>,
    /// The buttons of the host.
    pub(in crate::components) actions: Actions,
    /// The TaskId of the subtask to expand, scroll to and highlight.
    pub(in crate::components) task_id: Option<AttrValue>,
    /// Whether there are links to subtasks.
    pub(in crate::components) has_links: bool,
    /// Whether the first response is still being received, so that rows are missing.
    pub(in crate::components) is_partial: bool,
    pub(in crate::components) instance_url: Option<AttrValue>,
    /// The server's time, to the second, while the task runs.
    pub(in crate::components) now: Option<Timestamp>,
    /// The median duration of finished rows, in milliseconds.
    pub(in crate::components) median_ms: Option<u64>,
    /// Whether timeline and details can be drawn yet.
    pub(in crate::components) load_state: LoadState,
    pub(in crate::components) send: Callback<WidgetMessage>,
    /// The widget's outermost element.
    pub(in crate::components) root: NodeRef,
    /// How often the widget has been moved to another document.
    pub(in crate::components) moves: u32,
    /// Whether the page is being printed, with all rows.
    pub(in crate::components) is_printed: bool,
}

impl SubTaskRowsProps {
    /// Whether nothing differs from `other` but the time. Hits and buttons are compared by identity.
    #[inline(never)]
    pub(super) fn is_same_but_now(&self, other: &Self) -> bool {
        self.locale == other.locale
            && self.task == other.task
            && self.rows == other.rows
            && self.picks == other.picks
            && self.name == other.name
            && self.options == other.options
            && self.query == other.query
            && Rc::ptr_eq(&self.hits, &other.hits)
            && self.copying == other.copying
            && self.actions == other.actions
            && self.task_id == other.task_id
            && self.has_links == other.has_links
            && self.is_partial == other.is_partial
            && self.instance_url == other.instance_url
            && self.median_ms == other.median_ms
            && self.load_state == other.load_state
            && self.send == other.send
            && self.moves == other.moves
            && self.is_printed == other.is_printed
    }
}

impl PartialEq for SubTaskRowsProps {
    fn eq(&self, other: &Self) -> bool {
        self.now == other.now && self.is_same_but_now(other)
    }
}

/// Messages of the rows component.
#[derive(Clone, Copy)]
pub(in crate::components) enum RowsMessage {
    /// The scroll box has another size, in CSS px.
    Resized { width_px: u32, height_px: u32 },
    /// The scroll box was scrolled.
    Scrolled,
    /// The details of this row were expanded or collapsed.
    Toggled(u32),
    /// The viewer did something in the rows.
    Used(Use),
    /// The table has another height. Whether that of any details differs is known (`true`) or to be measured.
    Measured(bool),
    /// The viewer did something in the timeline.
    Timeline(LaneMessage),
}

/// The marks of a row.
#[derive(Clone, Copy, Default)]
pub(in crate::components) struct RowMarks {
    /// Its controls are in the tab order.
    pub(in crate::components) is_active: bool,
    /// It no longer matches the viewer's choices.
    pub(in crate::components) is_kept: bool,
}

/// Actions of the viewer in the table. `index` is the `aria-rowindex` of the row.
#[derive(Clone, Copy)]
pub(in crate::components) enum Use {
    /// The pointer was pressed here, in CSS px.
    Pointed([i32; 2]),
    /// A row was clicked here, or by a script.
    Clicked { index: u32, at: Option<[i32; 2]> },
    /// The focus is in this row.
    Focused { index: u32 },
    /// A key was pressed in this row.
    Keyed { index: u32, key: RowKey },
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
    /// The row of the selected lane was asked for by a key.
    Entered,
    /// A key moved the selection.
    Stepped(Step),
}

/// The size of the scroll box and how far it is scrolled, in CSS px.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::components) struct Viewport {
    pub(super) width_px: u32,
    pub(in crate::components) height_px: u32,
    /// Rounded down to a whole step, so that scrolling within one renders nothing.
    pub(super) scroll_px: u32,
}

impl Viewport {
    /// The size assumed until the box has been measured.
    pub(in crate::components) const UNMEASURED: Self = Self { width_px: 1_024, height_px: 640, scroll_px: 0 };

    pub(super) fn is_narrow(self) -> bool {
        self.width_px < NARROW_BELOW_PX
    }

    /// Whether errors are on a second line of their rows.
    pub(super) fn has_error_lines(self) -> bool {
        self.width_px < ERROR_LINE_BELOW_PX
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
}

/// An expanded row. A row's number may change from poll to poll, its TaskId does not.
pub(super) struct OpenRow {
    pub(super) row: u32,
    pub(super) id: String,
    /// The height of its details, in CSS px.
    pub(super) px: u32,
}

/// The state that the rows component keeps between renders.
pub(in crate::components) struct RowsState {
    /// Makes the ids of this widget's elements unique in the document.
    pub(super) number: u32,
    pub(super) scroller: NodeRef,
    pub(super) viewport: Viewport,
    /// The table in the scroll box.
    pub(super) table: NodeRef,
    /// The expanded rows.
    pub(super) open: Vec<OpenRow>,
    /// The row that was expanded last: the selected lane of the timeline.
    pub(super) lane: Option<u32>,
    /// The rows of the table in order: those that match the viewer's choices, and `kept`.
    pub(super) shown: Rc<Vec<u32>>,
    /// Expanded rows that no longer match.
    pub(super) kept: Vec<u32>,
    /// Which of the shown rows have an error.
    pub(super) error_lines: ErrorLines,
    /// The positions of the expanded rows that are shown, and the heights of their details.
    pub(super) placed: Vec<(u32, u32)>,
    /// The TaskId that was sought last, and found.
    pub(super) sought: Option<AttrValue>,
    /// The row that was found; it is highlighted while it is expanded.
    pub(super) target: Option<u32>,
    /// Whether the batch does not have the sought row.
    pub(super) is_target_missing: bool,
    /// Whether the page is to be scrolled to that row after the next render.
    pub(super) reveals_target: bool,
    /// The row whose button is in the tab order.
    pub(super) active: Option<u32>,
    /// Whether that button is to be focused after the next render.
    pub(super) focuses_active: bool,
    /// The position to scroll to after the next render, in CSS px. Shared with the microtask that may come first.
    pub(super) scrolls_to: Rc<Cell<Option<u32>>>,
    /// Whether the rows are scrolled down at all.
    pub(super) is_scrolled: bool,
    /// Where the pointer was pressed, in CSS px.
    pub(super) pressed_at: [i32; 2],
    /// The widths of the columns, measured while rows are drawn.
    pub(super) widths: RefCell<ColumnWidths>,
    /// Drawn rows that the last poll changed; they are highlighted once.
    pub(super) changed: Vec<u32>,
    /// The element of each drawn row, assigned while rows are drawn.
    pub(super) slots: RefCell<Slots>,
    /// The element with the lanes of the timeline.
    pub(super) lanes: NodeRef,
    /// The row of the lane under the pointer.
    pub(super) hovered: Option<u32>,
    /// Whether the facts about a lane are drawn above it.
    pub(super) facts_are_above: bool,
    /// The lane that is to be scrolled into view after the next render.
    pub(super) reveals_lane: Option<u32>,
    /// Whether the page is being printed, with all rows.
    pub(super) is_printed: bool,
}

impl RowsState {
    pub(super) fn new(number: u32) -> Self {
        Self {
            number,
            scroller: NodeRef::default(),
            viewport: Viewport::UNMEASURED,
            table: NodeRef::default(),
            open: Vec::new(),
            lane: None,
            shown: Rc::default(),
            kept: Vec::new(),
            error_lines: ErrorLines::default(),
            placed: Vec::new(),
            sought: None,
            target: None,
            is_target_missing: false,
            reveals_target: false,
            active: None,
            focuses_active: false,
            scrolls_to: Rc::default(),
            is_scrolled: false,
            pressed_at: [0; 2],
            widths: RefCell::default(),
            changed: Vec::new(),
            slots: RefCell::default(),
            lanes: NodeRef::default(),
            hovered: None,
            facts_are_above: false,
            reveals_lane: None,
            is_printed: false,
        }
    }

    /// Scrolls the rows by `px` from their top, after the next render.
    pub(super) fn scroll_to(&mut self, px: u32) {
        self.scrolls_to.set(Some(px));
        self.scrolled(px);
    }

    /// Notes that the rows are scrolled by `px` from their top.
    pub(super) fn scrolled(&mut self, px: u32) {
        self.is_scrolled = px > 0;
        self.viewport.scroll_px = px / STEP_PX * STEP_PX;
    }

    /// The id of the details of `row`.
    pub(super) fn detail_id(&self, row: u32) -> String {
        format!("btw-detail-{}-{row}", self.number)
    }

    /// Returns where each row is.
    pub(super) fn layout(&self, props: &SubTaskRowsProps) -> Layout<'_> {
        // On paper, whole errors are in their column.
        let has_lines = !self.is_printed
            && self.viewport.has_error_lines()
            && props.options.columns.contains(Column::ErrorMsg);
        Layout {
            rows: u32::try_from(self.shown.len()).unwrap_or(u32::MAX),
            error_lines: has_lines.then_some(&self.error_lines),
            open: &self.placed,
        }
    }

    /// Returns the rows to draw.
    pub(super) fn window(&self, layout: &Layout<'_>) -> Window {
        if self.is_printed {
            return Window::all(layout.rows.min(MAX_PRINTED));
        }
        layout.window(self.viewport.scroll_px, self.viewport.height_px)
    }

    /// Shows these rows of the task.
    pub(super) fn show(&mut self, props: &SubTaskRowsProps, shown: Rc<Vec<u32>>) {
        let sub_tasks = &props.task.sub_tasks;
        self.error_lines = ErrorLines::of(&shown, |row| !sub_tasks.error_msg(row as usize).is_empty());
        self.shown = shown;
        self.place();
    }

    /// Finds the positions of the expanded rows.
    pub(super) fn place(&mut self) {
        self.placed.clear();
        for open in &self.open {
            if let Some(position) = self.shown.iter().position(|row| *row == open.row) {
                let at = self.placed.partition_point(|placed| (placed.0 as usize) < position);
                self.placed.insert(at, (position as u32, open.px));
            }
        }
    }

    /// Whether the duration of a drawn row counts.
    pub(super) fn has_running(&self, props: &SubTaskRowsProps) -> bool {
        let window = self.window(&self.layout(props));
        let drawn = self.shown.get(window.first as usize..window.end as usize).unwrap_or_default();
        drawn.iter().any(|row| props.task.sub_tasks.bucket(*row as usize) == Some(StatusBucket::Running))
    }

    /// Returns the drawn rows that are new in `props` or differ from those in `old`.
    pub(super) fn changed_rows(&self, props: &SubTaskRowsProps, old: &SubTaskRowsProps) -> Vec<u32> {
        let (new, old) = (&props.task.sub_tasks, &old.task.sub_tasks);
        let window = self.window(&self.layout(props));
        let drawn = self.shown.get(window.first as usize..window.end as usize).unwrap_or_default();
        drawn.iter().copied().filter(|&row| new.get(row as usize) != old.get(row as usize)).collect()
    }

    /// Expands or collapses `row`.
    pub(super) fn toggle(&mut self, props: &SubTaskRowsProps, row: u32) {
        match self.open.iter().position(|open| open.row == row) {
            Some(index) => {
                self.open.remove(index);
                self.lane = self.lane.filter(|lane| *lane != row);
                if self.target == Some(row) {
                    self.target = None;
                    props.send.emit(WidgetMessage::TargetClosed);
                }
                if self.kept.contains(&row) {
                    self.kept.retain(|kept| *kept != row);
                    let shown = self.shown.iter().copied().filter(|shown| *shown != row).collect();
                    return self.show(props, Rc::new(shown));
                }
            }
            None => {
                let id = props.task.sub_tasks.task_id(row as usize).to_owned();
                self.open.push(OpenRow { row, id, px: DETAIL_PX });
                self.lane = Some(row);
            }
        }
        self.place();
    }

    /// Selects the lane of `row` in the timeline. Its row is expanded in the table in place of that of the last lane.
    pub(super) fn open(&mut self, props: &SubTaskRowsProps, row: Option<u32>) {
        if let Some(last) = self.lane.filter(|last| Some(*last) != row && self.is_open(*last)) {
            self.toggle(props, last);
        }
        if let Some(row) = row.filter(|row| !self.is_open(*row)) {
            self.toggle(props, row);
        }
        self.lane = row;
    }

    pub(super) fn is_open(&self, row: u32) -> bool {
        self.open.iter().any(|open| open.row == row)
    }

    /// Returns the position of the selected lane among `rows`.
    pub(super) fn open_position(&self, rows: &[u32]) -> Option<u32> {
        let lane = self.lane.filter(|lane| self.is_open(*lane))?;
        rows.iter().position(|row| *row == lane).map(|position| position as u32)
    }
}
