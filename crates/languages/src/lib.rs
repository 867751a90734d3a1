//! What the widget says, as data: a catalogue of messages for each language, which language a tag means, and how a catalogue
//! becomes a file and a file a catalogue again.
//!
//! A catalogue is a plain struct, so that a message that a language lacks does not compile. Messages with values are
//! templates with named slots, `"{success} of {total}"`. Who shows what, and how numbers and dates are written, this
//! crate does not know. `docs/languages.md` says how to add a language.

mod en;
mod file;
mod id;
mod ja;
mod language;
mod pseudo;
mod pt_br;
#[cfg(test)]
mod tests;
mod zh_cn;
mod zh_tw;

pub use self::en::EN;
pub use self::file::script;
pub use self::language::Language;

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// Every message of one language.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[repr(C)]
        #[allow(missing_docs, reason = "a message's name says what it is for, and English says the rest")]
        pub struct Messages { $($(#[$doc])* pub $name: &'static str),+ }

        impl Messages {
            /// The names of the messages, in the order of the files.
            pub const NAMES: &[&str] = &[$(stringify!($name)),+];

            /// A catalogue of texts in the order of the files; `None` if they are more or fewer than there are messages.
            #[allow(unsafe_code, reason = "field by field this is 5 KB of the wasm, for a language that few load")]
            pub fn of_texts<'a>(texts: &'a [&'static str]) -> Option<&'a Self> {
                let texts: &[&'static str; Self::NAMES.len()] = texts.try_into().ok()?;
                // SAFETY: a `repr(C)` struct of fields of one type, and of nothing else, is laid out as the array of them; the
                // array has as many as there are fields, and the borrow lives on.
                Some(unsafe { &*std::ptr::from_ref(texts).cast::<Self>() })
            }

            /// The texts, in the order of the files.
            pub fn texts(&self) -> Vec<&'static str> {
                vec![$(self.$name),+]
            }
        }
    };
}

catalogue! {
    // Statuses
    dispatching, running, completed, failed, waiting, succeeded, paused_status, blocked, closed, manual, attention, other,
    all, unknown_status, whole_status,
    // Forms
    percent, labelled, list, between_sentences, full_stop, absent,
    // Durations
    ago, days_hours, hours_minutes, minutes_seconds, hours, minutes, seconds, milliseconds, utc_time,
    // Header
    unnamed_task, batch, task_type, application, began, ended, elapsed, request_id, updated, updated_now, updated_at, stale,
    stale_at, next_in, retry_in, fetching, paused_by_viewer, paused_hidden, paused_offline, watching_ended, not_watching,
    pause, resume, refresh, details,
    // Progress
    progress, succeeded_of, succeeded_of_unknown, failed_count_one, failed_count, attention_count_one, attention_count, more_failed_one, more_failed,
    value_text, nothing_counted, filter_label, counts_label, listed_one, listed, arriving, arriving_of_unknown, left_about,
    left_soon, nothing_finished_for, per_minute, per_hour, await_end, no_notifications,
    // Failures
    failures, failed_for_one, failed_for, no_error_message, other_groups_one, other_groups, fewer_groups,
    groups_left_out_one, groups_left_out, only_group,
    // Copying
    copy_report, copy, copied, copy_failed, copy_id, copy_instance, copy_error, error_cut,
    // Toolbar and files
    views, subtasks, timeline, search_label, shown_of, rows_shown, columns, export, export_shown, export_all, csv, json, exporting,
    cancel,
    // Table and timeline
    task_id, status, instance, begin, end, duration, error, table_caption, scroll_label, row_details, no_subtasks,
    no_subtasks_dispatching, none_listed, none_of_filter, none_found, show_all, capped, timeline_label, lane, lane_open,
    no_times, lane_hint,
    // Times
    times_zone, show_utc, show_local,
    // Notices
    try_again, recommend, loading, loading_part, part_failed, title_network, title_offline, title_timeout, title_throttled, title_service,
    title_truncated, title_too_large, title_invalid, title_unauthorized, title_permission, title_setup, title_not_found,
    title_request, title_endpoint, title_options, permission_hint, setup_hint, not_found_hint, endpoint_hint,
    retrying_hint, stopped_hint, kept_hint,
    // Report
    as_of, example, other_reasons_one, other_reasons,
    // Page
    ask_title, ask_label, ask_hint, ask_button, bad_id, language,
}

impl Messages {
    /// Tells a file of these messages, in this order, from one of another version.
    pub const EDITION: u32 = edition(Self::NAMES);
}

/// FNV-1a over the names.
const fn edition(names: &[&str]) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut index = 0;
    while index < names.len() {
        let name = names[index].as_bytes();
        let mut at = 0;
        while at < name.len() {
            hash = (hash ^ name[at] as u32).wrapping_mul(0x0100_0193);
            at += 1;
        }
        hash = (hash ^ b',' as u32).wrapping_mul(0x0100_0193);
        index += 1;
    }
    hash
}
