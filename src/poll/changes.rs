//! The difference between two states, for callbacks and events that report each change once.

use std::rc::Rc;

use super::content::Content;
use super::state::State;
use crate::error::Error;
use crate::model::BatchTask;

/// The difference between two states of one widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateChanges<T: Content = BatchTask> {
    /// The content of a response that was received, changed or not.
    pub answered: Option<Rc<T>>,
    /// Whether the content changed. A response that differs only in its RequestId does not count.
    pub is_changed: bool,
    /// Whether the task has ended and had not before.
    pub is_finished: bool,
    /// The error of a request that failed.
    pub failed: Option<Rc<Error>>,
    /// `Some(true)` if the viewer or the host paused, `Some(false)` if they resumed.
    pub paused: Option<bool>,
}

impl<T: Content> Default for StateChanges<T> {
    fn default() -> Self {
        Self { answered: None, is_changed: false, is_finished: false, failed: None, paused: None }
    }
}

impl<T: Content> StateChanges<T> {
    /// Compares two states.
    pub fn between(old: &State<T>, new: &State<T>) -> Self {
        let mut changes = Self::default();
        let (old_content, content) = (old.content(), new.content());
        if let Some(content) = content {
            changes.is_changed = old_content.is_none_or(|old| !Rc::ptr_eq(old, content));
            let is_answer = new.last_error.is_none() && new.last_end_ms != old.last_end_ms;
            changes.answered = (changes.is_changed || is_answer).then(|| Rc::clone(content));
            changes.is_finished = content.has_ended() && old_content.is_none_or(|old| !old.has_ended());
        }
        // Two errors in a row may be equal; the number of failures tells them apart.
        if new.failures != old.failures || old.last_error.is_none() {
            changes.failed.clone_from(&new.last_error);
        }
        changes.paused =
            (new.pause_reasons.viewer != old.pause_reasons.viewer).then_some(new.pause_reasons.viewer);
        changes
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::error::ErrorClass;
    use crate::model::BatchStatus;
    use crate::poll::{Event, PauseReasons, Phase};

    fn task(status: BatchStatus) -> Rc<BatchTask> {
        let sample = include_bytes!("../../tests/fixtures/describe-batch-task.sample.json");
        let mut task = crate::wire::decode(sample, None).unwrap().task;
        task.status = status;
        Rc::new(task)
    }

    /// The same state with a request in flight.
    fn fetching(state: &Rc<State>) -> Rc<State> {
        if state.phase == Phase::Fetching {
            return Rc::clone(state);
        }
        state.next(Event::RefreshRequested { ticket: 1 })
    }

    fn answered(state: &Rc<State>, task: Rc<BatchTask>, now_ms: u64) -> Rc<State> {
        let state = fetching(state);
        let generation = state.generation;
        let request_id = "r".into();
        state.next(Event::ResponseReceived {
            generation,
            content: task,
            request_id,
            age_ms: 0,
            clock_offset_ms: None,
            is_stale: false,
            now_ms,
        })
    }

    #[test]
    fn each_change_is_reported_once() {
        let started = Rc::new(State::new(5_000))
            .next(Event::Started { now_ms: 1, pause_reasons: PauseReasons::default() });
        let first = answered(&started, task(BatchStatus::Running), 2);
        let StateChanges { answered: task_answered, is_changed, is_finished, failed, paused } =
            StateChanges::between(&started, &first);
        assert_eq!(
            (task_answered.is_some(), is_changed, is_finished, failed, paused),
            (true, true, false, None, None)
        );
        assert_eq!(StateChanges::between(&first, &first), StateChanges::default());

        let same = answered(&first, task(BatchStatus::Running), 3);
        let changes = StateChanges::between(&first, &same);
        assert_eq!((changes.answered.is_some(), changes.is_changed), (true, false), "an unchanged response");

        let fetching = fetching(&same);
        let error = Rc::new(Error::new(ErrorClass::Network, "x"));
        let failed = fetching.next(Event::FetchFailed {
            generation: fetching.generation,
            error: Rc::clone(&error),
            now_ms: 4,
            random: u32::MAX,
        });
        let changes = StateChanges::between(&fetching, &failed);
        assert_eq!((changes.failed, changes.answered), (Some(error), None));
        assert!(failed.retry_in_ms().is_some());
        let paused = failed.next(Event::Paused);
        assert_eq!(
            StateChanges::between(&failed, &paused),
            StateChanges { paused: Some(true), ..StateChanges::default() }
        );

        let ended = answered(&failed, task(BatchStatus::Completed), 5);
        assert!(StateChanges::between(&failed, &ended).is_finished);
    }

    #[test]
    fn the_first_state_of_a_late_observer_reports_what_there_is() {
        let started = Rc::new(State::new(5_000))
            .next(Event::Started { now_ms: 1, pause_reasons: PauseReasons::default() });
        let ended = answered(&started, task(BatchStatus::Failed), 2);
        let changes = StateChanges::between(&State::new(5_000), &ended);
        assert!(changes.is_changed && changes.is_finished && changes.answered.is_some());
    }
}
