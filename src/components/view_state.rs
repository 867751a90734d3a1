//! What a widget shows: the state, what the viewer picked, and what both come to. No effect, so that it can be drawn
//! anywhere.

use std::rc::Rc;

use yew::prelude::*;

use super::message::{CopyTarget, WidgetMessage, on_press};
use crate::i18n::{Locale, Zone, fill};
use crate::model::{BatchTask, SubTaskStatus, SubTasks};
use crate::poll::State;
use crate::timestamp::Timestamp;
use crate::view::announce::Announcer;
use crate::view::eta::Estimator;
use crate::view::failures::{Failures, attention};
use crate::view::format;
use crate::view::search::Hits;
use crate::view::server_clock::ServerClock;
use crate::view::summary::Summary;
use crate::view::table::{Sort, View, ViewOptions, visible_rows};

/// For how long a button says that it has copied, in milliseconds.
const COPIED_FOR_MS: u64 = 2_000;

/// The failures of a task, and the task that their rows are in.
#[derive(Clone)]
pub(super) struct Grouped {
    pub(super) task: Rc<BatchTask>,
    pub(super) failures: Rc<Failures>,
    /// How many rows need attention, by status.
    pub(super) attention: Vec<(SubTaskStatus<'static>, u32)>,
}

impl Grouped {
    /// What needs attention is counted here and not where it is drawn, which is once a second.
    pub(super) fn new(task: Rc<BatchTask>, failures: Rc<Failures>) -> Self {
        let attention = attention(&task.sub_tasks);
        Self { task, failures, attention }
    }
}

/// What the last press of a copy button came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CopyStatus {
    pub(super) target: CopyTarget,
    pub(super) succeeded: bool,
    until_ms: u64,
}

/// A moment by two clocks of the viewer's.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Now {
    /// Unix milliseconds.
    pub(super) unix_ms: u64,
    /// Milliseconds by a clock that never jumps.
    pub(super) monotonic_ms: u64,
}

/// How far the deferred functions are loaded, from the point of view of one widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoadState {
    /// They have not been requested.
    NotRequested,
    /// They are being loaded.
    Loading,
    /// Loading failed.
    Failed,
    /// They can be called.
    Loaded,
}

/// Puts these rows into the order of a sort.
pub(super) type Sorter = fn(&SubTasks, Vec<u32>, Sort) -> Vec<u32>;

/// All that is drawn, and where presses go.
#[derive(Clone)]
pub(super) struct ViewState {
    /// The language and the zone.
    pub(super) locale: Locale,
    /// The zone that there is beside UTC: the host's, or the viewer's. It may be UTC itself.
    pub(super) local_zone: Zone,
    /// What is wrong with the messages that the host gave, or empty.
    pub(super) wrong_messages: &'static str,
    /// What we hold and what the machine is doing.
    pub(super) state: Rc<State>,
    /// The batch that is asked for, to name it before there is an answer.
    pub(super) batch_id: Option<AttrValue>,
    /// A pattern for links to instances.
    pub(super) instance_url: Option<AttrValue>,
    /// The figures of the state's task, if there is one.
    pub(super) summary: Option<Rc<Summary>>,
    /// What the viewer picked.
    pub(super) options: ViewOptions,
    /// What the viewer searches for, as typed.
    pub(super) query: AttrValue,
    /// What a search found last.
    pub(super) hits: Hits,
    /// The failures by reason, once they are grouped.
    pub(super) grouped: Option<Rc<Grouped>>,
    /// The rows shown, in order.
    pub(super) rows: Rc<Vec<u32>>,
    /// Now.
    pub(super) now: Now,
    /// How fast it goes, by the answers so far.
    pub(super) estimator: Estimator,
    /// How far the viewer's clock is off, by the answers so far.
    pub(super) server_clock: ServerClock,
    /// Whether a narrow widget shows all facts.
    pub(super) facts_are_open: bool,
    /// Whether all groups of failures are shown, and not the largest alone.
    pub(super) groups_are_open: bool,
    /// How much of a file is written, in percent, while one is.
    pub(super) exporting: Option<u32>,
    /// Whether the viewer waits for the end.
    pub(super) awaits_end: bool,
    /// Whether the viewer may not be notified, as far as the browser has been asked.
    pub(super) notifications_blocked: bool,
    /// How it stands with what may be loaded later.
    pub(super) load_state: LoadState,
    /// Sorts rows, once the deferred functions are loaded.
    pub(super) sorter: Option<Sorter>,
    /// What is to be done once that is here.
    pub(super) pending: Option<WidgetMessage>,
    /// What was copied a moment ago.
    pub(super) copying: Option<CopyStatus>,
    /// What is said to those who cannot see all that.
    pub(super) announcer: Announcer,
    /// Takes what the viewer does; always the same, so that the table need not be drawn again.
    pub(super) send: Callback<WidgetMessage>,
}

