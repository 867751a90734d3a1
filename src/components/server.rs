//! The widget as a server draws it.

use std::rc::Rc;

use yew::prelude::*;

use super::deferred;
use super::snapshot::{compute_all, group};
use super::view::{Appearance, widget};
use super::view_state::{Now, ViewState};
use crate::i18n::Locale;
use crate::poll::State;
use crate::view::table::ViewOptions;

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
    pub(crate) fn draw(self) -> Html {
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
        if view.needs_deferred() {
            compute_all(&mut view);
        } else {
            deferred::uninstall();
            group(&mut view);
        }
        widget(&view, &Appearance { compact: self.is_compact, ..Appearance::default() })
    }
}
