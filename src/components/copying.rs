//! Runs a press of a copy button: at once, or when the deferred functions are loaded.

use web_sys::Element;

use super::deferred::{self, Deferred, Done};
use super::message::{CopyOutcome, CopyTarget, WidgetMessage};
use super::view_state::ViewState;
use crate::effect::clipboard::{self, StartedCopy};

/// The press that waits for the deferred functions: its target, and the copy that has been started if the browser can wait
/// for the text.
#[derive(Default)]
pub(super) struct Copying(Option<(CopyTarget, Option<StartedCopy>)>);

impl Copying {
    /// Copies a text during the press of `button`. If the text cannot be made yet, a copy without it is started. Returns
    /// whether the deferred functions are needed for the rest.
    pub(super) fn press(&mut self, view: &ViewState, target: CopyTarget, button: Option<Element>) -> bool {
        let Some(deferred) = deferred::get() else {
            self.cancel();
            self.0 = Some((target, clipboard::start()));
            return true;
        };
        if let Some(text) = (deferred.copy_text)(view, target) {
            (deferred.copy)(text, button, done(view, target));
        }
        false
    }

    /// Ends the press that waits, with the deferred functions.
    pub(super) fn finish(&mut self, view: &ViewState, deferred: &Deferred) {
        let Some((target, started)) = self.0.take() else { return };
        match ((deferred.copy_text)(view, target), started) {
            (Some(text), Some(started)) => (deferred.finish_copy)(started, &text, done(view, target)),
            (None, Some(started)) => clipboard::cancel(&started),
            (_, None) => view.send.emit(WidgetMessage::CopyFinished(target, CopyOutcome::PressAgain)),
        }
    }

    /// Ends the press that waits, without a text. Returns its target.
    pub(super) fn cancel(&mut self) -> Option<CopyTarget> {
        let (target, started) = self.0.take()?;
        if let Some(started) = started {
            clipboard::cancel(&started);
        }
        Some(target)
    }
}

/// Returns what is called when copying has ended.
fn done(view: &ViewState, target: CopyTarget) -> Done {
    let send = view.send.clone();
    Box::new(move |succeeded: bool| send.emit(WidgetMessage::CopyFinished(target, succeeded.into())))
}
