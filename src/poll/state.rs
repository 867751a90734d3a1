//! The state machine itself: phases, and how events change them.

use std::rc::Rc;

use super::backoff::{backoff_ms, slow_backoff_ms};
use super::content::Content;
use super::data::Data;
use super::event::Event;
use super::interval::{HIDDEN_INTERVAL_MS, MIN_INTERVAL_MS};
use super::pause_reasons::PauseReasons;
use super::phase::{Phase, Settled};
use crate::error::Error;
use crate::model::BatchTask;

/// The longest wait, in milliseconds. Browser timers overflow at 2³¹ ms.
const MAX_WAIT_MS: u64 = 24 * 60 * 60 * 1000;

/// The shortest time from the end of one request to the request of a page that has come back, in milliseconds.
const RETURN_INTERVAL_MS: u32 = 1_000;

/// The data of one watched task, or other content, and the phase of its poller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State<T: Content = BatchTask> {
    /// The last successful response. Errors do not remove it.
    pub data: Option<Data<T>>,
    /// The first response while it is being received; `None` once there is `data`.
    pub partial: Option<T::Partial>,
    /// The last error; `None` after the next success.
    pub last_error: Option<Rc<Error>>,
    /// The activity of the poller.
    pub phase: Phase,
    /// Incremented whenever a request or wait is started or cancelled. Events of older generations are ignored.
    pub generation: u32,
    /// Why polling is paused, if it is.
    pub pause_reasons: PauseReasons,
    /// Whether the viewer waits for the end of the task. Polling then continues on a hidden page, at a lower rate. Reset when the
    /// task has ended.
    pub end_is_awaited: bool,
    /// The result of the last request.
    pub settled: Settled,
    pub(super) interval_ms: u32,
    pub(super) failures: u32,
    /// How many errors that are retried slowly there were since the last success.
    slow_failures: u32,
    /// Whether the current wait is a backoff, which does not depend on the interval.
    is_backoff: bool,
    /// Whether the page was suspended after the last request had started.
    was_suspended: bool,
    pub(super) last_end_ms: Option<u64>,
    not_before_ms: u64,
    /// The request that was in flight when the browser went offline. Its response does not show that there is a network now.
    sent_online: Option<u32>,
    ticket: u32,
    pub(super) queued_ticket: Option<u32>,
}

impl State {
    /// Returns the task, once a response has been received.
    pub fn task(&self) -> Option<&Rc<BatchTask>> {
        self.content()
    }

    /// Returns the task whose rows are shown: that of the last response, or the first one as far as it has been received.
    pub fn task_with_rows(&self) -> Option<&Rc<BatchTask>> {
        self.task().or_else(|| self.partial.as_ref().map(|partial| &partial.task))
    }
}

impl<T: Content> State<T> {
    /// The state of a poller that has not started and will poll every `interval_ms` milliseconds; 0 fetches once.
    pub fn new(interval_ms: u32) -> Self {
        Self {
            data: None,
            partial: None,
            last_error: None,
            phase: Phase::Idle,
            generation: 0,
            pause_reasons: PauseReasons::default(),
            end_is_awaited: false,
            settled: Settled::default(),
            interval_ms,
            failures: 0,
            slow_failures: 0,
            is_backoff: false,
            was_suspended: false,
            last_end_ms: None,
            not_before_ms: 0,
            sent_online: None,
            ticket: 0,
            queued_ticket: None,
        }
    }

    /// Returns the state after `event`: the same pointer if nothing changes.
    #[must_use]
    pub fn next(self: &Rc<Self>, event: Event<T>) -> Rc<Self> {
        let mut state = (**self).clone();
        if state.apply(event) { Rc::new(state) } else { Rc::clone(self) }
    }

    /// Returns the content of the last response, once one has been received.
    pub fn content(&self) -> Option<&Rc<T>> {
        self.data.as_ref().map(|data| &data.content)
    }

