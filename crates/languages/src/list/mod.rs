//! The messages of the list of batches, and the names of these messages. A page that has only the widget does not load them.

mod en;
mod id;
mod ja;
mod pt_br;
mod zh_cn;
mod zh_tw;

use self::en::EN;
use self::id::ID;
use self::ja::JA;
use self::pt_br::PT_BR;
use self::zh_cn::ZH_CN;
use self::zh_tw::ZH_TW;
use crate::catalogue::catalogue;

catalogue! {
    /// Every message of the list in one language, besides those that it shares with the widget. Both have different names, so that
    /// a host overrides either by its name.
    ListMessages, "list/",
    {
        English: EN,
        SimplifiedChinese: ZH_CN,
        TraditionalChinese: ZH_TW,
        Japanese: JA,
        Indonesian: ID,
        BrazilianPortuguese: PT_BR,
    }
    // Heading and columns
    batch_tasks, list_caption, task_name, batch_id, ended_or_elapsed, running_for, bar_label, success_of, not_succeeded_one,
    not_succeeded,
    // Filters
    range_label, last_day, last_week, last_month, any_time, any_type, clear_filters,
    // Pages
    pages, previous, next, first_page, page_of, rows_of,
    // States
    loading_list, none_match, none_in_range, no_batches, page_beyond, batches_found_one, batches_found, title_invalid_list, title_list_off,
    list_off_hint, title_list_refused,
    // The standalone page
    recent_batches, clear_recent,
}
