//! How wide the columns of the table are, from the texts that have been drawn, and which columns a narrow table has room for.

use crate::view::columns::{Column, Columns};
use crate::view::window::{ERROR_LINE_BELOW_PX, NARROW_BELOW_PX};

/// The number of characters of a text that are measured at most. A cell ends a text that does not fit with an ellipsis.
const MAX_CHARS: usize = 36;

/// The columns that are left out in a narrow table, the first one always, the others if there is no room for them. ID, status and instance
/// stay.
const LEFT_OUT: [Column; 4] = [Column::ErrorMsg, Column::TaskEnd, Column::TaskBegin, Column::Duration];

/// The least width of a status, in CSS px: its icon and some letters.
const STATUS_PX: u32 = 84;

/// The widest text of each column so far, in CSS px. Widths only grow, so that columns do not move while the viewer scrolls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnWidths([u32; Column::ALL.len()]);

impl ColumnWidths {
    /// Makes room for a text with something of `other_px` beside it.
    pub fn extend(&mut self, column: Column, text: &str, other_px: u32) {
        let width = &mut self.0[column as usize];
        *width = (*width).max(text_px(text) + other_px);
    }

    /// Returns which of the `chosen` columns are drawn in a table of `table_px`, and the width of each; 0 is the rest of the
    /// width. Below [`ERROR_LINE_BELOW_PX`] the error is on a second line, and columns without room are left out.
    pub fn fit(&self, chosen: Columns, table_px: u32) -> (Columns, [u32; Column::ALL.len()]) {
        let (mut columns, mut widths) = (chosen, self.0);
        widths[Column::ErrorMsg as usize] = 0;
        if table_px >= ERROR_LINE_BELOW_PX {
            return (columns, widths);
        }
        if table_px < NARROW_BELOW_PX {
            narrow(&mut widths);
        }
        for left_out in LEFT_OUT {
            let total_px: u32 = columns.iter().map(|column| widths[column as usize]).sum();
            if columns.contains(left_out) && (left_out == Column::ErrorMsg || table_px < total_px) {
                columns = columns.toggled(left_out);
            }
        }
        let [id_px, status_px, instance_px, ..] = &mut widths;
        if table_px < *id_px + *status_px + *instance_px {
            // The status takes the rest, of which there is some.
            *id_px = (*id_px).min((table_px / 2).saturating_sub(STATUS_PX / 2));
            *instance_px = (*instance_px).min(table_px - STATUS_PX.min(table_px) - *id_px);
            *status_px = 0;
        }
        (columns, widths)
    }
}

/// Subtracts the padding that the cells of a narrow table do not have.
pub fn narrow(widths: &mut [u32; Column::ALL.len()]) {
    *widths = widths.map(|width_px| width_px.saturating_sub(10));
}

/// Returns about how wide a text of the table is, in CSS px.
fn text_px(text: &str) -> u32 {
    let half_px = text.chars().take(MAX_CHARS).map(|char| match char {
        'i' | 'j' | 'l' | ' ' | '.' | ',' | ':' => 10,
        'A'..='Z' | 'm' | 'w' => 18,
        '\0'..='\u{ff}' => 15,
        _ => 27,
    });
    half_px.sum::<u32>() / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths() -> ColumnWidths {
        let mut widths = ColumnWidths::default();
        for (column, px) in Column::ALL.into_iter().zip([130, 100, 140, 122, 122, 104, 0]) {
            widths.extend(column, "", px);
        }
        widths
    }

    fn names(table_px: u32, chosen: Columns) -> Vec<&'static str> {
        widths().fit(chosen, table_px).0.iter().map(Column::as_str).collect()
    }

    #[test]
    fn columns_are_left_out_until_the_others_fit() {
        let all = Columns::ALL;
        assert_eq!(names(1_000, all).len(), 7);
        assert_eq!(names(999, all), ["TaskId", "Status", "InstanceId", "TaskBegin", "TaskEnd", "Duration"]);
        assert_eq!(names(718, all).len(), 6);
        assert_eq!(names(717, all), ["TaskId", "Status", "InstanceId", "TaskBegin", "Duration"]);
        assert_eq!(names(500, all), ["TaskId", "Status", "InstanceId", "Duration"]);
        assert_eq!(names(400, all), ["TaskId", "Status", "InstanceId"]);
        let without_instance = all.toggled(Column::InstanceId);
        assert_eq!(names(400, without_instance), ["TaskId", "Status", "Duration"], "room for the duration");
    }

    #[test]
    fn the_error_takes_the_rest_or_else_the_status() {
        let widths_at = |table_px| widths().fit(Columns::ALL, table_px).1;
        assert_eq!(widths_at(1_200), [130, 100, 140, 122, 122, 104, 0]);
        assert_eq!(widths_at(344)[..3], [120, 90, 130], "with less padding");
        assert_eq!(widths_at(338)[..3], [120, 0, 130]);
        assert_eq!(widths_at(280)[..3], [98, 0, 98], "all are cut");
        for table_px in 0..2_000 {
            let (_, [id_px, _, instance_px, ..]) = widths().fit(Columns::ALL, table_px);
            assert!(table_px < 84 || id_px + instance_px + 84 <= table_px || table_px > 360, "{table_px}");
        }
    }

    #[test]
    fn widths_grow_and_are_limited() {
        let mut widths = ColumnWidths::default();
        for text in ["abc", &"x".repeat(10_000), "a"] {
            widths.extend(Column::TaskId, text, 10);
        }
        assert_eq!(widths.0[0], 36 * 15 / 2 + 10);
        assert!(text_px("実行中") > text_px("abc"));
    }
}
