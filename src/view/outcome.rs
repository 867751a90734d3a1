//! How a batch stands, in one tone and a few words: a batch that is COMPLETED but has failures has not succeeded.

use crate::i18n::Locale;
use crate::model::{BatchStatus, BatchTask, StatusBucket};
use crate::view::{format, tab};

/// Returns the status group whose icon and color the batch has.
pub fn tone(task: &BatchTask) -> StatusBucket {
    let is_short = not_succeeded(task.success_count, task.total_count) > 0;
    let has_reservation = reservation(task).is_some() || is_short;
    tone_of(&task.status, if has_reservation { StatusBucket::Attention } else { StatusBucket::Succeeded })
}

/// Returns the group for a status; `completed` is that of a COMPLETED batch.
pub fn tone_of(status: &BatchStatus, completed: StatusBucket) -> StatusBucket {
    match status {
        BatchStatus::Dispatching => StatusBucket::Waiting,
        BatchStatus::Running => StatusBucket::Running,
        BatchStatus::Completed => completed,
        BatchStatus::Failed => StatusBucket::Failed,
        BatchStatus::Other(_) => StatusBucket::Other,
    }
}

/// Returns the status in the viewer's language, with what is wrong if the batch is COMPLETED: `Completed · 9 failed`.
pub fn words(task: &BatchTask, locale: Locale) -> String {
    let mut words = format::truncated(locale.batch_status(&task.status));
    if let Some(bucket) = reservation(task) {
        tab::add_count(&mut words, task.sub_tasks.counts(), bucket, locale);
    }
    words
}

/// Returns which rows a batch has that is COMPLETED without having succeeded.
pub fn reservation(task: &BatchTask) -> Option<StatusBucket> {
    let counts = task.sub_tasks.counts();
    let is_wrong = |bucket: &StatusBucket| counts.get(*bucket) > 0;
    let wrong = [StatusBucket::Failed, StatusBucket::Attention].into_iter().find(is_wrong);
    wrong.filter(|_| task.status == BatchStatus::Completed)
}

/// Returns how many subtasks have not succeeded, by the counts of the API; 0 if these are unknown. Their rows need not be listed.
pub fn not_succeeded(success_count: Option<i64>, total_count: Option<i64>) -> i64 {
    let total = total_count.unwrap_or(0).max(0);
    success_count.map_or(0, |success| total.saturating_sub(success.max(0)).max(0))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn task(status: &str, counts: &str, rows: &str) -> BatchTask {
        let body = format!(r#"{{"Status":"{status}",{counts}"SubTasks":[{rows}]}}"#);
        crate::wire::decode(body.as_bytes(), None).unwrap().task
    }

    #[test]
    fn only_a_batch_without_reservations_has_succeeded() {
        use StatusBucket::{Attention, Failed, Other, Running, Succeeded, Waiting};
        const FAILED: &str = r#"{"Status":"FAILED"}"#;
        const PAUSED: &str = r#"{"Status":"PAUSE"}"#;
        let two = format!("{FAILED},{FAILED}");
        let both = format!("{FAILED},{PAUSED}");
        let table = [
            ("COMPLETED", "", "", Succeeded, "Completed"),
            ("COMPLETED", r#""TotalCount":2,"SuccessCount":2,"#, "", Succeeded, "Completed"),
            ("COMPLETED", "", &*two, Attention, "Completed · 2 failed"),
            ("COMPLETED", "", &*both, Attention, "Completed · 1 failed"),
            ("COMPLETED", "", PAUSED, Attention, "Completed · 1 needs attention"),
            // The rows that have not succeeded are not listed.
            ("COMPLETED", r#""TotalCount":2,"SuccessCount":1,"#, "", Attention, "Completed"),
            ("FAILED", "", FAILED, Failed, "Failed"),
            ("RUNNING", "", FAILED, Running, "Running"),
            ("DISPATCHING", "", "", Waiting, "Dispatching"),
            ("Rolling_Back", "", FAILED, Other, "Rolling_Back"),
        ];
        for (status, counts, rows, expected, text) in table {
            let task = task(status, counts, rows);
            let found = (tone(&task), words(&task, Locale::english()));
            assert_eq!(found, (expected, text.to_owned()), "{status} {counts} {rows}");
        }
    }
}
