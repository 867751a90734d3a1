//! What takes the widget longer than a moment where a task is large: grouping, searching, writing files. It is done in
//! slices, between which the page has its turn.

use std::rc::Rc;

use yew::prelude::*;

use super::shown::{Extent, Grouped};
use super::widget::{BatchTaskWidget, WidgetMessage};
use crate::effect::download::File;
use crate::effect::turns::in_slices;
use crate::model::BatchTask;
use crate::view::announce::TYPING_MS;
use crate::view::export::Format;
use crate::view::failures::{Failures, Grouping};
use crate::view::search::{Hits, Search};

/// A task of so many rows is searched at once; a larger one, or one with longer rows, in slices.
const AT_ONCE_ROWS: usize = 2_000;
/// A grouping that costs so much is done at once, a larger one in slices: two milliseconds.
const AT_ONCE_COST: u32 = 8_000;
/// What a slice of it costs: less than a millisecond.
const STEP_COST: u32 = 4_000;
/// How many rows a slice looks at before it looks at the clock, or fewer where they are long: less than a millisecond's worth.
const STEP_ROWS: u32 = 250;
/// So much of a file is handed to the browser at a time, in bytes.
const PART_BYTES: usize = 256 * 1_024;
/// The viewer is told of each so many percent: a drawing for each row would cost more than the file.
const TOLD_PERCENT: u32 = 5;

impl BatchTaskWidget {
    /// Groups the failures of the task: at once if that is quick, else in slices, and what is shown stays until then.
    pub(super) fn group(&mut self, ctx: &Context<Self>) {
        self.grouping = None;
        let Some(task) = self.shown.state.task().cloned() else {
            self.shown.grouped = None;
            return;
        };
        let last = self.shown.grouped.as_ref();
        let last = last.map(|last| (last.task.sub_tasks.clone(), Rc::clone(&last.failures)));
        let mut grouping = Grouping::of(task.sub_tasks.clone(), last);
        if grouping.step(AT_ONCE_COST) {
            return self.grouped(task, grouping.finish());
        }
        let link = ctx.link().clone();
        self.grouping = Some(in_slices(move || {
            let is_done = grouping.step(STEP_COST);
            if is_done {
                let failures = std::mem::take(&mut grouping).finish();
                link.send_message(WidgetMessage::Grouped(Rc::clone(&task), failures));
            }
            is_done
        }));
    }

    pub(super) fn grouped(&mut self, task: Rc<BatchTask>, failures: Failures) {
        self.shown.grouped = Some(Rc::new(Grouped::new(task, failures.into())));
        if self.shown.options.group.is_some() {
            self.shown.sift();
        }
    }

    /// Searches the task, like [`group`](Self::group). `is_typed` says that only the query is new.
    pub(super) fn search(&mut self, ctx: &Context<Self>, is_typed: bool) {
        // The hits are of this task unless a search is under way.
        let (hits, query) = (&self.shown.hits, &self.shown.query);
        let is_narrower = is_typed && self.searching.is_none();
        let mut search = if is_narrower { Search::after(hits, query) } else { Search::new(query) };
        self.searching = None;
        let Some(task) = self.shown.state.task().cloned() else { return };
        // Whoever searches for nothing has found it at once, however large the task is.
        let budget = if task.sub_tasks.len() <= AT_ONCE_ROWS { AT_ONCE_ROWS as u32 } else { 0 };
        if search.step(&task.sub_tasks, budget) {
            self.found(&task, search.finish());
            return;
        }
        let link = ctx.link().clone();
        self.searching = Some(in_slices(move || {
            let is_done = search.step(&task.sub_tasks, STEP_ROWS);
            if is_done {
                let hits = std::mem::take(&mut search).finish();
                link.send_message(WidgetMessage::Found(Rc::clone(&task), hits));
            }
            is_done
        }));
    }

    /// Takes over what was found; whether that shows anything new.
    pub(super) fn found(&mut self, task: &Rc<BatchTask>, hits: Hits) -> bool {
        // A search that ended just before its task was replaced found the rows of another.
        if !self.shown.state.task().is_some_and(|current| current.sub_tasks.shares(&task.sub_tasks)) {
            return false;
        }
        self.searching = None;
        let is_new = hits != self.shown.hits;
        if is_new {
            let is_other_query = !self.shown.hits.is_for(&self.shown.query);
            self.shown.hits = hits;
            self.shown.sift();
            if is_other_query {
                self.shown.note_rows(TYPING_MS);
            }
        }
        is_new
    }

    /// Writes a file of the task as it is now, and has it saved.
    pub(super) fn export(&mut self, ctx: &Context<Self>, format: Format, extent: Extent) {
        let task = self.shown.state.task().cloned();
        let Some((task, (mut export, name))) = task.zip(self.shown.export(format, extent)) else { return };
        let (link, file, mut text, mut told) = (ctx.link().clone(), File::default(), String::new(), 0);
        self.shown.exporting = Some(0);
        self.exporting = Some(in_slices(move || {
            let is_done = export.step(&task.sub_tasks, STEP_ROWS, &mut text);
            if is_done || text.len() >= PART_BYTES {
                file.push(&text);
                text.clear();
            }
            let percent = export.percent();
            if is_done {
                // A browser that makes no file says so itself, in its console.
                let _ = file.save(&name, format.media_type());
                link.send_message(WidgetMessage::ExportEnded);
            } else if percent >= told + TOLD_PERCENT {
                told = percent;
                link.send_message(WidgetMessage::ExportAdvanced(percent));
            }
            is_done
        }));
    }
}
