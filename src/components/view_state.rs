//! The data that a widget shows: the poller's state, the viewer's choices, and everything computed from both. It runs no
//! effects.

use std::rc::Rc;

use yew::prelude::*;

use super::actions::Actions;
use super::freshness::Control;
use super::message::{CopyOutcome, CopyTarget, WidgetMessage, on_press};
use crate::effect::notify::Permission;
use crate::i18n::{Locale, Zone, fill, joined};
use crate::model::{BatchTask, SubTaskStatus, SubTasks};
use crate::poll::{Contact, State};
use crate::timestamp::Timestamp;
use crate::view::announce::Announcer;
use crate::view::columns::Column;
use crate::view::eta::Estimator;
use crate::view::failures::{Failures, Group, attention};
use crate::view::filter::StatusFilter;
use crate::view::format;
use crate::view::notification::Notified;
use crate::view::search::Hits;
use crate::view::server_clock::ServerClock;
use crate::view::summary::Summary;
use crate::view::table::{View, ViewOptions, rows_with};

/// How long a copy button shows its result, in milliseconds.
const COPIED_FOR_MS: u64 = 2_000;

/// How long a copy button asks to be pressed again, in milliseconds.
const ASKING_FOR_MS: u64 = 10_000;

/// The failure groups of a task, with the task that their row numbers refer to.
#[derive(Clone)]
pub(super) struct Grouped {
    pub(super) task: Rc<BatchTask>,
    pub(super) failures: Rc<Failures>,
    /// How many rows need attention, by status.
    pub(super) attention: Vec<(SubTaskStatus<'static>, u32)>,
}

impl Grouped {
    /// Counts what needs attention once, since drawing happens every second.
    pub(super) fn new(task: Rc<BatchTask>, failures: Rc<Failures>) -> Self {
        let attention = attention(&task.sub_tasks);
        Self { task, failures, attention }
    }
}

/// The result of the last press of a copy button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CopyStatus {
    pub(super) target: CopyTarget,
    pub(super) outcome: CopyOutcome,
    until_ms: u64,
}

/// Returns what the button and the live region say about the result of copying.
pub(super) fn copy_result(outcome: CopyOutcome, locale: Locale) -> AttrValue {
    AttrValue::Static(match outcome {
        CopyOutcome::Copied(Some(count)) => {
            return format::plural_count(count, locale.copied_count_one, locale.copied_count, locale).into();
        }
        CopyOutcome::Copied(None) => locale.copied,
        CopyOutcome::Failed => locale.copy_failed,
        CopyOutcome::PressAgain => locale.copy_again,
    })
}

/// The current time by two clocks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Now {
    /// Unix milliseconds, by the viewer's clock.
    pub(super) unix_ms: u64,
    /// Milliseconds by a monotonic clock.
    pub(super) monotonic_ms: u64,
}

/// The load state of the deferred functions, as this widget knows it.
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

/// Returns the visible rows of a task, in order.
pub(super) type Arrange = fn(&ViewState, &BatchTask) -> Vec<u32>;

/// Adds a response, at a monotonic time in milliseconds, to the data from which the time left is estimated.
pub(super) type Observe = fn(&mut Estimator, &BatchTask, u64);

/// Returns the median duration of finished rows, in milliseconds.
pub(super) type Median = fn(&SubTasks) -> Option<u64>;

