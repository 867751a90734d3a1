//! The window over rows of two heights with measured details, compared with slow checks.

use proptest::prelude::*;

use super::*;

/// A table of any rows: which have an error, and the expanded ones with the heights of their details.
#[derive(Clone, Debug)]
struct Table {
    errors: Vec<bool>,
    open: Vec<(u32, u32)>,
}

impl Table {
    fn rows(&self) -> Vec<u32> {
        (0..self.errors.len() as u32).collect()
    }

    fn lines(&self) -> ErrorLines {
        ErrorLines::of(&self.rows(), |row| self.errors[row as usize])
    }

    /// The slow version of [`Layout::top_px`].
    fn top_px(&self, position: u32) -> u32 {
        let details: u32 = self.open.iter().filter(|open| open.0 < position).map(|open| open.1).sum();
        let height = |is_error: &bool| if *is_error { ERROR_ROW_PX } else { ROW_PX };
        self.errors.iter().take(position as usize).map(height).sum::<u32>() + details
    }

    fn layout<'a>(&'a self, lines: &'a ErrorLines) -> Layout<'a> {
        Layout { rows: self.errors.len() as u32, error_lines: Some(lines), open: &self.open }
    }
}

fn tables() -> impl Strategy<Value = Table> {
    let open = prop::collection::btree_map(0_u32..400, 40_u32..900, 0..6);
    (prop::collection::vec(any::<bool>(), 1..400), open).prop_map(|(errors, open)| {
        let open = open.into_iter().filter(|open| (open.0 as usize) < errors.len()).collect();
        Table { errors, open }
    })
}

/// Rows of one height without details.
fn plain(rows: u32) -> Layout<'static> {
    Layout { rows, error_lines: None, open: &[] }
}

#[test]
fn the_details_are_counted_as_a_row() {
    let indexes = |open: &[(u32, u32)]| [0, 1, 2].map(|position| row_index(position, open));
    assert_eq!(indexes(&[]), [2, 3, 4]);
    assert_eq!(indexes(&[(0, 9)]), [2, 4, 5], "the details are row 3");
    assert_eq!(indexes(&[(1, 9)]), [2, 3, 5]);
    assert_eq!(indexes(&[(0, 9), (1, 9)]), [2, 4, 6]);
    let positions = |open: &[(u32, u32)]| [1, 2, 3, 4, 5, 6].map(|index| position_of(index, open));
    assert_eq!(positions(&[]), [None, Some(0), Some(1), Some(2), Some(3), Some(4)]);
    assert_eq!(
        positions(&[(0, 9), (1, 9)]),
        [None, Some(0), Some(0), Some(1), Some(1), Some(2)],
        "the rows 3 and 5 are details"
    );
}

#[test]
fn few_rows_are_all_drawn() {
    let all = Window { end: 10, reachable: 10, total_px: 340, ..Window::default() };
    assert_eq!(plain(10).window(0, 600), all);
    assert_eq!(plain(0).window(0, 600), Window::default());
}

#[test]
fn the_number_of_drawn_rows_is_bounded() {
    for height_px in [MAX_BOX_PX, 680_000, u32::MAX] {
        let window = plain(20_000).window(0, height_px);
        assert!(window.end - window.first < 300, "{window:?}");
    }
}

#[test]
fn the_maximum_height_limits_the_reachable_rows() {
    let window = plain(1_000_000).window(u32::MAX, 600);
    assert_eq!(window.reachable, MAX_HEIGHT_PX / ROW_PX - 1, "one row is the header");
    assert_eq!((window.end, window.after_px), (window.reachable, 0));
    let lines = ErrorLines::of(&(0..1_000_000).collect::<Vec<_>>(), |_| true);
    let failed = Layout { rows: 1_000_000, error_lines: Some(&lines), open: &[(10, 5_000)] };
    let window = failed.window(u32::MAX, 600);
    assert_eq!(window.reachable, (MAX_HEIGHT_PX - ROW_PX - 5_000) / ERROR_ROW_PX);
    assert!(window.total_px <= MAX_HEIGHT_PX - ROW_PX);
    // The limit of the API is far below.
    assert_eq!(Layout { rows: 100_000, ..failed }.window(0, 600).reachable, 100_000);
}

