//! The age of the data and what comes next: "Updated 12 s ago · next in 5 s".

use crate::i18n::{Locale, fill};
use crate::poll::{Content, Phase, State};
use crate::timestamp::Timestamp;
use crate::view::format;

/// Returns the line of text at `now_ms` (Unix milliseconds).
pub fn text<T: Content>(state: &State<T>, now_ms: u64, locale: Locale) -> String {
    let next = next(state, now_ms, locale);
    match (&state.data, next) {
        (None, Some(next)) => format::capitalized(&next),
        (None, None) => String::new(),
        (Some(_), next) => {
            let age = age(state, now_ms, locale).unwrap_or_default();
            next.map_or_else(|| age.clone(), |next| format!("{age} · {next}"))
        }
    }
}

/// Returns the time of the data, which the age in [`text`] counts from.
pub fn since<T: Content>(state: &State<T>, locale: Locale) -> Option<String> {
    let at = Timestamp::from_unix_ms(i64::try_from(state.data.as_ref()?.fetched_at_ms).ok()?);
    let template = if state.is_stale() { locale.stale_at } else { locale.updated_at };
    Some(fill(template, &[("time", &format::date_time(at, locale))]))
}

/// Returns the age of the data: `Updated 12 s ago`, or `Data from 30 s ago` if it is stale; `None` without data.
pub fn age<T: Content>(state: &State<T>, now_ms: u64, locale: Locale) -> Option<String> {
    let (age_ms, stale) = (state.age_ms(now_ms)?, state.is_stale());
    if age_ms < 1_000 && !stale {
        return Some(locale.updated_now.to_owned());
    }
    // Whole seconds, so that it never reads "300 ms ago".
    let ago = fill(locale.ago, &[("time", &format::duration(age_ms / 1_000 * 1_000, locale))]);
    Some(fill(if stale { locale.stale } else { locale.updated }, &[("ago", &ago)]))
}

fn next<T: Content>(state: &State<T>, now_ms: u64, locale: Locale) -> Option<String> {
    Some(match state.phase {
        Phase::Fetching => locale.fetching.to_owned(),
        // It starts immediately, and the text should not change then.
        Phase::Idle if state.generation == 0 => locale.fetching.to_owned(),
        Phase::Waiting { due_ms, delay_ms } => {
            // If the clock is set back, the wait must not look longer than it is.
            let left_ms = due_ms.saturating_sub(now_ms).min(delay_ms.into());
            let template = if state.last_error.is_some() { locale.retry_in } else { locale.next_in };
            let whole_seconds_ms = left_ms.div_ceil(1_000) * 1_000;
            fill(template, &[("time", &format::duration(whole_seconds_ms, locale))])
        }
        Phase::Paused if state.pause_reasons.viewer => locale.paused_by_viewer.to_owned(),
        Phase::Paused if state.pause_reasons.offline => locale.paused_offline.to_owned(),
        Phase::Paused => locale.paused_hidden.to_owned(),
        Phase::Finished => locale.task_ended.to_owned(),
        Phase::Stopped => locale.not_updating.to_owned(),
        Phase::Idle => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::error::{Error, ErrorClass};
    use crate::i18n::Locale;
    use crate::poll::Data;

    fn state(phase: Phase, fetched_at_ms: Option<u64>) -> State {
        let sample = include_bytes!("../../tests/fixtures/describe-batch-task.sample.json");
        let task = Rc::new(crate::wire::decode(sample, None).unwrap().task);
        let data = fetched_at_ms.map(|fetched_at_ms| Data {
            content: task,
            request_id: "r".into(),
            fetched_at_ms,
            clock_offset_ms: None,
            is_stale: false,
        });
        let mut state = State::new(5_000);
        // Idle without data means not started; with data, that the one response has been received.
        state.generation = u32::from(data.is_some());
        state.data = data;
        state.phase = phase;
        state
    }

    #[test]
    fn the_text_shows_the_age_and_what_comes_next() {
        let waiting = Phase::Waiting { delay_ms: 5_000, due_ms: 17_000 };
        let table = [
            (state(Phase::Fetching, None), 0, "Updating…"),
            (state(Phase::Idle, None), 0, "Updating…"),
            (state(waiting, Some(0)), 12_000, "Updated 12 s ago · next in 5 s"),
            (state(waiting, Some(12_000)), 12_200, "Updated just now · next in 5 s"),
            (state(waiting, Some(12_000)), 16_999, "Updated 4 s ago · next in 1 s"),
            (state(waiting, Some(12_000)), 1, "Updated just now · next in 5 s"),
            (state(Phase::Finished, Some(0)), 131_400, "Updated 2 min 11 s ago · task has ended"),
            (state(Phase::Idle, Some(0)), 1_000, "Updated 1 s ago"),
        ];
        for (state, now_ms, expected) in table {
            assert_eq!(text(&state, now_ms, Locale::english()), expected);
        }
    }

    #[test]
    fn the_age_is_available_as_a_time() {
        let locale = Locale::english();
        let mut held = state(Phase::Fetching, Some(1_780_000_000_000));
        assert_eq!(since(&held, locale).as_deref(), Some("Updated at May 28, 2026 20:26:40 UTC"));
        held.last_error = Some(Rc::new(Error::new(ErrorClass::Network, "x")));
        assert_eq!(since(&held, locale).as_deref(), Some("Data from May 28, 2026 20:26:40 UTC"));
        assert_eq!(since(&state(Phase::Fetching, None), locale), None);
    }

    #[test]
    fn stale_data_is_marked() {
        let mut failed = state(Phase::Waiting { delay_ms: 4_000, due_ms: 34_000 }, Some(0));
        failed.last_error = Some(Rc::new(Error::new(ErrorClass::Network, "x")));
        assert_eq!(text(&failed, 30_000, Locale::english()), "Data from 30 s ago · retrying in 4 s");
        failed.last_error = None;
        failed.data.as_mut().unwrap().is_stale = true;
        assert_eq!(
            text(&failed, 30_000, Locale::english()),
            "Data from 30 s ago · next in 4 s",
            "the proxy could not renew it"
        );
        failed.last_error = Some(Rc::new(Error::new(ErrorClass::Network, "x")));
        failed.phase = Phase::Stopped;
        assert_eq!(text(&failed, 30_000, Locale::english()), "Data from 30 s ago · not updating");
    }
}
