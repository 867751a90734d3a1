//! The names of columns and views in the viewer's language.

use crate::i18n::Locale;
use crate::view::columns::Column;
use crate::view::table::View;

/// Returns the name of a column.
pub(super) fn column_name(column: Column, locale: Locale) -> &'static str {
    match column {
        Column::TaskId => locale.task_id,
        Column::Status => locale.status,
        Column::InstanceId => locale.instance,
        Column::TaskBegin => locale.begin,
        Column::TaskEnd => locale.end,
        Column::Duration => locale.duration,
        Column::ErrorMsg => locale.error,
    }
}

/// Returns the name of a view.
pub(super) fn view_name(view: View, locale: Locale) -> &'static str {
    match view {
        View::Subtasks => locale.subtasks,
        View::Timeline => locale.timeline,
    }
}
