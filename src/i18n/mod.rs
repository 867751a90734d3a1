//! What the widget says, as data.
//!
//! A catalogue is a plain struct, so that a missing message does not compile. Messages with values are templates
//! with named slots, `"{success} of {total}"`, which [`fill`] fills. [`Words`] is what is handed around. Only English is
//! here yet.

mod en;
mod words;

use self::en::EN;
pub use self::words::Words;
use crate::model::{BatchStatus, StatusBucket, SubTaskStatus};

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// Every message of one language.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "a message's name says what it is for")]
        pub struct Messages { $($(#[$doc])* pub $name: &'static str),+ }
    };
}

catalogue! {
    // Statuses
    dispatching, running, completed, failed, waiting, succeeded, paused_status, blocked, closed, manual,
    attention, other, all, unknown_status,
    // Header
    unnamed_task, batch, task_type, application, began, ended, elapsed, request_id, copy_of_time,
    updated, updated_now, next_in, next_now, fetching, paused_by_viewer, paused_hidden, paused_offline, watching_ended,
    not_watching, retry_in, stale, pause, resume, refresh, details,
    // Progress
    progress, succeeded_of, succeeded_of_unknown, failed_count, attention_count, value_text, nothing_counted,
    filter_label, counts_label, listed, arriving, arriving_of_unknown,
    // Table
    subtasks, task_id, status, instance, begin, end, duration, error, table_caption, scroll_label, no_subtasks,
    no_subtasks_dispatching, none_of_filter, show_all, capped, absent, times_zone,
    // Notices
    try_again, recommend, loading,
    title_network, title_offline, title_timeout, title_throttled, title_service, title_truncated, title_too_large,
    title_invalid, title_unauthorized, title_permission, title_setup, title_not_found, title_request, title_endpoint,
    title_options, permission_hint, setup_hint, retrying_hint, stopped_hint, kept_hint, not_found_hint, endpoint_hint,
    // Units
    ago, in_time, hours_minutes, minutes_seconds, seconds, milliseconds, days_hours,
    // Failures block, toolbar, copying
    failures, copy_report, copy, copied, copy_failed, other_groups, fewer_groups, groups_left_out, only_group,
    search_label, shown_of, rows_shown, more_failed, columns, none_found, none_listed, row_details, copy_id, copy_instance, copy_error, whole_status,
    // Page
    ask_title, ask_label, ask_hint, ask_button, bad_id,
    // Failures
    no_error_message, failed_for, failed_for_one, attention_one,
    // Time left
    left_about, left_soon, nothing_finished_for, per_minute, per_hour, minutes, hours,
    // Waiting for the end
    await_end, no_notifications,
    // Views and files
    views, timeline, timeline_label, lane, lane_open, no_times, lane_hint, export, export_shown, export_all, csv, json,
    exporting, cancel,
    // Report
    as_of, example, other_reasons,
}

impl Messages {
    /// A batch's status in words; an unknown one as it came.
    pub fn batch_status<'a>(&'a self, status: &'a BatchStatus) -> &'a str {
        match status {
            BatchStatus::Dispatching => self.dispatching,
            BatchStatus::Running => self.running,
            BatchStatus::Completed => self.completed,
            BatchStatus::Failed => self.failed,
            BatchStatus::Other(text) if text.is_empty() => self.unknown_status,
            BatchStatus::Other(text) => text,
        }
    }

    /// A subtask's status in words; an unknown one as it came.
    pub fn sub_task_status<'a>(&'a self, status: SubTaskStatus<'a>) -> &'a str {
        match status {
            SubTaskStatus::Waiting => self.waiting,
            SubTaskStatus::Running => self.running,
            SubTaskStatus::Completed => self.succeeded,
            SubTaskStatus::Failed => self.failed,
            SubTaskStatus::Pause => self.paused_status,
            SubTaskStatus::Blocking => self.blocked,
            SubTaskStatus::TempTerminated => self.closed,
            SubTaskStatus::HumanProcessing => self.manual,
            SubTaskStatus::Other("") => self.unknown_status,
            SubTaskStatus::Other(text) => text,
        }
    }

    /// The name of a filter.
    pub const fn bucket(&self, bucket: StatusBucket) -> &'static str {
        match bucket {
            StatusBucket::Succeeded => self.succeeded,
            StatusBucket::Failed => self.failed,
            StatusBucket::Attention => self.attention,
            StatusBucket::Running => self.running,
            StatusBucket::Waiting => self.waiting,
            StatusBucket::Other => self.other,
        }
    }
}

/// Fills the named slots of a template: `fill("{a} of {b}", &[("a", "1"), ("b", "2")])` is `1 of 2`.
///
/// A value is never looked at for slots of its own, and a slot without a value stays as it is.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, from_open) = rest.split_at(open);
        text.push_str(before);
        let named = from_open.find('}').and_then(|close| {
            let name = from_open.get(1..close)?;
            let value = values.iter().find(|(slot, _)| *slot == name)?.1;
            Some((value, close + 1))
        });
        let (piece, taken) = named.unwrap_or(("{", 1));
        text.push_str(piece);
        rest = from_open.get(taken..).unwrap_or_default();
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_once() {
        assert_eq!(fill("{a} of {b}", &[("a", "{b}"), ("b", "2")]), "{b} of 2");
        assert_eq!(fill("{x} {", &[("a", "1")]), "{x} {");
        assert_eq!(fill("", &[]), "");
    }

    #[test]
    fn unknown_statuses_are_shown_as_they_came() {
        assert_eq!(EN.sub_task_status(SubTaskStatus::parse("Rolling_Back")), "Rolling_Back");
        assert_eq!(EN.batch_status(&BatchStatus::parse("Paused?")), "Paused?");
    }
}