    /// Whether the data is older than the last attempt to update it, by this poller or by the proxy.
    pub fn is_stale(&self) -> bool {
        self.data.as_ref().is_some_and(|data| data.is_stale || self.last_error.is_some())
    }

    /// Whether automatic updates have stopped before the end of the task, or are retried slowly.
    pub fn has_stopped_updating(&self) -> bool {
        !self.has_ended() && self.last_error.as_deref().is_some_and(|error| !error.is_transient())
    }

    /// Whether this state differs from `old` only in that the next request has started.
    pub fn is_refetch_after(&self, old: &Self) -> bool {
        matches!(old.phase, Phase::Waiting { .. }) && self.phase == Phase::Fetching && old.data.is_some()
    }

    /// Whether this state differs from `old` only in that a response has said the same again.
    pub fn confirms(&self, old: &Self) -> bool {
        let is_same = |(new, old): (&Data<T>, &Data<T>)| {
            Rc::ptr_eq(&new.content, &old.content) && new.is_stale == old.is_stale
        };
        old.phase == Phase::Fetching
            && matches!(self.phase, Phase::Waiting { .. })
            && self.data.as_ref().zip(old.data.as_ref()).is_some_and(is_same)
            && (&self.last_error, &old.last_error) == (&None, &None)
    }

    /// Whether waiting for the end makes sense: the task has not ended, and polling continues.
    pub fn can_await_end(&self) -> bool {
        self.interval_ms != 0 && self.phase != Phase::Stopped && self.data.is_some() && !self.has_ended()
    }

    /// How many requests in a row have failed.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// In how many milliseconds the next request starts; `None` if none is scheduled.
    pub const fn retry_in_ms(&self) -> Option<u32> {
        match self.phase {
            Phase::Waiting { delay_ms, .. } => Some(delay_ms),
            _ => None,
        }
    }

