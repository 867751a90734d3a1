//! The rows of a task, as a table or as a timeline: a component of its own, so that a tick of the clock does not render all
//! rows again.
//!
//! It applies events to the [`RowsState`] and runs the layout effects; `table` and `timeline` draw. `follow` and `used` change
//! the state and are loaded later, as details are.

pub(super) mod detail;
pub(super) mod follow;
pub(super) mod row;
pub(super) mod state;
pub(super) mod table;
pub(super) mod timeline;
pub(super) mod used;

use std::cell::Cell;
use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use self::state::{RowsMessage, RowsState, SubTaskRowsProps, Viewport};
use super::deferred::{self, placeholder};
use super::markup::fragment;
#[cfg(feature = "prerender")]
use super::server;
use crate::effect::focus;
use crate::effect::layout::{self, Resizes};
use crate::view::search::Hits;
use crate::view::table::View;
use crate::view::window::row_index;

thread_local! {
    /// How many of these components there have been on the page.
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

/// The component.
pub(super) struct SubTaskRows {
    state: RowsState,
    /// The scroll box whose size is observed; it is replaced when the view changes.
    observed: Option<(Element, [Option<Resizes>; 2])>,
    /// Whether the box is to be scrolled to its top after the next render.
    starts_at_top: bool,
    /// Where the top of the rows was after the last render, if the page scrolls them, in CSS px below the top of the page. Parts
    /// above them may grow with a poll, and must not move them.
    top_in_page_px: Option<f64>,
    /// How often details have been measured since the last message.
    measured: u32,
}

/// Details are measured at most this often in a row: a scrollbar can come and go with their height.
const MAX_MEASURED: u32 = 4;

impl Component for SubTaskRows {
    type Message = RowsMessage;
    type Properties = SubTaskRowsProps;

    fn create(ctx: &Context<Self>) -> Self {
        let number = COUNT.get();
        COUNT.set(number.wrapping_add(1));
        let mut state = RowsState::new(number);
        #[cfg(feature = "prerender")]
        if server::is_drawing() {
            state.viewport.height_px = server::BOX_PX;
        }
        follow_rows(&mut state, ctx.props(), ctx.props());
        Self { state, observed: None, starts_at_top: false, top_in_page_px: None, measured: 0 }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &SubTaskRowsProps) -> bool {
        let (props, state) = (ctx.props(), &mut self.state);
        if let Some((old_px, scroller)) = self.top_in_page_px.zip(state.scroller.cast()) {
            self.top_in_page_px = layout::follow_growth(&scroller, old_px);
        }
        let may_only_tick = props.options.view == View::Subtasks && props.now != old.now;
        if may_only_tick && props.is_same_but_now(old) && !state.has_running(props) {
            return false;
        }
        state.is_printed = props.is_printed;
        if let Some(root) = props.root.cast() {
            focus::keep(&root);
        }
        if props.moves != old.moves {
            // The browser calls an observer only while it renders the document whose window the observer belongs to.
            self.observed = None;
            state.viewport = Viewport::UNMEASURED;
        }
        // The old scroll position means nothing for another selection of rows.
        self.starts_at_top |= props.options.picks_other_rows(&old.options) || props.query != old.query;
        let is_new_task = !Rc::ptr_eq(&props.task, &old.task);
        let has_other_rows = is_new_task || !Rc::ptr_eq(&props.rows, &old.rows) || props.picks != old.picks;
        let may_seek = props.task_id != state.sought && props.task_id.is_some();
        if has_other_rows || may_seek || props.task_id != old.task_id {
            follow_rows(state, props, old);
        }
        if is_new_task {
            state.changed = state.changed_rows(props, old);
        }
        self.measured = 0;
        if !Rc::ptr_eq(&props.rows, &old.rows) || props.options.view != old.options.view {
            // Another row may be under the pointer now; its next move tells.
            state.hovered = None;
        }
        self.scroll_soon();
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: RowsMessage) -> bool {
        let must_render = self.apply(ctx, message);
        self.scroll_soon();
        must_render
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let send = ctx.link().callback(|message| message);
        let rows = match props.options.view {
            View::Subtasks if self.state.shown.is_empty() => table::empty(props),
            View::Timeline if props.rows.is_empty() => table::empty(props),
            View::Subtasks => table::table(&self.state, props, &send),
            View::Timeline => match deferred::get() {
                Some(deferred) => (deferred.timeline)(&self.state, props, &send),
                None => placeholder(props.load_state, &props.send, props.locale),
            },
        };
        let missing = deferred::get().and_then(|deferred| (deferred.missing_note)(&self.state, props));
        fragment().child(missing).child(rows).html()
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.highlight(&Hits::default());
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        let scroller = self.state.scroller.cast::<Element>();
        if scroller.as_ref() != self.observed.as_ref().map(|(element, _)| element) {
            self.highlight(&Hits::default());
            self.observed = scroller.clone().map(|element| {
                let link = ctx.link().clone();
                let resizes = layout::observe_size(&element, move |width_px, height_px| {
                    link.send_message(RowsMessage::Resized { width_px, height_px });
                });
                let link = ctx.link().clone();
                let table = self.state.table.cast::<Element>();
                let table = table.map(|table| {
                    layout::observe_size(&table, move |_, _| link.send_message(RowsMessage::Measured(false)))
                });
                (element, [Some(resizes), table])
            });
        }
        self.top_in_page_px = None;
        let Some(scroller) = scroller else { return };
        if self.state.viewport.is_narrow() {
            self.top_in_page_px = layout::top_in_page_px(&scroller);
        }
        self.highlight(&ctx.props().hits);
        let top = std::mem::take(&mut self.starts_at_top).then_some(0);
        if let Some(px) = self.state.scrolls_to.take().or(top) {
            layout::scroll_to(&scroller, px);
        }
        if let Some(deferred) = deferred::get() {
            (deferred.settle_rows)(&mut self.state, &scroller);
        }
        // The rendered details are in the document now, but not painted yet.
        if self.measured < MAX_MEASURED && self.measure(ctx) {
            self.measured += 1;
            ctx.link().send_message(RowsMessage::Measured(true));
        }
    }
}

impl SubTaskRows {
    /// Applies a message; returns whether the rows have to be rendered.
    fn apply(&mut self, ctx: &Context<Self>, message: RowsMessage) -> bool {
        let (props, state) = (ctx.props(), &mut self.state);
        let (old, deferred) = (state.viewport, deferred::get());
        if !matches!(message, RowsMessage::Measured(_)) {
            self.measured = 0;
        }
        match message {
            RowsMessage::Resized { width_px, height_px } => {
                let viewport = Viewport { width_px, height_px, ..old };
                match deferred {
                    Some(deferred) => (deferred.resize_rows)(state, props, viewport),
                    None => state.viewport = viewport,
                }
                // A box that was not rendered may be back at its top, without an event.
                if state.scrolls_to.get().is_none() {
                    follow_scroll(state, old, props);
                }
            }
            RowsMessage::Scrolled => follow_scroll(state, old, props),
            RowsMessage::Toggled(row) => {
                state.toggle(props, row);
                return true;
            }
            RowsMessage::Used(used) => {
                return deferred.is_some_and(|deferred| (deferred.use_rows)(state, props, used));
            }
            RowsMessage::Measured(is_other) => return is_other || self.measure(ctx),
            RowsMessage::Timeline(message) => {
                return deferred.is_some_and(|deferred| (deferred.update_timeline)(state, props, message));
            }
        }
        state.viewport != old
    }

    /// Scrolls as was decided, as soon as the rows are rendered. [`Component::rendered`] can be too late: Yew lets the browser
    /// continue before it after 16 ms, which would paint the rows at another place, and the viewer may scroll.
    fn scroll_soon(&self) {
        if self.state.scrolls_to.get().is_some() {
            layout::scroll_soon(self.state.scroller.clone(), Rc::clone(&self.state.scrolls_to));
        }
    }

    /// Measures the details of expanded rows; returns whether a height differs.
    fn measure(&mut self, ctx: &Context<Self>) -> bool {
        let state = &mut self.state;
        !state.placed.is_empty()
            && deferred::get().is_some_and(|deferred| (deferred.measure_rows)(state, ctx.props()))
    }

    /// Highlights the terms of a search in the rows, in place of those before.
    fn highlight(&self, hits: &Hits) {
        if let Some((deferred, (scroller, _))) = deferred::get().zip(self.observed.as_ref()) {
            (deferred.highlight)(scroller, hits);
        }
    }
}

/// Shows the rows of `props` after those of `old`.
fn follow_rows(state: &mut RowsState, props: &SubTaskRowsProps, old: &SubTaskRowsProps) {
    match deferred::get() {
        Some(deferred) => (deferred.follow_rows)(state, props, old),
        None => state.show(props, Rc::clone(&props.rows)),
    }
}

/// Reads the scroll position. Before rows that are no longer drawn disappear, the focus moves from them to the box.
fn follow_scroll(state: &mut RowsState, old: Viewport, props: &SubTaskRowsProps) {
    let Some(scroller) = state.scroller.cast() else { return };
    // A last scroll event may arrive when the box is no longer rendered. It has no position then, and measuring it is slow.
    if !layout::is_rendered(&scroller) {
        return;
    }
    state.scrolled(layout::scroll_top_px(&scroller));
    if state.viewport != old {
        let window = state.window(&state.layout(props));
        let [first, end] = [window.first, window.end].map(|row| row_index(row, &state.placed));
        focus::keep_in_scroller(&scroller, first..end);
    }
}
