//! The rows of a task, as a table or as a timeline: a component of its own, so that a tick of the clock does not render all
//! rows again.
//!
//! It applies events to the [`RowsState`] and runs the layout effects; `table` and `timeline` draw.

pub(super) mod detail;
mod row;
pub(super) mod state;
mod table;
pub(super) mod timeline;

use std::cell::Cell;
use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use self::state::{RowsMessage, RowsState, SubTaskRowsProps, Viewport};
use super::deferred::{self, placeholder};
use crate::effect::focus;
use crate::effect::layout::{self, Resizes};
use crate::effect::page::{self, PageEvents};
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
    observed: Option<(Element, Resizes)>,
    /// Whether the box is to be scrolled to its top after the next render.
    starts_at_top: bool,
    prints: Option<PageEvents>,
}

impl Component for SubTaskRows {
    type Message = RowsMessage;
    type Properties = SubTaskRowsProps;

    fn create(_: &Context<Self>) -> Self {
        let number = COUNT.get();
        COUNT.set(number.wrapping_add(1));
        Self { state: RowsState::new(number), observed: None, starts_at_top: false, prints: None }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &SubTaskRowsProps) -> bool {
        let (props, state) = (ctx.props(), &mut self.state);
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
        if !Rc::ptr_eq(&props.task, &old.task) {
            state.changed = state.changed_rows(props, old);
            state.follow_open(&props.task);
        }
        if !Rc::ptr_eq(&props.rows, &old.rows) || props.options.view != old.options.view {
            // Another row may be under the pointer now; its next move tells.
            state.hovered = None;
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: RowsMessage) -> bool {
        let (props, state) = (ctx.props(), &mut self.state);
        let old = state.viewport;
        match message {
            RowsMessage::Resized { width_px, height_px } => {
                state.viewport = Viewport { width_px, height_px, ..old };
                // A box that was not rendered may be back at its top, without an event.
                follow_scroll(state, old, props);
            }
            RowsMessage::Scrolled => follow_scroll(state, old, props),
            RowsMessage::Toggled(row) => {
                let row = (!state.is_open(row)).then_some(row);
                state.open(props, row);
                return true;
            }
            RowsMessage::Timeline(message) => {
                let deferred = deferred::get();
                return deferred.is_some_and(|deferred| (deferred.update_timeline)(state, props, message));
            }
            RowsMessage::Printed(is_begin) => {
                state.is_printed = is_begin;
                return true;
            }
        }
        state.viewport != old
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let send = ctx.link().callback(|message| message);
        let rows = match props.options.view {
            _ if props.rows.is_empty() => table::empty(props),
            View::Subtasks => table::table(&self.state, props, &send),
            View::Timeline => match deferred::get() {
                Some(deferred) => (deferred.timeline)(&self.state, props, &send),
                None => placeholder(props.load_state, &props.send, props.locale),
            },
        };
        rows.html()
    }

    fn rendered(&mut self, ctx: &Context<Self>, is_first: bool) {
        if is_first {
            let link = ctx.link().clone();
            let prints =
                page::watch_prints(move |is_begin| link.send_message(RowsMessage::Printed(is_begin)));
            self.prints = Some(prints);
        }
        let scroller = self.state.scroller.cast::<Element>();
        if scroller.as_ref() != self.observed.as_ref().map(|(element, _)| element) {
            self.observed = scroller.clone().map(|element| {
                let link = ctx.link().clone();
                let resizes = layout::observe_size(&element, move |width_px, height_px| {
                    link.send_message(RowsMessage::Resized { width_px, height_px });
                });
                (element, resizes)
            });
        }
        let Some(scroller) = scroller else { return };
        if std::mem::take(&mut self.starts_at_top) {
            layout::scroll_to_top(&scroller);
        }
        if std::mem::take(&mut self.state.reveals_open)
            && let Some(lane) = self.state.open_position(&ctx.props().rows)
        {
            timeline::reveal(&scroller, lane);
        }
    }
}

/// Reads the scroll position. Before rows that are no longer drawn disappear, the focus moves from them to the box.
fn follow_scroll(state: &mut RowsState, old: Viewport, props: &SubTaskRowsProps) {
    let Some(scroller) = state.scroller.cast() else { return };
    // A last scroll event may arrive when the box is no longer rendered. It has no position then, and measuring it is slow.
    if !layout::is_rendered(&scroller) {
        return;
    }
    state.viewport.scroll_px = scroll_px(&scroller, state.viewport);
    if state.viewport != old {
        let open = state.open_position(&props.rows);
        let window = state.window(props, open);
        let [first, end] = [window.first, window.end].map(|row| row_index(row, open));
        focus::keep_in_scroller(&scroller, first..end);
    }
}

/// Returns how far the box is scrolled, rounded down to a whole row, in CSS px.
fn scroll_px(scroller: &Element, viewport: Viewport) -> u32 {
    let row_px = viewport.row_px();
    layout::scroll_top_px(scroller) / row_px * row_px
}