    /// Applies `event`; returns whether anything changed.
    fn apply(&mut self, event: Event<T>) -> bool {
        match event {
            Event::Started { now_ms, pause_reasons } => {
                if self.phase != Phase::Idle || self.generation != 0 {
                    return false;
                }
                self.pause_reasons = pause_reasons;
                self.schedule_next(now_ms);
            }
            Event::ResponseReceived {
                generation,
                content,
                request_id,
                age_ms,
                clock_offset_ms,
                is_stale,
                now_ms,
            } => {
                if !self.is_current_fetch(generation) {
                    return false;
                }
                let fetched_at_ms = now_ms.saturating_sub(age_ms);
                self.store(Data { content, request_id, fetched_at_ms, clock_offset_ms, is_stale });
                if self.sent_online != Some(generation) {
                    self.pause_reasons.offline = false;
                }
                self.settle(now_ms, None);
                self.after_success(now_ms);
            }
            Event::RowsReceived { generation, partial } => {
                // Only the first response is shown in parts.
                if !self.is_current_fetch(generation) || self.data.is_some() {
                    return false;
                }
                self.partial = Some(partial);
            }
            Event::FetchFailed { generation, error, now_ms, random } => {
                if !self.is_current_fetch(generation) {
                    return false;
                }
                let wait_ms = error.retry_after_ms().unwrap_or(0).min(MAX_WAIT_MS);
                self.not_before_ms = now_ms.saturating_add(wait_ms);
                if self.pause_reasons.suspended {
                    // The browser ends the requests of a page that is left.
                    self.not_before_ms =
                        self.not_before_ms.max(now_ms.saturating_add(RETURN_INTERVAL_MS.into()));
                    self.postpone_request();
                    return true;
                }
                self.partial = None;
                self.failures = self.failures.saturating_add(1);
                self.slow_failures = self.slow_failures.saturating_add(error.is_retried_slowly().into());
                self.last_error = Some(Rc::clone(&error));
                self.settle(now_ms, Some(Rc::clone(&error)));
                self.after_failure(&error, now_ms, random);
            }
            Event::TimerFired { generation } => {
                if generation != self.generation || !matches!(self.phase, Phase::Waiting { .. }) {
                    return false;
                }
                self.fetch();
            }
            Event::PageHidden { now_ms } => {
                if !self.add_pause_reason(|pause_reasons| &mut pause_reasons.hidden) {
                    return false;
                }
                self.reschedule(now_ms);
            }
            Event::PageSuspended => return self.suspend(),
            Event::PageResumed { now_ms } => {
                return self.remove_pause_reason(|pause_reasons| &mut pause_reasons.suspended, now_ms);
            }
            Event::WentOffline => {
                self.sent_online = (self.phase == Phase::Fetching).then_some(self.generation);
                return self.add_pause_reason(|pause_reasons| &mut pause_reasons.offline);
            }
            Event::Paused => return self.add_pause_reason(|pause_reasons| &mut pause_reasons.viewer),
            Event::PageShown { now_ms } => {
                return self.remove_pause_reason(|pause_reasons| &mut pause_reasons.hidden, now_ms);
            }
            Event::WentOnline { now_ms } if !self.pause_reasons.offline => match self.phase {
                // A response had ended the hold, and then requests have failed.
                Phase::Waiting { due_ms, .. } if self.is_backoff && self.due_ms(now_ms) < due_ms => {
                    self.schedule_next(now_ms);
                }
                _ => return false,
            },
            Event::WentOnline { now_ms } => {
                return self.remove_pause_reason(|pause_reasons| &mut pause_reasons.offline, now_ms);
            }
            Event::Resumed { now_ms } => {
                return self.remove_pause_reason(|pause_reasons| &mut pause_reasons.viewer, now_ms);
            }
            Event::RefreshRequested { ticket } => {
                if self.phase == Phase::Fetching {
                    self.queued_ticket = Some(ticket);
                } else {
                    self.ticket = ticket;
                    self.fetch();
                }
            }
            Event::EndAwaited { is_awaited, now_ms } => {
                if is_awaited == self.end_is_awaited {
                    return false;
                }
                self.end_is_awaited = is_awaited;
                match self.phase {
                    Phase::Waiting { .. } if self.must_pause() => self.enter(Phase::Paused),
                    Phase::Paused if !self.must_pause() => self.schedule_next(now_ms),
                    _ => {}
                }
            }
            Event::IntervalChanged { interval_ms, now_ms } => {
                if interval_ms == self.interval_ms {
                    return false;
                }
                self.interval_ms = interval_ms;
                match self.phase {
                    Phase::Idle if self.generation != 0 => self.schedule_next(now_ms),
                    _ => self.reschedule(now_ms),
                }
            }
            Event::TargetChanged { is_offline } => {
                if self.generation == 0 {
                    return false;
                }
                let ticket = self.queued_ticket.unwrap_or(self.ticket);
                *self = Self {
                    generation: self.generation,
                    pause_reasons: PauseReasons { offline: is_offline, ..self.pause_reasons },
                    settled: self.settled.clone(),
                    ticket,
                    ..Self::new(self.interval_ms)
                };
                if self.must_pause() { self.enter(Phase::Paused) } else { self.fetch() }
            }
            Event::TurnCame { generation } => {
                if !self.is_current_fetch(generation) {
                    return false;
                }
                // The request starts after the refreshes that were requested meanwhile, so it answers them, too.
                if let Some(ticket) = self.queued_ticket.take() {
                    self.ticket = ticket;
                } else if self.must_pause() && self.ticket == self.settled.ticket {
                    self.enter(if self.has_ended() { Phase::Finished } else { Phase::Paused });
                } else {
                    return false;
                }
            }
        }
        true
    }

    fn is_current_fetch(&self, generation: u32) -> bool {
        generation == self.generation && self.phase == Phase::Fetching
    }