impl ViewState {
    /// The view of `state` before the viewer has done anything: in English, with times in UTC, unsorted and unfiltered.
    pub(super) fn new(state: Rc<State>, send: Callback<WidgetMessage>) -> Self {
        Self {
            locale: Locale::english(),
            local_zone: Zone::utc(),
            wrong_messages: "",
            state,
            batch_id: None,
            instance_url: None,
            summary: None,
            options: ViewOptions::default(),
            query: AttrValue::default(),
            hits: Hits::default(),
            grouped: None,
            rows: Rc::default(),
            now: Now::default(),
            estimator: Estimator::new(),
            server_clock: ServerClock::new(),
            facts_are_open: false,
            groups_are_open: false,
            exporting: None,
            awaits_end: false,
            notifications_blocked: false,
            load_state: LoadState::NotRequested,
            sorter: None,
            pending: None,
            copying: None,
            announcer: Announcer::default(),
            send,
        }
    }

    /// The deferred functions have been loaded, a sorter among them.
    pub(super) fn set_loaded(&mut self, sorter: Sorter) {
        self.load_state = LoadState::Loaded;
        self.sorter = Some(sorter);
    }

    /// Takes a new state over; whether its rows are others. Which of them are shown is worked out only then.
    pub(super) fn set_state(&mut self, state: Rc<State>) -> bool {
        let old = std::mem::replace(&mut self.state, state);
        let (is_same, has_same_rows) = match (old.task_with_rows(), self.state.task_with_rows()) {
            (Some(old), Some(new)) => (Rc::ptr_eq(old, new), old.sub_tasks.shares(&new.sub_tasks)),
            (old, new) => (old.is_none() && new.is_none(), false),
        };
        self.observe(&old, is_same);
        if !is_same {
            self.summary = self.state.task().map(|task| Rc::new(Summary::of(task)));
        }
        let has_other_rows = !is_same && !has_same_rows;
        if has_other_rows {
            self.recompute_rows();
        }
        has_other_rows
    }

    /// Learns the pace and the server's clock from an answer that is new.
    fn observe(&mut self, old: &State, is_same_task: bool) {
        let Some(data) = &self.state.data else {
            (self.estimator, self.server_clock) = Default::default();
            return;
        };
        // By its time and not by its RequestId, which is the same where nothing had to be sent again. What a cache kept
        // says nothing of how fast it goes now.
        let is_answer = old.data.as_ref().is_none_or(|old| old.fetched_at_ms != data.fetched_at_ms);
        if !is_answer || data.is_stale {
            return;
        }
        self.estimator.observe(&data.task, self.now.monotonic_ms);
        let date = data.server_ms.and_then(|ms| Some(Timestamp::from_unix_ms(i64::try_from(ms).ok()?)));
        if date.is_some() || !is_same_task {
            self.server_clock.observe(&data.task, self.now.unix_ms, date);
        }
    }

