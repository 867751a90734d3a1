//! Searching while the viewer types and when the data changes: at once in a small task, in slices in a large one.

use std::rc::Rc;

use yew::prelude::*;

use super::BatchTaskWidget;
use crate::components::deferred::{self, SearchStart};
use crate::components::message::WidgetMessage;
use crate::effect::slices::run_in_slices;
use crate::model::BatchTask;
use crate::view::announce::TYPING_DELAY_MS;
use crate::view::search::Hits;

/// How many rows are searched at once, or fewer if they are long: a few milliseconds' work, less than drawing a frame. The others
/// follow in slices.
const AT_ONCE_ROWS: u32 = 10_000;

/// How many rows are searched between two looks at the clock, or fewer if they are long: less than a millisecond's work.
const STEP_ROWS: u32 = 250;

impl BatchTaskWidget {
    /// Searches for what the viewer has typed.
    pub(super) fn type_query(&mut self, ctx: &Context<Self>, query: AttrValue) {
        self.view.typed = query.clone();
        // A composition can end without a change.
        if query == self.view.query {
            return;
        }
        self.view.query = query.clone();
        self.search(ctx, true);
        self.typed.push(query.clone());
        ctx.props().on_query.emit(query);
    }

    /// Searches the current task, in slices if it is large. `is_typed` says that only the query is new.
    pub(super) fn search(&mut self, ctx: &Context<Self>, is_typed: bool) {
        let Some(deferred) = deferred::get() else { return };
        // While a search is under way, the last hits may be those of another task.
        let is_narrower = is_typed && self.searching.is_none();
        self.searching = None;
        let Some(task) = self.view.state.task().cloned() else { return };
        let start = if is_narrower { SearchStart::LastHits } else { SearchStart::AllRows };
        let mut job = (deferred.search)(&self.view, &task, start);
        if let Some(hits) = job(AT_ONCE_ROWS) {
            self.set_hits(&task, hits.into());
            return;
        }
        let link = ctx.link().clone();
        self.searching = Some(run_in_slices(move || {
            let hits = job(STEP_ROWS);
            let is_done = hits.is_some();
            if let Some(hits) = hits {
                link.send_message(WidgetMessage::SearchFinished(Rc::clone(&task), hits.into()));
            }
            is_done
        }));
    }

    /// Applies the hits of a search of `task`; returns whether they differ from the last ones.
    pub(super) fn set_hits(&mut self, task: &Rc<BatchTask>, hits: Rc<Hits>) -> bool {
        // The message of a search may arrive after its task has been replaced.
        if !self.view.state.task().is_some_and(|current| current.sub_tasks.shares(&task.sub_tasks)) {
            return false;
        }
        self.searching = None;
        let is_new = hits != self.view.hits;
        if is_new {
            let is_other_query = !self.view.hits.is_for(&self.view.query);
            self.view.hits = hits;
            self.view.recompute_rows();
            if is_other_query {
                self.view.picks += 1;
                let result = deferred::get().and_then(|deferred| (deferred.search_result)(&self.view));
                self.view.announce_rows(TYPING_DELAY_MS, result);
            }
        }
        is_new
    }
}