    fn enter(&mut self, phase: Phase) {
        self.generation = self.generation.wrapping_add(1);
        self.phase = phase;
    }

    fn fetch(&mut self) {
        self.was_suspended = false;
        self.enter(Phase::Fetching);
    }

    /// Stores a response. Unchanged content keeps its pointer.
    fn store(&mut self, mut data: Data<T>) {
        if let Some(old) = self.data.take().filter(|old| old.content == data.content) {
            data.content = old.content;
        }
        self.data = Some(data);
        self.partial = None;
        self.last_error = None;
        self.failures = 0;
        self.slow_failures = 0;
        self.not_before_ms = 0;
    }

    fn settle(&mut self, now_ms: u64, error: Option<Rc<Error>>) {
        self.last_end_ms = Some(now_ms);
        self.settled = Settled { ticket: self.ticket, error };
    }

    /// Starts the request that a refresh asked for while another was in flight; returns whether there was one.
    fn start_queued(&mut self) -> bool {
        let Some(ticket) = self.queued_ticket.take() else { return false };
        self.ticket = ticket;
        self.fetch();
        true
    }

    fn after_success(&mut self, now_ms: u64) {
        if !self.start_queued() {
            self.schedule_next(now_ms);
        }
    }

    fn after_failure(&mut self, error: &Error, now_ms: u64, random: u32) {
        if self.start_queued() {
            return;
        }
        let is_slow = error.is_retried_slowly();
        if !error.is_transient() && !is_slow {
            self.enter(Phase::Stopped);
        } else if self.has_ended() {
            self.enter(Phase::Finished);
        } else if self.must_pause() {
            self.enter(Phase::Paused);
        } else {
            let delay_ms = match self.pause_reasons.hidden {
                _ if is_slow => slow_backoff_ms(self.slow_failures, random),
                true => backoff_ms(self.failures, random).max(HIDDEN_INTERVAL_MS),
                false => backoff_ms(self.failures, random),
            };
            self.is_backoff = true;
            self.wait_until(now_ms.saturating_add(delay_ms.into()).max(self.not_before_ms), now_ms);
        }
    }

    /// Whether there is a reason to pause that counts now.
    fn must_pause(&self) -> bool {
        if self.end_is_awaited { self.pause_reasons.any_except_hidden() } else { self.pause_reasons.any() }
    }

    /// The interval, or the longer one of a hidden page, in milliseconds.
    pub(super) fn effective_interval_ms(&self) -> u32 {
        if self.pause_reasons.hidden { self.interval_ms.max(HIDDEN_INTERVAL_MS) } else { self.interval_ms }
    }

    /// Reschedules the next request after a change of the interval. A backoff stays as it is, unless the page is hidden.
    fn reschedule(&mut self, now_ms: u64) {
        let Phase::Waiting { delay_ms, due_ms } = self.phase else { return };
        if !self.is_backoff {
            self.schedule_next(now_ms);
        } else if self.pause_reasons.hidden {
            // If the clock was set back, the rest of the wait must not become longer than the whole.
            let rest_ms = due_ms.saturating_sub(now_ms).min(delay_ms.into());
            self.wait_until((now_ms + rest_ms).max(self.due_ms(now_ms)), now_ms);
        }
    }

    /// Whether the content has ended, as a task does.
    pub fn has_ended(&self) -> bool {
        self.content().is_some_and(|content| content.has_ended())
    }

    /// Enters the phase that follows without an error: finished, paused, idle, fetching or waiting.
    fn schedule_next(&mut self, now_ms: u64) {
        if self.has_ended() {
            self.end_is_awaited = false;
            self.enter(Phase::Finished);
        } else if self.must_pause() {
            self.enter(Phase::Paused);
        } else if self.interval_ms == 0 && self.data.is_some() {
            self.enter(Phase::Idle);
        } else {
            self.is_backoff = false;
            self.wait_until(self.due_ms(now_ms), now_ms);
        }
    }

