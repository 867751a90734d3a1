//! The keys that move between the rows of the table and expand them.

use crate::view::window::{Layout, ROW_PX};

/// The effect of a key in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKey {
    /// To the row above.
    Up,
    /// To the row below.
    Down,
    /// Up by the height of the box.
    PageUp,
    /// Down by the height of the box.
    PageDown,
    /// To the first row.
    First,
    /// To the last row that can be reached.
    Last,
    /// Expands the row.
    Open,
    /// Collapses the row.
    Close,
}

impl RowKey {
    /// Returns what a key does, by its name in the DOM.
    pub fn of(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            "PageUp" => Self::PageUp,
            "PageDown" => Self::PageDown,
            "Home" => Self::First,
            "End" => Self::Last,
            "ArrowRight" => Self::Open,
            "ArrowLeft" | "Escape" => Self::Close,
            _ => return None,
        })
    }

    /// Returns the position that the key moves to from `position`, in a table of which `visible_px` are visible.
    pub fn from(self, position: u32, layout: &Layout<'_>, visible_px: u32) -> u32 {
        let last = layout.reachable().saturating_sub(1);
        let page_px = visible_px.saturating_sub(ROW_PX);
        let top_px = layout.top_px(position);
        let to = match self {
            Self::Up => position.saturating_sub(1),
            Self::Down => position + 1,
            Self::PageUp => layout.fitting(top_px.saturating_sub(page_px)).min(position.saturating_sub(1)),
            Self::PageDown => layout.fitting(top_px + page_px).max(position + 1),
            Self::First => 0,
            Self::Last => last,
            Self::Open | Self::Close => position,
        };
        to.min(last)
    }
}

/// Returns the scroll position nearest to `scroll_px` at which the content from `top_px` to `end_px` is visible in a box of
/// `visible_px`.
pub fn revealing(scroll_px: u32, top_px: u32, end_px: u32, visible_px: u32) -> u32 {
    scroll_px.max(end_px.saturating_sub(visible_px)).min(top_px)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_within_the_table() {
        let layout = Layout { rows: 100, error_lines: None, open: &[(2, 400)] };
        let moves =
            [("ArrowUp", 9), ("ArrowDown", 11), ("Home", 0), ("End", 99), ("PageUp", 2), ("PageDown", 20)];
        for (key, to) in moves {
            assert_eq!(RowKey::of(key).unwrap().from(10, &layout, 374), to, "{key}");
        }
        let at_the_ends = [("ArrowUp", 0, 0), ("PageUp", 0, 0), ("ArrowDown", 99, 99), ("PageDown", 95, 99)];
        for (key, from, to) in at_the_ends {
            assert_eq!(RowKey::of(key).unwrap().from(from, &layout, 374), to, "{key}");
        }
        // The details are higher than the box.
        assert_eq!(RowKey::PageDown.from(2, &layout, 374), 3);
        assert_eq!(RowKey::PageUp.from(3, &layout, 374), 2);
        assert_eq!(RowKey::of("Tab"), None);
    }

    #[test]
    fn scrolling_reveals_a_row_by_the_least_amount() {
        assert_eq!(revealing(0, 100, 134, 400), 0, "it is visible");
        assert_eq!(revealing(200, 100, 134, 400), 100, "it is above");
        assert_eq!(revealing(0, 500, 534, 400), 134, "it is below");
        assert_eq!(revealing(0, 500, 1_500, 400), 500, "it is higher than the box");
    }
}