    /// Now by the server's clock, in Unix milliseconds.
    pub(super) fn server_now_ms(&self) -> u64 {
        self.server_clock.now_ms(self.now.unix_ms)
    }

    /// Now by the server's clock, as long as a timeline is shown that goes on.
    pub(super) fn timeline_now(&self) -> Option<Timestamp> {
        let goes_on = self.state.task_with_rows().is_some_and(|task| !task.status.has_ended());
        let is_shown = self.options.view == View::Timeline;
        (is_shown && goes_on).then(|| Timestamp::from_unix_ms(self.server_now_ms() as i64))
    }

    /// Works out which rows are shown: anew for another task, another pick, other hits or other groups.
    pub(super) fn recompute_rows(&mut self) {
        let rows = self.state.task_with_rows().map_or_else(Vec::new, |task| {
            let group = self.options.group.zip(self.grouped.as_ref());
            let members = group.map(|(id, grouped)| grouped.failures.rows(id));
            let rows = visible_rows(&task.sub_tasks, self.options, [self.hits.rows(), members.as_ref()]);
            match self.options.sort.zip(self.sorter) {
                Some((sort, sorter)) => sorter(&task.sub_tasks, rows, sort),
                None => rows,
            }
        });
        if *self.rows != rows {
            self.rows = Rc::new(rows);
        }
    }

    /// Whether what the viewer picked takes what may be loaded later.
    pub(super) fn needs_deferred(&self) -> bool {
        let ViewOptions { view, sort, .. } = self.options;
        view == View::Timeline || sort.is_some() || !self.query.trim().is_empty()
    }

    /// The second is over: what was copied is no news any more.
    pub(super) fn tick(&mut self, now: Now) {
        self.now = now;
        self.copying = self.copying.filter(|copying| now.monotonic_ms < copying.until_ms);
    }

    /// Notes that something was copied, or could not be.
    pub(super) fn set_copy_status(&mut self, target: CopyTarget, succeeded: bool) {
        self.copying =
            Some(CopyStatus { target, succeeded, until_ms: self.now.monotonic_ms + COPIED_FOR_MS });
        self.announce(if succeeded { self.locale.copied } else { self.locale.copy_failed });
    }

    /// Has the live region say something that the viewer did.
    pub(super) fn announce(&mut self, text: &str) {
        self.announcer.queue_action(text.to_owned(), self.now.monotonic_ms);
    }

    /// Has it say how many rows are shown, in `delay_ms` or later.
    pub(super) fn announce_rows(&mut self, delay_ms: u64) {
        let all = self.state.task_with_rows().map_or(0, |task| task.sub_tasks.len());
        let [count, total] = [self.rows.len(), all].map(|rows| format::count(rows as i64, self.locale));
        let text = fill(self.locale.rows_shown, &[("count", &count), ("total", &total)]);
        self.announcer.queue_action(text, self.now.monotonic_ms + delay_ms);
    }

    /// Has the live region say what is new, if it is time.
    pub(super) fn update_announcement(&mut self) {
        let task = self.state.task().map(Rc::as_ref).zip(self.summary.as_deref());
        self.announcer.update(task, self.now.monotonic_ms, self.locale);
    }

    /// When the answer that is shown was made, by the server's clock.
    pub(super) fn as_of(&self) -> Option<Timestamp> {
        let fetched_at_ms = self.state.data.as_ref()?.fetched_at_ms;
        Some(Timestamp::from_unix_ms(i64::try_from(self.server_clock.now_ms(fetched_at_ms)).ok()?))
    }

    /// Sends `message` when something is pressed.
    pub(super) fn on_press(&self, message: WidgetMessage) -> Callback<Event> {
        on_press(&self.send, message)
    }

    /// Asks anew when something is pressed.
    pub(super) fn on_press_refresh(&self) -> Callback<Event> {
        self.on_press(WidgetMessage::RefreshPressed)
    }
}