    /// When the next request is due, in Unix milliseconds: one interval after the end of the last one, and not before the
    /// server allows it. If the clock was set back, it is due now.
    fn due_ms(&self, now_ms: u64) -> u64 {
        self.due_after_ms(self.effective_interval_ms().max(MIN_INTERVAL_MS), now_ms)
    }

    /// The same for this many milliseconds after the end of the last request.
    fn due_after_ms(&self, wait_ms: u32, now_ms: u64) -> u64 {
        let due_ms = match self.last_end_ms {
            Some(last_end_ms) if last_end_ms <= now_ms => last_end_ms.saturating_add(wait_ms.into()),
            _ => now_ms,
        };
        due_ms.max(self.not_before_ms.min(now_ms.saturating_add(MAX_WAIT_MS)))
    }

    fn wait_until(&mut self, due_ms: u64, now_ms: u64) {
        let delay_ms = due_ms.saturating_sub(now_ms).min(MAX_WAIT_MS);
        if delay_ms == 0 {
            self.fetch();
        } else {
            let delay_ms = u32::try_from(delay_ms).unwrap_or(u32::MAX);
            self.enter(Phase::Waiting { delay_ms, due_ms });
        }
    }

    /// Adds a reason to pause. A request in flight is not cancelled: its response is still useful.
    fn add_pause_reason(&mut self, which: fn(&mut PauseReasons) -> &mut bool) -> bool {
        if std::mem::replace(which(&mut self.pause_reasons), true) {
            return false;
        }
        if matches!(self.phase, Phase::Waiting { .. }) && self.must_pause() {
            self.enter(Phase::Paused);
        }
        true
    }

    /// Pauses a page that is left or frozen. A request in flight is cancelled, since the browser would report it as failed when
    /// the page comes back, or deliver an old response. Refreshes that wait for it are answered by the next request.
    fn suspend(&mut self) -> bool {
        if !self.add_pause_reason(|pause_reasons| &mut pause_reasons.suspended) {
            return false;
        }
        self.was_suspended = true;
        if self.phase == Phase::Fetching {
            self.postpone_request();
        }
        true
    }

    /// Ends the request in flight without a result, until the page comes back.
    fn postpone_request(&mut self) {
        self.was_suspended = true;
        self.ticket = self.queued_ticket.take().unwrap_or(self.ticket);
        self.partial = None;
        self.enter(Phase::Paused);
    }

    /// Removes a reason to pause. When none is left, polling continues: immediately if the data is older than the interval,
    /// after an error that is retried slowly, or if the page was suspended. A finished task is fetched once by the same rule,
    /// since it may have been restarted.
    fn remove_pause_reason(&mut self, which: fn(&mut PauseReasons) -> &mut bool, now_ms: u64) -> bool {
        if !std::mem::replace(which(&mut self.pause_reasons), false) {
            return false;
        }
        if self.must_pause() {
            return true;
        }
        let is_slow = self.last_error.as_deref().is_some_and(Error::is_retried_slowly);
        match self.phase {
            Phase::Paused | Phase::Waiting { .. } | Phase::Finished
                if self.was_suspended && (self.interval_ms != 0 || self.phase == Phase::Paused) =>
            {
                self.is_backoff = true;
                self.wait_until(self.due_after_ms(RETURN_INTERVAL_MS, now_ms), now_ms);
            }
            Phase::Paused | Phase::Waiting { .. } if is_slow => {
                self.is_backoff = true;
                self.wait_until(self.due_after_ms(MIN_INTERVAL_MS, now_ms), now_ms);
            }
            // The wait may be the longer one of a hidden page.
            Phase::Paused | Phase::Waiting { .. } => self.schedule_next(now_ms),
            Phase::Finished if self.interval_ms != 0 && self.due_ms(now_ms) <= now_ms => self.fetch(),
            _ => {}
        }
        true
    }
}