/// The data that is drawn, and where messages are sent.
#[derive(Clone)]
pub(super) struct ViewState {
    /// The widget's outermost element.
    pub(super) root: NodeRef,
    /// How often it has been moved to another document.
    pub(super) moves: u32,
    /// Texts, formats and time zone.
    pub(super) locale: Locale,
    /// The time zone to switch to from UTC: the host's or the viewer's. It can be UTC itself.
    pub(super) local_zone: Zone,
    /// An error text about the host's messages, or empty.
    pub(super) wrong_messages: &'static str,
    /// The data and the phase of the poller.
    pub(super) state: Rc<State>,
    /// The requested batch, to name it before the first response.
    pub(super) batch_id: Option<AttrValue>,
    /// Whether the page has the origin `null`, so that servers on its own host are another origin, too.
    pub(super) has_opaque_origin: bool,
    /// The TaskId of the subtask that the host wants to show.
    pub(super) task_id: Option<AttrValue>,
    /// Returns the link to a subtask.
    pub(super) task_url: Option<Callback<AttrValue, AttrValue>>,
    /// Returns the link to the page.
    pub(super) page_url: Option<Callback<(), AttrValue>>,
    /// A pattern for links to instances.
    pub(super) instance_url: Option<AttrValue>,
    /// The figures of the task, once there is data.
    pub(super) summary: Option<Rc<Summary>>,
    /// View, filters, sort and columns.
    pub(super) options: ViewOptions,
    /// The search query.
    pub(super) query: AttrValue,
    /// The text of the search field. It differs from the query while an input method composes.
    pub(super) typed: AttrValue,
    /// The search field.
    pub(super) search_field: NodeRef,
    /// The hits of the last search.
    pub(super) hits: Rc<Hits>,
    /// The failure groups, once they are computed.
    pub(super) grouped: Option<Rc<Grouped>>,
    /// The numbers of the visible rows, in order.
    pub(super) rows: Rc<Vec<u32>>,
    /// How often the viewer or the host has picked other rows or another order.
    pub(super) picks: u32,
    /// The time of the last tick or response.
    pub(super) now: Now,
    /// Estimates the time left.
    pub(super) estimator: Estimator,
    /// The last response that it has not received, because the deferred functions are not loaded, and when it came.
    pub(super) unobserved: Option<(Rc<BatchTask>, u64)>,
    /// Adds responses to it, once the deferred functions are loaded.
    pub(super) observe: Option<Observe>,
    /// Estimates the difference between the viewer's clock and the server's.
    pub(super) server_clock: ServerClock,
    /// Whether a narrow widget shows all facts.
    pub(super) facts_are_open: bool,
    /// Whether all failure groups are listed and not only the largest.
    pub(super) groups_are_open: bool,
    /// Whether the page is being printed.
    pub(super) is_printed: bool,
    /// The progress of an export in percent, while one runs.
    pub(super) exporting: Option<u32>,
    /// Whether the frame around the page may have blocked the last export.
    pub(super) export_blocked: bool,
    /// Whether the viewer wants a notification at the end of the task.
    pub(super) awaits_end: bool,
    /// The viewer has been notified of this while waiting.
    pub(super) notified: Notified,
    /// Whether the browser shows notifications; granted until it has been asked.
    pub(super) permission: Permission,
    /// Whether the deferred functions are loaded.
    pub(super) load_state: LoadState,
    /// Finds and sorts the visible rows, once the deferred functions are loaded.
    pub(super) arrange: Option<Arrange>,
    /// Computes the median duration, once the deferred functions are loaded.
    pub(super) median: Option<Median>,
    /// The median duration of finished rows, in milliseconds.
    pub(super) median_ms: Option<u64>,
    /// The result of the last press of a copy button, for a while.
    pub(super) copying: Option<CopyStatus>,
    /// The text of the live region.
    pub(super) announcer: Announcer,
    /// Whether account IDs and secrets are masked.
    pub(super) is_redacted: bool,
    /// The buttons of the host.
    pub(super) actions: Actions,
    /// Sends messages to the widget. It stays the same between renders, so that the rows are not rendered again.
    pub(super) send: Callback<WidgetMessage>,
}

impl ViewState {
    /// Returns the view of `state` before the viewer has done anything: in English, with times in UTC.
    pub(super) fn new(state: Rc<State>, send: Callback<WidgetMessage>) -> Self {
        Self {
            root: NodeRef::default(),
            moves: 0,
            locale: Locale::english(),
            local_zone: Zone::utc(),
            wrong_messages: "",
            state,
            batch_id: None,
            has_opaque_origin: false,
            task_id: None,
            task_url: None,
            page_url: None,
            instance_url: None,
            summary: None,
            options: ViewOptions::default(),
            query: AttrValue::default(),
            typed: AttrValue::default(),
            search_field: NodeRef::default(),
            hits: Rc::default(),
            grouped: None,
            rows: Rc::default(),
            picks: 0,
            now: Now::default(),
            estimator: Estimator::new(),
            unobserved: None,
            observe: None,
            server_clock: ServerClock::new(),
            facts_are_open: false,
            groups_are_open: false,
            is_printed: false,
            exporting: None,
            export_blocked: false,
            awaits_end: false,
            notified: Notified::default(),
            permission: Permission::Granted,
            load_state: LoadState::NotRequested,
            arrange: None,
            median: None,
            median_ms: None,
            copying: None,
            announcer: Announcer::default(),
            is_redacted: false,
            actions: Actions::default(),
            send,
        }
    }

