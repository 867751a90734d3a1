//! The widget and the list as a server draws them.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;

use super::deferred;
use super::list::{ListState, list};
use super::markup::{Tag, tag};
use super::props::Theme;
use super::rows::row::column_class;
use super::rows::state::{SubTaskRowsProps, Viewport};
use super::snapshot::{compute_all, group};
use super::view::{Appearance, widget};
use super::view_state::{LoadState, Now, ViewState};
use crate::i18n::Locale;
use crate::list::{BatchPage, ListLocale, ListQuery};
use crate::model::StatusBucket;
use crate::poll::State;
use crate::view::column_widths::narrow;
use crate::view::columns::{Column, Columns};
use crate::view::table::{ViewOptions, rows_with};
use crate::view::window::Layout;

/// The height of the scroll box that is assumed, in CSS px: forty rows are drawn, which fill that of a large screen.
pub(super) const BOX_PX: u32 = 986;

thread_local! {
    static IS_DRAWING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread draws for a browser whose size is not known.
pub(super) fn is_drawing() -> bool {
    IS_DRAWING.get()
}

/// Returns those of the rows `drawn` that the program draws at first, so that columns are as wide as its columns.
pub(super) fn measured<'a>(drawn: &'a [u32], layout: &Layout<'_>) -> &'a [u32] {
    let end = layout.window(0, Viewport::UNMEASURED.height_px).end as usize;
    if is_drawing() { &drawn[..drawn.len().min(end)] } else { drawn }
}

/// Returns what the program draws before it has loaded its other files: the rows without the deferred functions, and English texts.
/// Columns do not become narrower then. `measured` are the rows at last.
pub(super) fn drawn_before(props: &SubTaskRowsProps, measured: &[u32]) -> Vec<(Locale, Vec<u32>)> {
    if !is_drawing() {
        return Vec::new();
    }
    // A language is loaded sooner than the deferred functions.
    let rows = if props.load_state == LoadState::Loaded { rows_before(props) } else { measured.to_vec() };
    vec![(Locale::english(), rows.clone()), (props.locale, rows)]
}

/// Returns the rows without the deferred functions. Running ones are left out, because their column is wider with those functions
/// only.
fn rows_before(props: &SubTaskRowsProps) -> Vec<u32> {
    let sub_tasks = &props.task.sub_tasks;
    let mut rows = rows_with(sub_tasks, props.options.statuses(None));
    let layout = Layout { rows: u32::try_from(rows.len()).unwrap_or(u32::MAX), error_lines: None, open: &[] };
    rows.truncate(layout.window(0, Viewport::UNMEASURED.height_px).end as usize);
    rows.retain(|row| sub_tasks.bucket(*row as usize) != Some(StatusBucket::Running));
    rows
}

/// Draws elements with the widths that the columns have in a narrow table, which the stylesheet selects. `widths` are those of a wide
/// one, in CSS px.
pub(super) fn narrow_columns(columns: Columns, mut widths: [u32; Column::ALL.len()]) -> Option<Tag> {
    narrow(&mut widths);
    let column = |column: Column| tag("col").class(column_class(column)).width(widths[column as usize]);
    is_drawing().then(|| tag("colgroup").class("page-narrow").children(columns.iter().map(column)))
}

/// Runs `draw`, which draws for a browser whose size is not known.
pub(crate) fn drawing<T>(draw: impl FnOnce() -> T) -> T {
    IS_DRAWING.set(true);
    let drawn = draw();
    IS_DRAWING.set(false);
    drawn
}

/// The state of one batch, and what the viewer wants to see of it.
pub(crate) struct Snapshot {
    pub(crate) state: Rc<State>,
    pub(crate) locale: Locale,
    pub(crate) batch_id: AttrValue,
    pub(crate) options: ViewOptions,
    pub(crate) query: AttrValue,
    /// The TaskId of the subtask to show.
    pub(crate) task_id: Option<AttrValue>,
    /// Whether account IDs are masked.
    pub(crate) is_redacted: bool,
    /// Whether there is no table.
    pub(crate) is_compact: bool,
    /// Unix milliseconds.
    pub(crate) now_ms: u64,
}

impl Snapshot {
    /// Draws the widget as its first render in a browser does: with the deferred functions only if the viewer's choices need them.
    /// Returns whether they do.
    pub(crate) fn draw(self) -> (Html, bool) {
        let mut view = ViewState::new(Rc::new(State::new(0)), Callback::noop());
        view.locale = self.locale;
        view.batch_id = Some(self.batch_id);
        view.task_id = self.task_id;
        view.task_url = Some(Callback::from(|_| AttrValue::default()));
        view.options = self.options;
        view.set_query(self.query);
        view.is_redacted = self.is_redacted;
        view.tick(Now { unix_ms: self.now_ms, monotonic_ms: 0 });
        view.set_state(self.state);
        let needs_deferred = view.needs_deferred();
        if needs_deferred {
            compute_all(&mut view);
        } else {
            deferred::uninstall();
            group(&mut view);
        }
        let appearance = Appearance { compact: self.is_compact, ..Appearance::default() };
        (widget(&view, &appearance), needs_deferred)
    }
}

/// The state of the list, and what the viewer wants to see of it.
pub(crate) struct ListSnapshot {
    pub(crate) state: Rc<State<BatchPage>>,
    pub(crate) locale: ListLocale,
    pub(crate) query: ListQuery,
    /// The pattern of the links to batches.
    pub(crate) batch_url: AttrValue,
    /// Unix milliseconds.
    pub(crate) now_ms: u64,
}

impl ListSnapshot {
    /// Draws the list.
    pub(crate) fn draw(self) -> Html {
        let initial = Rc::new(State::new(0));
        let mut view = ListState::new(initial, self.query, Callback::noop());
        view.locale = self.locale;
        view.batch_url = Some(self.batch_url);
        view.now = Now { unix_ms: self.now_ms, monotonic_ms: 0 };
        view.set_state(self.state);
        list(&view, Theme::Auto, "")
    }
}
