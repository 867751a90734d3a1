//! The list in English.

use super::ListMessages;

/// The catalogue of English.
pub(super) static EN: ListMessages = ListMessages {
    batch_tasks: "Batch tasks",
    list_caption: "Batch tasks; times in {zone}",
    task_name: "Name",
    batch_id: "Batch ID",
    ended_or_elapsed: "Ended or elapsed",
    running_for: "for {time}",
    bar_label: "Progress of {name}",
    success_of: "{success} of {total}",
    not_succeeded_one: "{count} not succeeded",
    not_succeeded: "{count} not succeeded",

    range_label: "Time range",
    last_day: "Last 24 hours",
    last_week: "Last 7 days",
    last_month: "Last 30 days",
    any_time: "Any time",
    any_type: "Any type",
    clear_filters: "Clear filters",

    pages: "Pages",
    previous: "Previous",
    next: "Next",
    first_page: "First page",
    page_of: "Page {page} of {pages}",
    rows_of: "{first}–{last} of {count}",

    loading_list: "Loading the batch tasks…",
    none_match: "No batches match these filters.",
    none_in_range: "No batches started in this time range.",
    no_batches: "There are no batches yet.",
    page_beyond: "There is no page {page}.",
    batches_found_one: "{count} batch found",
    batches_found: "{count} batches found",
    title_invalid_list: "The response is not a list of batch tasks",
    title_list_off: "The list is not available",
    list_off_hint: "The proxy was started without --list.",
    title_list_refused: "The list was refused",

    recent_batches: "Recently opened in this browser",
    clear_recent: "Clear list",
};
