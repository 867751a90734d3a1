//! The contents of a row of the list: status and outcome, the small bar, and how long the batch took.

use super::batch::BatchSummary;
use super::locale::ListLocale;
use crate::i18n::fill;
use crate::model::{ApiTime, BatchStatus, StatusBucket};
use crate::view::{format, outcome, summary, tab};

/// Returns the name of a batch: its TaskName, or its BatchId, or a generic name.
pub fn name(batch: &BatchSummary, locale: ListLocale) -> String {
    let names = [&*batch.task_name, &batch.batch_id].map(str::trim);
    let name = names.into_iter().find(|name| !name.is_empty());
    format::truncated(name.unwrap_or(locale.shared.unnamed_task))
}

/// Returns the status group whose icon and color the batch has. A batch that is COMPLETED with fewer successes than subtasks needs
/// attention.
pub fn tone(batch: &BatchSummary) -> StatusBucket {
    let completed = if not_succeeded(batch) > 0 { StatusBucket::Attention } else { StatusBucket::Succeeded };
    outcome::tone_of(&batch.status, completed)
}

/// Returns the status in the viewer's language, with what is wrong if the batch is COMPLETED: `Completed · 9 not succeeded`.
pub fn words(batch: &BatchSummary, locale: ListLocale) -> String {
    let ListLocale { shared, list } = locale;
    let mut words = format::truncated(shared.batch_status(&batch.status));
    let count = not_succeeded(batch);
    if batch.status == BatchStatus::Completed && count > 0 {
        let template = shared.plural(count, list.not_succeeded_one, list.not_succeeded);
        words.push_str(" · ");
        words.push_str(&fill(template, &[("count", &format::count(count, shared))]));
    }
    words
}

/// `229 of 240`.
pub fn counts(batch: &BatchSummary, locale: ListLocale) -> String {
    let [success, total] =
        [batch.success_count, batch.total_count].map(|count| tab::known(count, locale.shared));
    fill(locale.list.success_of, &[("success", &success), ("total", &total)])
}

/// The values of a progress bar, as ARIA has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// `aria-valuenow`: SuccessCount, clamped to the total; `None` if either is unknown.
    pub now: Option<i64>,
    /// `aria-valuemax`: TotalCount; `None` if unknown or 0.
    pub max: Option<i64>,
    /// `aria-valuetext`.
    pub text: String,
    /// How much of the bar is filled, in percent.
    pub percent: u8,
}

/// Returns the progress bar of a batch.
pub fn bar(batch: &BatchSummary, locale: ListLocale) -> Bar {
    let BatchSummary { success_count, total_count, .. } = *batch;
    let percent = summary::percent_of(success_count, total_count, &batch.status);
    Bar {
        now: summary::value_now(success_count, total_count),
        max: summary::value_max(total_count),
        text: tab::share_text(percent, success_count, total_count, locale.shared)
            .unwrap_or_else(|| counts(batch, locale)),
        percent: percent.unwrap_or(0),
    }
}

/// The last column: when the batch ended, or how long it has been running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Time<'a> {
    /// It has ended; the duration is in milliseconds, `None` if the times are absent or implausible.
    Ended(&'a ApiTime<'static>, Option<u64>),
    /// It runs, for this many milliseconds.
    Running(u64),
    /// Nothing is known.
    Unknown,
}

/// Returns the time for the last column at `now_ms`, in Unix milliseconds by the server's clock.
pub fn time(batch: &BatchSummary, now_ms: u64) -> Time<'_> {
    let elapsed_ms = summary::elapsed_between_ms(&batch.task_begin, &batch.task_end, &batch.status, now_ms);
    match elapsed_ms {
        _ if batch.status.has_ended() && batch.task_end != ApiTime::Absent => {
            Time::Ended(&batch.task_end, elapsed_ms)
        }
        Some(elapsed_ms) if !batch.status.has_ended() => Time::Running(elapsed_ms),
        _ => Time::Unknown,
    }
}

