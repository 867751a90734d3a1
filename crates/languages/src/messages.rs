//! The names of the widget's messages.

use crate::catalogue::catalogue;
use crate::en::EN;
use crate::id::ID;
use crate::ja::JA;
use crate::pt_br::PT_BR;
use crate::zh_cn::ZH_CN;
use crate::zh_tw::ZH_TW;

catalogue! {
    /// Every message of the widget and the page, and those that the list shares with them, in one language.
    Messages, "",
    {
        English: EN,
        SimplifiedChinese: ZH_CN,
        TraditionalChinese: ZH_TW,
        Japanese: JA,
        Indonesian: ID,
        BrazilianPortuguese: PT_BR,
    }
    // Statuses
    dispatching, running, completed, failed, waiting, succeeded, paused_status, blocked, closed, manual, attention, other,
    all, unknown_status, whole_status,
    // Formats
    percent, labelled, list, between_sentences, full_stop, absent,
    // Durations
    ago, days_hours, hours_minutes, minutes_seconds, hours, minutes, seconds, milliseconds, utc_time,
    // Header
    unnamed_task, batch, task_type, application, began, ended, elapsed, request_id, updated, updated_now, updated_at, stale,
    stale_at, next_in, retry_in, fetching, paused_by_viewer, paused_hidden, paused_offline, task_ended, not_updating, no_contact,
    pause, resume, refresh, details,
    // Progress
    progress, succeeded_of, succeeded_of_unknown, failed_count_one, failed_count, attention_count_one, attention_count, more_failed_one, more_failed,
    value_text, nothing_counted, filter_label, counts_label, listed_one, listed, loading_rows, loading_rows_of_unknown, eta,
    eta_soon, nothing_finished_for, per_minute, per_hour, notify_on_end, notify_hint, no_notifications, notifications_undecided,
    notifications_unsupported,
    // Failures
    failures, failed_for_one, failed_for, no_error_message, fewer_groups,
    groups_left_out_one, groups_left_out, reason_unknown, remove_filter,
    // Copy
    copy_report, copy, copied, copied_count_one, copied_count, copy_failed, copy_again, copy_id, copy_instance, instance_ids,
    copy_lines, copy_json, copy_link, copy_error, error_cut, action_done, action_failed,
    // Toolbar and export
    views, subtasks, timeline, search_label, ids_found, ids_missing, shown_of, rows_shown, filters, longer_than, columns, export, export_shown, export_all, csv, csv_excel, json, exporting,
    cancel, export_blocked,
    // Table and timeline
    task_id, status, instance, begin, end, duration, error, table_caption, scroll_label, no_longer_matches, row_details,
    slow, slow_note, not_in_batch, no_subtasks,
    no_subtasks_dispatching, none_listed, none_of_filter, none_found, none_found_in_filter,
    matches_outside_one, matches_outside, clear_search, show_all, capped, timeline_label, lane, lane_open,
    no_times, not_begun_one, not_begun, lane_hint,
    // Times
    times_zone, show_utc, show_local,
    // Notices
    try_again, reload, recommend, loading, loading_part, part_failed, title_network, title_offline, title_timeout, title_throttled, title_service,
    title_truncated, title_too_large, title_invalid, title_unauthorized, title_permission, title_setup, title_not_found,
    title_request, title_endpoint, title_options, title_sign_in, title_other_batch, permission_hint, setup_hint, not_found_hint,
    sandbox_hint, endpoint_hint, retrying_hint, stopped_hint, kept_hint, slow_hint, sign_in_hint, local_network_hint,
    other_batch,
    // Report
    as_of, example, page, and_more, other_reasons_one, other_reasons,
    // Page
    ask_title, ask_label, ask_hint, ask_button, batches, all_batches, invalid_id, language,
}
