//! The names of columns and views in the viewer's language.

use crate::i18n::Words;
use crate::view::columns::Column;
use crate::view::table::View;

/// Returns the name of a column.
pub(super) fn column_name(column: Column, words: Words) -> &'static str {
    match column {
        Column::TaskId => words.task_id,
        Column::Status => words.status,
        Column::InstanceId => words.instance,
        Column::TaskBegin => words.begin,
        Column::TaskEnd => words.end,
        Column::Duration => words.duration,
        Column::ErrorMsg => words.error,
    }
}

/// Returns the name of a view.
pub(super) fn view_name(view: View, words: Words) -> &'static str {
    match view {
        View::Subtasks => words.subtasks,
        View::Timeline => words.timeline,
    }
}
