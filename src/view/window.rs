//! Which rows of a long table are drawn.

/// The maximum height of the drawn table, in CSS px. Firefox collapses boxes above about 17.8 million px.
pub const MAX_HEIGHT_PX: u32 = 16_000_000;

/// The height of a row, in CSS px. The stylesheet has the same value.
pub const ROW_PX: u32 = 34;

/// The height of a row in a narrow table, which shows the error in a second line, in CSS px.
pub const NARROW_ROW_PX: u32 = 56;

/// A table narrower than this many CSS px shows ID, status and duration only, with the error below.
pub const NARROW_BELOW_PX: u32 = 620;

/// The height of the details below an expanded row, in CSS px. Longer details scroll.
pub const DETAIL_PX: u32 = 136;

/// The height of the scroll box above which only a part of it is drawn, in CSS px. No screen is that high; the box is if the
/// stylesheet or its maximum height is missing.
pub const MAX_BOX_PX: u32 = 8_000;

/// How many rows are drawn above and below the visible ones, so that scrolling does not show a gap before the next frame.
pub const OVERSCAN: u32 = 8;

/// The drawn rows, and the height of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The first drawn row.
    pub first: u32,
    /// The row after the last drawn one.
    pub end: u32,
    /// The height of all rows before `first`, in CSS px.
    pub before_px: u32,
    /// The height of all rows from `end` on, in CSS px.
    pub after_px: u32,
    /// How many rows can be reached by scrolling; fewer than all if the height is limited.
    pub reachable: u32,
}

impl Window {
    /// Returns the window over `rows` rows of `row_px` each, scrolled by `scroll_px` in a box of `height_px`.
    ///
    /// A `row_px` of 0 counts as 1, and a box is at most [`MAX_BOX_PX`] high. Scrolling beyond the end shows the end.
    pub fn of(rows: u32, row_px: u32, scroll_px: u32, height_px: u32) -> Self {
        let (row_px, height_px) = (row_px.max(1), height_px.min(MAX_BOX_PX));
        let reachable = rows.min(MAX_HEIGHT_PX / row_px);
        let visible = height_px.div_ceil(row_px).saturating_add(1);
        let top = (scroll_px / row_px).min(reachable.saturating_sub(visible.saturating_sub(1)));
        // With an even first row, striped rows keep their color, and scrolling renders half as often.
        let first = top.saturating_sub(OVERSCAN) & !1;
        let end = top.saturating_add(visible).saturating_add(OVERSCAN).saturating_add(1).min(reachable) & !1;
        let end = if end + 1 >= reachable { reachable } else { end };
        Self { first, end, before_px: first * row_px, after_px: (reachable - end) * row_px, reachable }
    }

    /// Returns a window over all rows.
    pub const fn all(rows: u32) -> Self {
        Self { first: 0, end: rows, before_px: 0, after_px: 0, reachable: rows }
    }

    /// Returns the window if the row at position `open` has details below it, [`DETAIL_PX`] high.
    pub fn with_open(rows: u32, row_px: u32, scroll_px: u32, height_px: u32, open: Option<u32>) -> Self {
        let Some(open) = open else { return Self::of(rows, row_px, scroll_px, height_px) };
        let open_end_px = open.saturating_add(1).saturating_mul(row_px.max(1));
        let scroll_px = match scroll_px {
            above if above <= open_end_px => above,
            below => below.saturating_sub(DETAIL_PX).max(open_end_px),
        };
        let mut window = Self::of(rows, row_px, scroll_px, height_px);
        if open < window.first {
            window.before_px += DETAIL_PX;
        } else if (window.end..window.reachable).contains(&open) {
            window.after_px += DETAIL_PX;
        }
        window
    }
}

/// Returns the `aria-rowindex` of the row at `position`, if the row at position `open` has details below it. The header is the
/// first row, and the details are a row of their own.
pub fn row_index(position: u32, open: Option<u32>) -> u32 {
    let is_below_details = open.is_some_and(|open| open < position);
    position.saturating_add(2 + u32::from(is_below_details))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_details_are_counted_as_a_row() {
        let indexes = |open| [0, 1, 2].map(|position| row_index(position, open));
        assert_eq!(indexes(None), [2, 3, 4]);
        assert_eq!(indexes(Some(0)), [2, 4, 5], "the details are row 3");
        assert_eq!(indexes(Some(1)), [2, 3, 5]);
        assert_eq!(indexes(Some(2)), [2, 3, 4]);
    }

    #[test]
    fn few_rows_are_all_drawn() {
        assert_eq!(
            Window::of(10, 34, 0, 600),
            Window { first: 0, end: 10, before_px: 0, after_px: 0, reachable: 10 }
        );
        assert_eq!(Window::of(0, 34, 0, 600), Window::default());
    }

    #[test]
    fn the_number_of_drawn_rows_is_bounded() {
        for height_px in [MAX_BOX_PX, 680_000, u32::MAX] {
            let window = Window::of(20_000, 34, 0, height_px);
            assert!(window.end - window.first < 300, "{window:?}");
        }
    }

    #[test]
    fn the_maximum_height_limits_the_reachable_rows() {
        let window = Window::of(1_000_000, 34, u32::MAX, 600);
        assert_eq!(window.reachable, MAX_HEIGHT_PX / 34);
        assert_eq!(window.end, window.reachable);
        assert_eq!(window.after_px, 0);
    }

    proptest! {
        /// Compared with a slow check: every row that intersects the box is drawn, and the heights add up.
        #[test]
        fn every_visible_row_is_drawn(rows in 0_u32..5_000, row_px in 1_u32..80, scroll in 0_u32..200_000, height in 0_u32..2_000) {
            let window = Window::of(rows, row_px, scroll, height);
            let total = rows * row_px;
            let scroll = scroll.min(total.saturating_sub(height));
            for row in 0..rows {
                let (top, bottom) = (row * row_px, (row + 1) * row_px);
                if bottom > scroll && top < scroll + height {
                    prop_assert!(window.first <= row && row < window.end, "row {row} of {window:?}");
                }
            }
            prop_assert_eq!(window.before_px + (window.end - window.first) * row_px + window.after_px, total);
            prop_assert!(window.end - window.first <= height.div_ceil(row_px) + 2 * OVERSCAN + 4);
        }

        #[test]
        fn the_height_of_details_is_counted_once(rows in 1_u32..3_000, row_px in 8_u32..80, scroll in 0_u32..200_000, height in 0_u32..2_000, open in 0_u32..3_000) {
            let open = open.min(rows - 1);
            let window = Window::with_open(rows, row_px, scroll, height, Some(open));
            let total = rows * row_px + DETAIL_PX;
            let scroll = scroll.min(total.saturating_sub(height));
            let top = |row: u32| row * row_px + if row > open { DETAIL_PX } else { 0 };
            for row in 0..rows {
                if top(row) + row_px > scroll && top(row) < scroll + height {
                    prop_assert!(window.first <= row && row < window.end, "row {row} of {window:?}");
                }
            }
            let drawn_px = (window.end - window.first) * row_px
                + if (window.first..window.end).contains(&open) { DETAIL_PX } else { 0 };
            prop_assert_eq!(window.before_px + drawn_px + window.after_px, total);
        }
    }
}
