//! The text of the live region: what screen readers announce, and when. There is at most one announcement in five seconds.
//!
//! Changes of status, each quarter of progress and new failures are announced. While nothing may be announced, changes are
//! combined, and only the viewer's last action is kept.

use crate::i18n::Locale;
use crate::model::{BatchStatus, BatchTask, StatusBucket};
use crate::view::summary::Summary;
use crate::view::{format, outcome, tab};

/// The minimum time between two announcements, in milliseconds.
pub const MIN_GAP_MS: u64 = 5_000;

/// How long typing must pause before the number of hits is announced, in milliseconds.
pub const TYPING_DELAY_MS: u64 = 1_000;

/// The facts about a task that have been announced.
#[derive(Clone, Debug)]
struct Announced {
    status: BatchStatus,
    quarter: u8,
    failed: u32,
}

/// Decides what the live region contains.
#[derive(Clone, Debug, Default)]
pub struct Announcer {
    /// `None` before the first response.
    announced: Option<Announced>,
    /// The viewer's last action as a text, and when it may be announced.
    action: Option<(String, u64)>,
    next_at_ms: u64,
    text: String,
}

impl Announcer {
    /// Returns the current text of the live region.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Announces an action of the viewer at `due_ms` or later. It replaces the last action.
    pub fn queue_action(&mut self, text: String, due_ms: u64) {
        self.action = Some((text, due_ms));
    }

    /// Updates the text if there is news at `now_ms` and an announcement is allowed. `now_ms` and `due_ms` are milliseconds
    /// by the same monotonic clock.
    pub fn update(&mut self, task: Option<(&BatchTask, &Summary)>, now_ms: u64, locale: Locale) {
        let Some((task, summary)) = task else {
            // Another batch may follow, of which nothing has been announced.
            self.announced = None;
            return;
        };
        if now_ms < self.next_at_ms {
            return;
        }
        let changes = self.changes(task, summary, locale);
        self.announce(changes, now_ms, locale);
    }

    /// Updates the text where only the viewer's actions are announced.
    pub fn update_actions(&mut self, now_ms: u64, locale: Locale) {
        if now_ms >= self.next_at_ms {
            self.announce(String::new(), now_ms, locale);
        }
    }

    fn announce(&mut self, mut text: String, now_ms: u64, locale: Locale) {
        if let Some((action, _)) = self.action.take_if(|(_, due_ms)| *due_ms <= now_ms) {
            if !text.is_empty() {
                text.push_str(locale.full_stop);
            }
            text.push_str(&action);
        }
        if text.is_empty() {
            return;
        }
        // Screen readers announce only changes, so a repeated text must differ.
        if text == self.text {
            text.push('\u{a0}');
        }
        self.text = text;
        self.next_at_ms = now_ms + MIN_GAP_MS;
    }

