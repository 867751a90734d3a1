//! What is new in a state, for those who are told: each thing once.

use std::rc::Rc;

use super::State;
use crate::error::Error;
use crate::model::BatchTask;

/// What one state has that the one before it had not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The task of a good answer, the same as before or another one.
    pub answered: Option<Rc<BatchTask>>,
    /// Whether that task is another one; an answer that is equal but for its RequestId is not.
    pub is_changed: bool,
    /// Whether it has ended, which it had not before.
    pub is_finished: bool,
    /// The failure of a fetch.
    pub failed: Option<Rc<Error>>,
    /// Whether the viewer, or the host, has paused or resumed; and which.
    pub paused: Option<bool>,
}

impl News {
    /// Compares two states of one widget.
    pub fn of(old: &State, new: &State) -> Self {
        let mut news = Self::default();
        let (held, task) = (old.task(), new.task());
        if let Some(task) = task {
            news.is_changed = held.is_none_or(|held| !Rc::ptr_eq(held, task));
            let is_answer = new.last_error.is_none() && new.last_end_ms != old.last_end_ms;
            news.answered = (news.is_changed || is_answer).then(|| Rc::clone(task));
            news.is_finished = task.status.has_ended() && held.is_none_or(|held| !held.status.has_ended());
        }
        // Two failures in a row may be equal; their count tells them apart.
        if new.failures != old.failures || old.last_error.is_none() {
            news.failed.clone_from(&new.last_error);
        }
        news.paused = (new.holds.viewer != old.holds.viewer).then_some(new.holds.viewer);
        news
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::error::ErrorClass;
    use crate::model::BatchStatus;
    use crate::poll::{Event, Holds, Phase};

    fn task(status: BatchStatus) -> Rc<BatchTask> {
        let sample = include_bytes!("../../tests/fixtures/describe-batch-task.sample.json");
        let mut task = crate::wire::decode(sample, None).unwrap().task;
        task.status = status;
        Rc::new(task)
    }

    /// The same state, but for a request that is under way.
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
            task,
            request_id,
            age_ms: 0,
            server_ms: None,
            is_stale: false,
            now_ms,
        })
    }

    #[test]
    fn each_thing_is_told_once() {
        let begun = Rc::new(State::new(5_000)).next(Event::Started { now_ms: 1, holds: Holds::default() });
        let first = answered(&begun, task(BatchStatus::Running), 2);
        let News { answered: told, is_changed, is_finished, failed, paused } = News::of(&begun, &first);
        assert_eq!(
            (told.is_some(), is_changed, is_finished, failed, paused),
            (true, true, false, None, None)
        );
        assert_eq!(News::of(&first, &first), News::default());

        let same = answered(&first, task(BatchStatus::Running), 3);
        let news = News::of(&first, &same);
        assert_eq!((news.answered.is_some(), news.is_changed), (true, false), "an unchanged answer is one");

        let fetching = fetching(&same);
        let error = Rc::new(Error::new(ErrorClass::Network, "x"));
        let failed = fetching.next(Event::FetchFailed {
            generation: fetching.generation,
            error: Rc::clone(&error),
            now_ms: 4,
            random: u32::MAX,
        });
        let news = News::of(&fetching, &failed);
        assert_eq!((news.failed, news.answered), (Some(error), None));
        assert!(failed.retry_in_ms().is_some());
        let paused = failed.next(Event::Paused);
        assert_eq!(News::of(&failed, &paused), News { paused: Some(true), ..News::default() });

        let ended = answered(&failed, task(BatchStatus::Completed), 5);
        assert!(News::of(&failed, &ended).is_finished);
    }

    #[test]
    fn whoever_comes_late_is_told_of_what_is_there() {
        let begun = Rc::new(State::new(5_000)).next(Event::Started { now_ms: 1, holds: Holds::default() });
        let ended = answered(&begun, task(BatchStatus::Failed), 2);
        let news = News::of(&State::new(5_000), &ended);
        assert!(news.is_changed && news.is_finished && news.answered.is_some());
    }
}
