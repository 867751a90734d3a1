//! Grouping the failures when the data changes: at once in a small task, in slices in a large one.

use std::rc::Rc;

use yew::prelude::*;

use super::BatchTaskWidget;
use crate::components::message::WidgetMessage;
use crate::components::view_state::Grouped;
use crate::effect::slices::run_in_slices;
use crate::model::BatchTask;
use crate::view::failures::{Failures, Grouping};

/// A grouping of at most this cost is done at once, a larger one in slices: two milliseconds.
const AT_ONCE_COST: u32 = 8_000;

/// The cost of grouping between two looks at the clock: less than a millisecond.
const STEP_COST: u32 = 4_000;

impl BatchTaskWidget {
    /// Groups the failures of the current task, in slices if there are many. The old groups stay until it is done.
    pub(super) fn group(&mut self, ctx: &Context<Self>) {
        self.grouping = None;
        let Some(task) = self.view.state.task().cloned() else {
            self.view.grouped = None;
            return;
        };
        let last = self.view.grouped.as_ref();
        let last = last.map(|last| (last.task.sub_tasks.clone(), Rc::clone(&last.failures)));
        let mut grouping = Grouping::of(task.sub_tasks.clone(), last);
        if grouping.step(AT_ONCE_COST) {
            return self.set_groups(task, grouping.finish().into());
        }
        let link = ctx.link().clone();
        self.grouping = Some(run_in_slices(move || {
            let is_done = grouping.step(STEP_COST);
            if is_done {
                let failures = std::mem::take(&mut grouping).finish();
                link.send_message(WidgetMessage::GroupingFinished(Rc::clone(&task), failures.into()));
            }
            is_done
        }));
    }

    pub(super) fn set_groups(&mut self, task: Rc<BatchTask>, failures: Rc<Failures>) {
        self.view.grouped = Some(Rc::new(Grouped::new(task, failures)));
        if self.view.options.reason.is_some() {
            self.view.recompute_rows();
        }
    }
}
