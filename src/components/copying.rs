//! Runs a press of a copy button: at once, or when the deferred functions are loaded.

use web_sys::Element;

use super::deferred::{self, Copied, Deferred, Done};
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
        match (deferred.copy_text)(view, target) {
            Some(Copied { text, count }) if count != Some(0) => {
                (deferred.copy)(text, button, done(view, target, count));
            }
            Some(empty) => done(view, target, empty.count)(true),
            None => {}
        }
        false
    }

    /// Ends the press that waits, with the deferred functions.
    pub(super) fn finish(&mut self, view: &ViewState, deferred: &Deferred) {
        let Some((target, started)) = self.0.take() else { return };
        match ((deferred.copy_text)(view, target), started) {
            (Some(Copied { text, count }), Some(started)) if count != Some(0) => {
                (deferred.finish_copy)(started, &text, done(view, target, count));
            }
            (copied, Some(started)) => {
                clipboard::cancel(&started);
                if let Some(empty) = copied {
                    done(view, target, empty.count)(true);
                }
            }
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
fn done(view: &ViewState, target: CopyTarget, count: Option<u32>) -> Done {
    let send = view.send.clone();
    Box::new(move |succeeded: bool| {
        let outcome = if succeeded { CopyOutcome::Copied(count) } else { CopyOutcome::Failed };
        send.emit(WidgetMessage::CopyFinished(target, outcome));
    })
}