    /// Sets the query, also in the search field, unless an input method is composing text there.
    pub(super) fn set_query(&mut self, query: AttrValue) {
        if self.typed == self.query {
            self.typed = query.clone();
        }
        self.query = query;
    }

    /// Marks the deferred functions as loaded, with these among them.
    pub(super) fn set_loaded(&mut self, arrange: Arrange, median: Median, observe: Observe) {
        self.load_state = LoadState::Loaded;
        self.arrange = Some(arrange);
        self.median = Some(median);
        self.observe = Some(observe);
        if let Some((task, at_ms)) = self.unobserved.take() {
            observe(&mut self.estimator, &task, at_ms);
        }
        self.update_median();
    }

    fn update_median(&mut self) {
        let task = self.state.task_with_rows();
        self.median_ms = task.zip(self.median).and_then(|(task, median)| median(&task.sub_tasks));
    }

    /// Applies a new state, and recomputes the visible rows if the rows differ; returns whether they do.
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
            self.update_median();
        }
        // With each response the durations of running rows are compared again.
        let fetched_at_ms = |state: &State| state.data.as_ref().map(|data| data.fetched_at_ms);
        let is_answer = fetched_at_ms(&old) != fetched_at_ms(&self.state);
        let sorts_durations = self.options.sort.is_some_and(|sort| sort.column == Column::Duration);
        // Running rows may also have become longer than the filter asks for.
        if has_other_rows || self.options.longer_than.is_some() || is_answer && sorts_durations {
            self.recompute_rows();
        }
        has_other_rows
    }

    /// Updates the estimates of time left and server clock if there is a new response.
    fn observe(&mut self, old: &State, is_same_task: bool) {
        let Some(data) = &self.state.data else {
            (self.estimator, self.server_clock, self.unobserved) = Default::default();
            return;
        };
        // The time tells whether it is new: the RequestId stays the same after a 304. A stale response says nothing about
        // the current progress.
        let is_answer = old.data.as_ref().is_none_or(|old| old.fetched_at_ms != data.fetched_at_ms);
        if !is_answer || data.is_stale {
            return;
        }
        let at_ms = self.now.monotonic_ms;
        match self.observe {
            Some(observe) => observe(&mut self.estimator, &data.content, at_ms),
            None => self.unobserved = Some((Rc::clone(&data.content), at_ms)),
        }
        if data.clock_offset_ms.is_some() || !is_same_task {
            self.server_clock.observe(&data.content, self.now.unix_ms, data.clock_offset_ms);
        }
    }

    /// Whether the data is recent enough to say that something runs now.
    pub(super) fn is_live(&self) -> bool {
        self.state.contact(self.now.unix_ms) == Contact::Live
    }

    /// Returns the server's time, in Unix milliseconds; that of the data once it is old, since nothing is known about later.
    pub(super) fn server_now_ms(&self) -> u64 {
        let data = self.state.data.as_ref().filter(|_| !self.is_live());
        self.server_clock.now_ms(data.map_or(self.now.unix_ms, |data| data.fetched_at_ms))
    }

    /// Returns the server's time, to the second, if the task runs.
    pub(super) fn rows_now(&self) -> Option<Timestamp> {
        let goes_on = self.state.task_with_rows().is_some_and(|task| !task.status.has_ended());
        goes_on.then(|| Timestamp::from_unix_ms((self.server_now_ms() / 1_000 * 1_000) as i64))
    }

    /// Recomputes the visible rows, after a change of the task, the options, the hits or the groups.
    pub(super) fn recompute_rows(&mut self) {
        let rows = self.state.task_with_rows().map_or_else(Vec::new, |task| match self.arrange {
            Some(arrange) => arrange(self, task),
            None => rows_with(&task.sub_tasks, self.options.statuses(None)),
        });
        if *self.rows != rows {
            self.rows = Rc::new(rows);
        }
    }

    /// Returns the group with the reason that the rows are filtered by, if the batch has it.
    pub(super) fn group(&self) -> Option<&Group> {
        let (grouped, reason) = self.grouped.as_deref().zip(self.options.reason)?;
        grouped.failures.with_key(reason)
    }

    /// Returns the statuses that the rows are filtered by.
    pub(super) fn statuses(&self) -> StatusFilter {
        self.options.statuses(self.group())
    }

    /// Whether the viewer's choices need deferred functions.
    pub(super) fn needs_deferred(&self) -> bool {
        let ViewOptions { view, sort, reason, longer_than, .. } = self.options;
        view == View::Timeline
            || sort.is_some()
            || reason.is_some()
            || longer_than.is_some()
            || self.task_id.is_some()
            || !self.query.trim().is_empty()
    }

    /// Sets the time, and resets the copy button if it has shown its result long enough.
    pub(super) fn tick(&mut self, now: Now) {
        self.now = now;
        self.copying = self.copying.filter(|copying| now.monotonic_ms < copying.until_ms);
    }

    /// Stores and announces how copying has ended.
    pub(super) fn set_copy_status(&mut self, target: CopyTarget, outcome: CopyOutcome) {
        let for_ms = if outcome == CopyOutcome::PressAgain { ASKING_FOR_MS } else { COPIED_FOR_MS };
        self.copying = Some(CopyStatus { target, outcome, until_ms: self.now.monotonic_ms + for_ms });
        self.announce(&copy_result(outcome, self.locale));
    }

    /// Shows the progress of an export.
    pub(super) fn start_export(&mut self) {
        self.exporting = Some(0);
        self.export_blocked = false;
    }

    /// Stores and announces whether the frame around the page may have blocked a file.
    pub(super) fn set_export_blocked(&mut self, may_be_blocked: bool) {
        self.export_blocked = may_be_blocked;
        if may_be_blocked {
            self.announce(self.locale.export_blocked);
        }
    }

    /// Announces a viewer's action through the live region.
    pub(super) fn announce(&mut self, text: &str) {
        self.announcer.queue_action(text.to_owned(), self.now.monotonic_ms);
    }

    /// Announces the number of visible rows, and the result of a search for IDs, after `delay_ms` at the earliest.
    pub(super) fn announce_rows(&mut self, delay_ms: u64, search_result: Option<String>) {
        let all = self.state.task_with_rows().map_or(0, |task| task.sub_tasks.len());
        let [count, total] = [self.rows.len(), all].map(|rows| format::count(rows as i64, self.locale));
        let mut text = fill(self.locale.rows_shown, &[("count", &count), ("total", &total)]);
        if let Some(result) = search_result {
            text = joined(&[text, result], self.locale.full_stop);
        }
        self.announcer.queue_action(text, self.now.monotonic_ms + delay_ms);
    }

    /// Updates the text of the live region if an announcement is due.
    pub(super) fn update_announcement(&mut self) {
        let task = self.state.task().map(Rc::as_ref).zip(self.summary.as_deref());
        self.announcer.update(task, self.now.monotonic_ms, self.locale);
    }

    /// Returns when the shown response was made, by the server's clock.
    pub(super) fn as_of(&self) -> Option<Timestamp> {
        let fetched_at_ms = self.state.data.as_ref()?.fetched_at_ms;
        Some(Timestamp::from_unix_ms(i64::try_from(self.server_clock.now_ms(fetched_at_ms)).ok()?))
    }

    /// Returns a handler that sends `message`.
    pub(super) fn on_press(&self, message: WidgetMessage) -> Callback<Event> {
        on_press(&self.send, message)
    }

    /// Returns the handler of a button that has to do with polling.
    pub(super) fn on_control(&self, control: Control) -> Callback<Event> {
        self.on_press(match control {
            Control::Pause => WidgetMessage::Pause,
            Control::Resume => WidgetMessage::Resume,
            Control::Refresh => WidgetMessage::RefreshPressed,
            Control::Reload => WidgetMessage::ReloadPressed,
        })
    }
}