    fn changes(&mut self, task: &BatchTask, summary: &Summary, locale: Locale) -> String {
        let quarter = summary.percent.unwrap_or(0) / 25;
        let failed = summary.counts.get(StatusBucket::Failed);
        // Called every second, so a status, which may be long, is cloned only if it is new.
        let Some(announced) = self.announced.as_mut().filter(|announced| announced.status == task.status)
        else {
            self.announced = Some(Announced { status: task.status.clone(), quarter, failed });
            let mut text = outcome::words(task, locale);
            text.push_str(locale.full_stop);
            text.push_str(&tab::counts_after(outcome::reservation(task), summary, locale));
            return text;
        };
        let old_quarter = std::mem::replace(&mut announced.quarter, quarter);
        let old_failed = std::mem::replace(&mut announced.failed, failed);
        let mut text = String::new();
        if quarter > old_quarter {
            text = tab::value_text(summary, locale);
        }
        if failed > old_failed {
            if !text.is_empty() {
                text.push_str(locale.full_stop);
            }
            let more = failed - old_failed;
            text.push_str(&format::plural_count(more, locale.more_failed_one, locale.more_failed, locale));
        }
        text
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::model::{SubTask, SubTasksBuilder};
    use crate::test_data::{self, FAILED_ROW};

    /// An event of a test.
    #[derive(Clone, Copy)]
    enum Input {
        /// A response: status, SuccessCount of 100, number of failed rows.
        Response(&'static str, i64, usize),
        /// An action of the viewer, with a delay in milliseconds.
        Action(&'static str, u64),
        /// Another batch is requested.
        TargetChanged,
        /// A second passes.
        Tick,
    }
    use Input::{Action, Response, TargetChanged, Tick};

    fn response(status: &str, success: i64, failed: usize) -> BatchTask {
        let mut rows = SubTasksBuilder::new();
        for _ in 0..failed {
            rows.push(&SubTask { task_id: "1", ..FAILED_ROW });
        }
        BatchTask {
            status: BatchStatus::parse(status),
            total_count: Some(100),
            success_count: Some(success),
            sub_tasks: rows.finish(),
            ..test_data::empty_task()
        }
    }

    /// Returns the announcements with the second of each.
    fn announcements(events: &[(u64, Input)]) -> Vec<(u64, String)> {
        let (mut announcer, mut task, mut announcements) = (Announcer::default(), None, Vec::new());
        for &(second, input) in events {
            let now_ms = second * 1_000;
            match input {
                Response(status, success, failed) => task = Some(response(status, success, failed)),
                Action(text, delay_ms) => announcer.queue_action(text.to_owned(), now_ms + delay_ms),
                TargetChanged => task = None,
                Tick => {}
            }
            let before = announcer.text().to_owned();
            let summary = task.as_ref().map(Summary::of);
            announcer.update(task.as_ref().zip(summary.as_ref()), now_ms, Locale::english());
            if announcer.text() != before {
                announcements.push((second, announcer.text().to_owned()));
            }
        }
        announcements
    }

    #[track_caller]
    fn assert_announced(events: &[(u64, Input)], expected: &[(u64, &str)]) {
        let expected: Vec<(u64, String)> =
            expected.iter().map(|&(second, text)| (second, text.to_owned())).collect();
        assert_eq!(announcements(events), expected);
    }

    #[test]
    fn the_first_response_each_status_and_the_end_are_announced() {
        assert_announced(
            &[
                (0, Tick),
                (1, Response("DISPATCHING", 0, 0)),
                (9, Response("RUNNING", 1, 0)),
                (20, Response("COMPLETED", 99, 1)),
            ],
            &[
                (1, "Dispatching. succeeded: 0 of 100"),
                (9, "Running. succeeded: 1 of 100"),
                (20, "Completed · 1 failed. succeeded: 99 of 100"),
            ],
        );
    }

    #[test]
    fn quarters_are_announced_and_nothing_between_them() {
        let responses: Vec<(u64, Input)> =
            (0..100).map(|done| (done * 5, Response("RUNNING", done as i64, 0))).collect();
        assert_announced(
            &responses,
            &[
                (0, "Running. succeeded: 0 of 100"),
                (125, "25 % succeeded, 25 of 100"),
                (250, "50 % succeeded, 50 of 100"),
                (375, "75 % succeeded, 75 of 100"),
            ],
        );
    }

    #[test]
    fn failures_are_added_up_until_the_next_announcement() {
        assert_announced(
            &[
                (0, Response("RUNNING", 0, 1)),
                (2, Response("RUNNING", 0, 2)),
                (4, Response("RUNNING", 30, 4)),
                (5, Tick),
                (7, Response("RUNNING", 30, 5)),
                (8, Response("RUNNING", 30, 4)),
                (11, Tick),
            ],
            &[
                (0, "Running. succeeded: 0 of 100 · 1 failed"),
                (5, "30 % succeeded, 30 of 100. 3 more failed"),
            ],
        );
    }

    #[test]
    fn the_last_action_is_announced() {
        assert_announced(
            &[
                (0, Response("RUNNING", 0, 0)),
                (1, Action("Copied", 0)),
                (2, Action("9 of 240 subtasks shown", 0)),
                (4, Tick),
                (5, Tick),
                (6, Tick),
            ],
            &[(0, "Running. succeeded: 0 of 100"), (5, "9 of 240 subtasks shown")],
        );
    }

    #[test]
    fn a_search_is_announced_when_typing_stops() {
        assert_announced(
            &[
                (0, Response("RUNNING", 0, 0)),
                (10, Action("200 found", TYPING_DELAY_MS)),
                (10, Action("20 found", TYPING_DELAY_MS)),
                (11, Tick),
                (12, Action("2 found", TYPING_DELAY_MS)),
                (13, Tick),
                (16, Tick),
            ],
            &[(0, "Running. succeeded: 0 of 100"), (11, "20 found"), (16, "2 found")],
        );
    }

    #[test]
    fn a_repeated_announcement_differs() {
        assert_announced(
            &[
                (0, Response("RUNNING", 0, 0)),
                (6, Action("Copied", 0)),
                (12, Action("Copied", 0)),
                (18, Action("Copied", 0)),
            ],
            &[(0, "Running. succeeded: 0 of 100"), (6, "Copied"), (12, "Copied\u{a0}"), (18, "Copied")],
        );
    }

    #[test]
    fn another_batch_starts_again() {
        assert_announced(
            &[
                (0, Response("RUNNING", 90, 3)),
                (6, TargetChanged),
                (7, Response("RUNNING", 10, 0)),
                (13, Response("RUNNING", 9, 0)),
            ],
            &[(0, "Running. succeeded: 90 of 100 · 3 failed"), (7, "Running. succeeded: 10 of 100")],
        );
    }

    #[test]
    fn announcements_are_at_least_five_seconds_apart() {
        let events: Vec<(u64, Input)> = (0..600)
            .map(|second| match second % 3 {
                0 => (second, Response("RUNNING", second as i64 / 6, second as usize / 3)),
                1 => (second, Action("Copied", 0)),
                _ => (second, Tick),
            })
            .collect();
        let seconds: Vec<u64> = announcements(&events).iter().map(|(second, _)| *second).collect();
        assert!(seconds.windows(2).all(|pair| pair[1] - pair[0] >= MIN_GAP_MS / 1_000), "{seconds:?}");
        assert!(seconds.len() > 100, "{seconds:?}");
    }
}
