//! What is said to those who cannot see the widget change, and when: one polite sentence at most in five seconds.
//!
//! It owns what is worth saying. A task's status, each quarter of it and each failure are; a clock that ticks is not. Of what
//! happens while nothing may be said, only where it has led to is said, and of what the viewer does, only the last thing.

use crate::i18n::Locale;
use crate::model::{BatchStatus, BatchTask, StatusBucket};
use crate::view::summary::Summary;
use crate::view::{format, tab};

/// After a sentence there is silence for so long, in milliseconds.
pub const SILENCE_MS: u64 = 5_000;

/// Whoever types is told what was found once no key has changed it for so long, in milliseconds.
pub const TYPING_MS: u64 = 1_000;

/// What of a task has been said already.
#[derive(Clone, Debug)]
struct Told {
    status: BatchStatus,
    quarter: u8,
    failed: u32,
}

/// Decides what the live region says.
#[derive(Clone, Debug, Default)]
pub struct Announcer {
    /// There is none before the first answer.
    told: Option<Told>,
    /// What the viewer did last, in words, and from when on it may be said.
    note: Option<(String, u64)>,
    silent_until_ms: u64,
    text: String,
}

impl Announcer {
    /// What the live region says now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Has something said that the viewer did, at `due_ms` or later, in place of what they did before.
    pub fn note(&mut self, text: String, due_ms: u64) {
        self.note = Some((text, due_ms));
    }

    /// Says what is new at `now_ms`, if it is time. Both times are of one clock that never jumps, in milliseconds.
    pub fn speak(&mut self, task: Option<(&BatchTask, &Summary)>, now_ms: u64, locale: Locale) {
        let Some((task, summary)) = task else {
            // Another batch may come; of that one nothing has been said.
            self.told = None;
            return;
        };
        if now_ms < self.silent_until_ms {
            return;
        }
        let mut text = self.changes(task, summary, locale);
        if let Some((note, _)) = self.note.take_if(|(_, due_ms)| *due_ms <= now_ms) {
            if !text.is_empty() {
                text.push_str(locale.full_stop);
            }
            text.push_str(&note);
        }
        if text.is_empty() {
            return;
        }
        // The same text again would be no change of the region, and nothing would be said.
        if text == self.text {
            text.push('\u{a0}');
        }
        self.text = text;
        self.silent_until_ms = now_ms + SILENCE_MS;
    }

