//! What a viewer has the widget do beyond the page: copy, and tell of the end.

use yew::prelude::*;

use super::shown::Copied;
use super::widget::{BatchTaskWidget, WidgetMessage};
use crate::effect::{clipboard, notify};
use crate::poll::State;
use crate::view::tab;

impl BatchTaskWidget {
    /// Copies something, if it is still there.
    pub(super) fn copy(&self, ctx: &Context<Self>, what: Copied) {
        let Some(text) = self.shown.text_of(what) else { return };
        let link = ctx.link().clone();
        clipboard::copy(text, move |succeeded| link.send_message(WidgetMessage::CopyEnded(what, succeeded)));
    }

    /// The viewer waits for the end, or no longer does. Whoever does is asked whether they may be notified.
    pub(super) fn await_end(&mut self, ctx: &Context<Self>, awaits_end: bool) {
        let Some((watcher, _)) = &self.effects else { return };
        self.shown.awaits_end = awaits_end;
        watcher.await_end(awaits_end);
        if awaits_end {
            let link = ctx.link().clone();
            notify::ask(move |may| link.send_message(WidgetMessage::MayNotify(may)));
        }
    }

    /// Tells a viewer who waits for the end of it, once it is there.
    pub(super) fn tell_end(&mut self, old: &State) {
        let new = &self.shown.state;
        if let Some(announcement) = tab::announcement(old, new, self.shown.words) {
            let tag = new.task().map_or("", |task| &task.batch_id);
            notify::show(&announcement.title, &announcement.body, tag);
        }
        if new.task().is_some_and(|task| task.status.has_ended()) {
            self.shown.awaits_end = false;
            if let Some((watcher, _)) = &self.effects {
                watcher.await_end(false);
            }
        }
    }
}