fn not_succeeded(batch: &BatchSummary) -> i64 {
    outcome::not_succeeded(batch.success_count, batch.total_count)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(super) mod tests {
    use super::*;
    use crate::timestamp::Timestamp;

    pub(crate) fn batch(status: &str, success: Option<i64>, total: Option<i64>) -> BatchSummary {
        BatchSummary {
            batch_id: "pcb-1".into(),
            task_name: "night run".into(),
            task_type: "polarclaw_install_skills".into(),
            status: BatchStatus::parse(status),
            total_count: total,
            success_count: success,
            task_begin: ApiTime::Absent,
            task_end: ApiTime::Absent,
        }
    }

    #[test]
    fn a_completed_batch_says_how_many_have_not_succeeded() {
        use StatusBucket::{Attention, Failed, Other, Running, Succeeded, Waiting};
        let table = [
            ("COMPLETED", Some(240), Some(240), Succeeded, "Completed"),
            ("COMPLETED ", Some(229), Some(240), Attention, "Completed · 11 not succeeded"),
            ("completed", Some(0), Some(1), Attention, "Completed · 1 not succeeded"),
            // Counts that disagree or are missing say nothing.
            ("COMPLETED", Some(9), Some(8), Succeeded, "Completed"),
            ("COMPLETED", None, Some(8), Succeeded, "Completed"),
            ("COMPLETED", Some(0), Some(0), Succeeded, "Completed"),
            ("COMPLETED", Some(i64::MIN), Some(2), Attention, "Completed · 2 not succeeded"),
            ("RUNNING", Some(1), Some(2), Running, "Running"),
            ("DISPATCHING", Some(0), Some(2), Waiting, "Dispatching"),
            ("FAILED", Some(1), Some(2), Failed, "Failed"),
            ("Rolling_Back", Some(1), Some(2), Other, "Rolling_Back"),
            ("", None, None, Other, "Unknown"),
        ];
        for (status, success, total, tone, words) in table {
            let batch = batch(status, success, total);
            let found = (super::tone(&batch), super::words(&batch, ListLocale::english()));
            assert_eq!(found, (tone, words.to_owned()), "{status} {success:?} {total:?}");
        }
    }

    #[test]
    fn the_bar_is_clamped_and_its_text_is_not() {
        let table = [
            (
                "RUNNING",
                Some(229),
                Some(240),
                "229 of 240",
                (Some(229), Some(240), 95),
                "95 % succeeded, 229 of 240",
            ),
            ("RUNNING", Some(2), Some(2), "2 of 2", (Some(2), Some(2), 99), "99 % succeeded, 2 of 2"),
            ("COMPLETED", Some(9), Some(8), "9 of 8", (Some(8), Some(8), 100), "100 % succeeded, 9 of 8"),
            ("RUNNING", Some(-1), Some(8), "-1 of 8", (Some(0), Some(8), 0), "0 % succeeded, -1 of 8"),
            ("RUNNING", Some(3), None, "3 of –", (None, None, 0), "3 of –"),
            ("RUNNING", None, Some(8), "– of 8", (None, Some(8), 0), "– of 8"),
            ("COMPLETED", Some(0), Some(0), "0 of 0", (None, None, 0), "0 of 0"),
        ];
        for (status, success, total, counts, (now, max, percent), text) in table {
            let batch = batch(status, success, total);
            let locale = ListLocale::english();
            assert_eq!(super::counts(&batch, locale), counts);
            assert_eq!(bar(&batch, locale), Bar { now, max, percent, text: text.to_owned() }, "{counts}");
        }
    }

    #[test]
    fn the_last_column_never_shows_a_negative_duration() {
        let end = ApiTime::parse("2026-05-28 12:00:00");
        let table = [
            ("COMPLETED", "2026-05-28 11:59:00", "2026-05-28 12:00:00", Time::Ended(&end, Some(60_000))),
            ("COMPLETED", "2026-05-28 12:01:00", "2026-05-28 12:00:00", Time::Ended(&end, None)),
            ("FAILED", "", "2026-05-28 12:00:00", Time::Ended(&end, None)),
            ("COMPLETED", "2026-05-28 11:59:00", "", Time::Unknown),
            // TaskEnd of a batch that runs is ignored.
            ("RUNNING", "2026-05-28 11:59:30", "2026-05-28 11:59:50", Time::Running(30_000)),
            ("Rolling_Back", "2026-05-28 11:59:30", "", Time::Running(30_000)),
            ("RUNNING", "2026-05-28 12:00:01", "", Time::Unknown),
            ("RUNNING", "", "", Time::Unknown),
        ];
        let now_ms = Timestamp::parse("2026-05-28T12:00:00Z").unwrap().unix_ms() as u64;
        for (status, task_begin, task_end, expected) in table {
            let [task_begin, task_end] = [task_begin, task_end].map(ApiTime::parse);
            let batch = BatchSummary { task_begin, task_end, ..batch(status, None, None) };
            assert_eq!(time(&batch, now_ms), expected, "{batch:?}");
        }
    }

    #[test]
    fn a_batch_without_a_name_is_named_by_its_id() {
        let named = |name: &str, id: &str| BatchSummary {
            task_name: name.into(),
            batch_id: id.into(),
            ..batch("RUNNING", None, None)
        };
        let table = [("n", "pcb-1", "n"), (" ", "pcb-1", "pcb-1"), ("", "", "Batch task")];
        for (name, id, expected) in table {
            assert_eq!(super::name(&named(name, id), ListLocale::english()), expected);
        }
    }
}