    fn changes(&mut self, task: &BatchTask, summary: &Summary, locale: Locale) -> String {
        let quarter = summary.percent.unwrap_or(0) / 25;
        let failed = summary.counts.get(StatusBucket::Failed);
        // This is asked once a second, so that a status, which may be long, is copied only where it is new.
        let Some(told) = self.told.as_mut().filter(|told| told.status == task.status) else {
            self.told = Some(Told { status: task.status.clone(), quarter, failed });
            let mut text = format::beginning(locale.batch_status(&task.status));
            text.push_str(locale.full_stop);
            text.push_str(&tab::counts(summary, locale));
            return text;
        };
        let old_quarter = std::mem::replace(&mut told.quarter, quarter);
        let old_failed = std::mem::replace(&mut told.failed, failed);
        let mut text = String::new();
        if quarter > old_quarter {
            text = tab::value_text(summary, locale);
        }
        if failed > old_failed {
            if !text.is_empty() {
                text.push_str(locale.full_stop);
            }
            let more = failed - old_failed;
            text.push_str(&format::counted(more, locale.more_failed_one, locale.more_failed, locale));
        }
        text
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::blank;
    use crate::model::{ApiTime, SubTask, SubTaskStatus, SubTasksBuilder};

    /// What happens, and when.
    #[derive(Clone, Copy)]
    enum Then {
        /// An answer: status, SuccessCount of 100, how many rows have failed.
        Answer(&'static str, i64, usize),
        /// The viewer did this, which may be said this much later.
        Note(&'static str, u64),
        /// Another batch is asked for.
        Gone,
        /// A second passes.
        Tick,
    }
    use Then::{Answer, Gone, Note, Tick};

    fn answer(status: &str, success: i64, failed: usize) -> BatchTask {
        let mut rows = SubTasksBuilder::new();
        for _ in 0..failed {
            rows.push(&SubTask {
                task_id: "1",
                instance_id: "",
                status: SubTaskStatus::Failed,
                task_begin: ApiTime::Absent,
                task_end: ApiTime::Absent,
                error_msg: "",
            });
        }
        BatchTask {
            status: BatchStatus::parse(status),
            total_count: Some(100),
            success_count: Some(success),
            sub_tasks: rows.finish(),
            ..blank::task()
        }
    }

    /// What is said, each thing with the second in which it is.
    fn said(events: &[(u64, Then)]) -> Vec<(u64, String)> {
        let (mut announcer, mut task, mut said) = (Announcer::default(), None, Vec::new());
        for &(second, then) in events {
            let now_ms = second * 1_000;
            match then {
                Answer(status, success, failed) => task = Some(answer(status, success, failed)),
                Note(text, delay_ms) => announcer.note(text.to_owned(), now_ms + delay_ms),
                Gone => task = None,
                Tick => {}
            }
            let before = announcer.text().to_owned();
            let summary = task.as_ref().map(Summary::of);
            announcer.speak(task.as_ref().zip(summary.as_ref()), now_ms, Locale::english());
            if announcer.text() != before {
                said.push((second, announcer.text().to_owned()));
            }
        }
        said
    }

    #[track_caller]
    fn assert_said(events: &[(u64, Then)], expected: &[(u64, &str)]) {
        let expected: Vec<(u64, String)> =
            expected.iter().map(|&(second, text)| (second, text.to_owned())).collect();
        assert_eq!(said(events), expected);
    }

    #[test]
    fn the_first_answer_each_status_and_the_end_are_said() {
        assert_said(
            &[
                (0, Tick),
                (1, Answer("DISPATCHING", 0, 0)),
                (9, Answer("RUNNING", 1, 0)),
                (20, Answer("COMPLETED", 99, 1)),
            ],
            &[
                (1, "Dispatching. succeeded: 0 of 100"),
                (9, "Running. succeeded: 1 of 100"),
                (20, "Completed. succeeded: 99 of 100 · 1 failed"),
            ],
        );
    }

    #[test]
    fn quarters_are_said_and_nothing_between_them() {
        let answers: Vec<(u64, Then)> =
            (0..100).map(|done| (done * 5, Answer("RUNNING", done as i64, 0))).collect();
        assert_said(
            &answers,
            &[
                (0, "Running. succeeded: 0 of 100"),
                (125, "25 % succeeded, 25 of 100"),
                (250, "50 % succeeded, 50 of 100"),
                (375, "75 % succeeded, 75 of 100"),
            ],
        );
    }

    #[test]
    fn failures_are_added_up_while_nothing_may_be_said() {
        assert_said(
            &[
                (0, Answer("RUNNING", 0, 1)),
                (2, Answer("RUNNING", 0, 2)),
                (4, Answer("RUNNING", 30, 4)),
                (5, Tick),
                (7, Answer("RUNNING", 30, 5)),
                (8, Answer("RUNNING", 30, 4)),
                (11, Tick),
            ],
            &[
                (0, "Running. succeeded: 0 of 100 · 1 failed"),
                (5, "30 % succeeded, 30 of 100. 3 more failed"),
            ],
        );
    }

    #[test]
    fn of_what_the_viewer_does_the_last_thing_is_said() {
        assert_said(
            &[
                (0, Answer("RUNNING", 0, 0)),
                (1, Note("Copied", 0)),
                (2, Note("9 of 240 subtasks shown", 0)),
                (4, Tick),
                (5, Tick),
                (6, Tick),
            ],
            &[(0, "Running. succeeded: 0 of 100"), (5, "9 of 240 subtasks shown")],
        );
    }

    #[test]
    fn a_search_is_told_of_once_the_typing_stops() {
        assert_said(
            &[
                (0, Answer("RUNNING", 0, 0)),
                (10, Note("200 found", TYPING_MS)),
                (10, Note("20 found", TYPING_MS)),
                (11, Tick),
                (12, Note("2 found", TYPING_MS)),
                (13, Tick),
                (16, Tick),
            ],
            &[(0, "Running. succeeded: 0 of 100"), (11, "20 found"), (16, "2 found")],
        );
    }

    #[test]
    fn the_same_again_is_another_text() {
        assert_said(
            &[
                (0, Answer("RUNNING", 0, 0)),
                (6, Note("Copied", 0)),
                (12, Note("Copied", 0)),
                (18, Note("Copied", 0)),
            ],
            &[(0, "Running. succeeded: 0 of 100"), (6, "Copied"), (12, "Copied\u{a0}"), (18, "Copied")],
        );
    }

    #[test]
    fn another_batch_is_another_story() {
        assert_said(
            &[
                (0, Answer("RUNNING", 90, 3)),
                (6, Gone),
                (7, Answer("RUNNING", 10, 0)),
                (13, Answer("RUNNING", 9, 0)),
            ],
            &[(0, "Running. succeeded: 90 of 100 · 3 failed"), (7, "Running. succeeded: 10 of 100")],
        );
    }

    #[test]
    fn there_is_silence_for_five_seconds_whatever_happens() {
        let events: Vec<(u64, Then)> = (0..600)
            .map(|second| match second % 3 {
                0 => (second, Answer("RUNNING", second as i64 / 6, second as usize / 3)),
                1 => (second, Note("Copied", 0)),
                _ => (second, Tick),
            })
            .collect();
        let seconds: Vec<u64> = said(&events).iter().map(|(second, _)| *second).collect();
        assert!(seconds.windows(2).all(|pair| pair[1] - pair[0] >= SILENCE_MS / 1_000), "{seconds:?}");
        assert!(seconds.len() > 100, "{seconds:?}");
    }
}