#[test]
fn a_row_that_moves_alone_is_no_anchor() {
    let (before, after) = ([0, 1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 0, 7]);
    let anchor = Anchor::of(&plain(8), &before, 10, 100);
    // Row 0 has moved to the end of the visible part, row 1 is in its place, one row higher.
    assert_eq!(anchor.scroll_px(&plain(8), &after), Some(0));
    let anchor = Anchor::of(&plain(8), &before, 100, 100);
    assert_eq!(anchor.scroll_px(&plain(8), &after), Some(100 - ROW_PX));
    assert_eq!(anchor.scroll_px(&plain(8), &[7, 6, 5, 4, 3, 2, 1, 0]), None, "nothing stays together");
    assert_eq!(Anchor::of(&plain(8), &before, 0, 100).scroll_px(&plain(8), &after), None, "it is at its top");
}

proptest! {
    /// Every row that intersects the box is drawn, and the heights add up.
    #[test]
    fn every_visible_row_is_drawn(table in tables(), scroll in 0_u32..40_000, height in 0_u32..2_000) {
        let lines = table.lines();
        let layout = table.layout(&lines);
        let rows = layout.rows;
        let window = layout.window(scroll, height);
        let total = table.top_px(rows);
        let scroll = scroll.min(total.saturating_sub(height));
        for row in 0..rows {
            prop_assert_eq!(layout.top_px(row), table.top_px(row));
            if table.top_px(row + 1) > scroll && table.top_px(row) < scroll + height + STEP_PX {
                prop_assert!(window.first <= row && row < window.end, "row {row} of {window:?}");
            }
        }
        prop_assert_eq!((window.total_px, window.reachable), (total, rows));
        prop_assert_eq!(window.before_px, table.top_px(window.first));
        prop_assert_eq!(window.after_px, total - table.top_px(window.end));
        prop_assert!(window.end - window.first <= (height + STEP_PX).div_ceil(ROW_PX) + 2 * OVERSCAN + 2);
    }

    #[test]
    fn the_row_at_a_height_contains_it(table in tables(), px in 0_u32..40_000) {
        let lines = table.lines();
        let layout = table.layout(&lines);
        let position = layout.fitting(px);
        prop_assert!(table.top_px(position) <= px);
        prop_assert!(position == layout.rows || px < table.top_px(position + 1));
    }

    /// Whatever changes above the first visible row, it stays at its place on the screen.
    #[test]
    fn a_change_above_the_visible_rows_moves_none_of_them(
        old in tables(), new in tables(), scroll in 1_u32..40_000, removed in prop::collection::vec(any::<bool>(), 400)
    ) {
        let lines = old.lines();
        let layout = old.layout(&lines);
        let rows = old.rows();
        let scroll = scroll.min(layout.top_px(layout.rows).saturating_sub(500));
        let first = layout.fitting(scroll);
        let anchor = Anchor::of(&layout, &rows, scroll, 500);
        // The rows above have other errors and details, and some of them are removed.
        let kept: Vec<u32> = rows.iter().copied().filter(|&row| row >= first || !removed[row as usize]).collect();
        let source = |row: u32| if row < first { &new } else { &old };
        let error = |row: u32| source(row).errors.get(row as usize).copied().unwrap_or_default();
        let detail = |row: u32| source(row).open.iter().find(|open| open.0 == row).map(|open| open.1);
        let changed = Table {
            errors: kept.iter().map(|&row| error(row)).collect(),
            open: (0..).zip(&kept).filter_map(|(at, &row)| Some((at, detail(row)?))).collect(),
        };
        let lines = changed.lines();
        let now = changed.layout(&lines);
        if let Some(scrolled) = anchor.scroll_px(&now, &kept) {
            let at = |row: u32| kept.iter().position(|&other| other == row).unwrap() as u32;
            for row in first..layout.rows {
                let (before, after) = (layout.top_px(row) as i32 - scroll as i32, now.top_px(at(row)) as i32 - scrolled as i32);
                prop_assert_eq!(before, after, "row {}", row);
            }
        } else {
            prop_assert!(scroll == 0 || layout.rows - first < 2);
        }
    }
}
