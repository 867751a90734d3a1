//! Which rows of a long table are drawn, and where each is.
//!
//! A collapsed row has one of two fixed heights. Only the details of expanded rows are measured.

#[cfg(test)]
mod tests;

/// The maximum height of the drawn table, in CSS px. Firefox collapses boxes above about 17.8 million px.
pub const MAX_HEIGHT_PX: u32 = 16_000_000;

/// The height of a row and of the header, in CSS px. The stylesheet has the same value.
pub const ROW_PX: u32 = 34;

/// The height of a row with its error on a second line, in CSS px. The stylesheet has the same value.
pub const ERROR_ROW_PX: u32 = 56;

/// A table narrower than this many CSS px shows errors on a second line and not in a column.
pub const ERROR_LINE_BELOW_PX: u32 = 1_000;

/// A timeline narrower than this many CSS px has shorter labels.
pub const NARROW_BELOW_PX: u32 = 620;

/// The assumed height of details that have not been measured yet, in CSS px.
pub const DETAIL_PX: u32 = 136;

/// The height of the scroll box above which only a part of it is drawn, in CSS px. No screen is that high; the box is if the
/// stylesheet or its maximum height is missing.
pub const MAX_BOX_PX: u32 = 8_000;

/// How many rows are drawn above and below the visible ones, so that scrolling does not show a gap before the next frame.
pub const OVERSCAN: u32 = 6;

/// How far a table is scrolled before other rows are drawn, in CSS px: four rows. In most frames of a scroll, nothing is drawn.
pub const STEP_PX: u32 = 4 * ROW_PX;

/// The positions of the rows with an error, which can have a second line. One bit per row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorLines(Vec<Block>);

/// 32 rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Block {
    /// A bit for each row, from the lowest.
    bits: u32,
    /// How many rows before this block have an error.
    before: u32,
}

impl ErrorLines {
    /// Collects the positions of those `rows` for which `has_error` is true.
    pub fn of(rows: &[u32], has_error: impl Fn(u32) -> bool) -> Self {
        let mut before = 0;
        let blocks = rows.chunks(32).map(|chunk| {
            let bits = chunk.iter().rev().fold(0, |bits, &row| bits << 1 | u32::from(has_error(row)));
            let block = Block { bits, before };
            before += bits.count_ones();
            block
        });
        Self(blocks.collect())
    }

    /// Returns how many of the first `count` rows have an error.
    fn among(&self, count: u32) -> u32 {
        match (self.0.get(count as usize / 32), self.0.last()) {
            (Some(block), _) => block.before + (block.bits & !(u32::MAX << (count % 32))).count_ones(),
            (None, Some(last)) => last.before + last.bits.count_ones(),
            (None, None) => 0,
        }
    }
}

/// The heights of all rows of a table, without its header.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'a> {
    /// The number of rows.
    pub rows: u32,
    /// The rows with a second line, if the table is narrow enough to have any.
    pub error_lines: Option<&'a ErrorLines>,
    /// The positions of expanded rows and the heights of their details, in ascending order.
    pub open: &'a [(u32, u32)],
}

impl Layout<'_> {
    /// Returns the top of the row at `position`; for the number of rows, the height of all.
    pub fn top_px(&self, position: u32) -> u32 {
        let lines = self.error_lines.map_or(0, |lines| lines.among(position));
        let details = self.open.iter().take_while(|(open, _)| *open < position);
        let collapsed = position.saturating_mul(ROW_PX).saturating_add(lines * (ERROR_ROW_PX - ROW_PX));
        details.fold(collapsed, |top, (_, px)| top.saturating_add(*px))
    }

    /// Returns how many rows from the first one are at most `px` high together. That is also the position of the row at `px`.
    pub fn fitting(&self, px: u32) -> u32 {
        let (mut fits, mut above) = (0, self.rows);
        while fits < above {
            let middle = above - (above - fits) / 2;
            if self.top_px(middle) <= px {
                fits = middle;
            } else {
                above = middle - 1;
            }
        }
        fits
    }

    /// Returns how many rows can be reached by scrolling; fewer than all if the height is limited.
    pub fn reachable(&self) -> u32 {
        self.fitting(MAX_HEIGHT_PX - ROW_PX)
    }

    /// Returns the rows to draw if the table is scrolled by `scroll_px` to `scroll_px + STEP_PX` in a box of `height_px`.
    ///
    /// A box is at most [`MAX_BOX_PX`] high. Scrolling beyond the end shows the end.
    pub fn window(&self, scroll_px: u32, height_px: u32) -> Window {
        let height_px = height_px.min(MAX_BOX_PX);
        let reachable = self.reachable();
        let total_px = self.top_px(reachable);
        let scroll_px = scroll_px.min(total_px.saturating_sub(height_px));
        let first = self.fitting(scroll_px).min(reachable).saturating_sub(OVERSCAN);
        let end = self.fitting(scroll_px + height_px + STEP_PX).saturating_add(OVERSCAN + 1).min(reachable);
        Window {
            first,
            end,
            before_px: self.top_px(first),
            after_px: total_px - self.top_px(end),
            reachable,
            total_px,
        }
    }
}

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
    /// The height of all reachable rows, in CSS px.
    pub total_px: u32,
}

impl Window {
    /// Returns a window over all rows.
    pub const fn all(rows: u32) -> Self {
        Self { first: 0, end: rows, before_px: 0, after_px: 0, reachable: rows, total_px: 0 }
    }
}

/// The visible rows and how far each is below the top of the box, to find the scroll position at which they stay where they
/// are after a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchor(Vec<(u32, i32)>);

impl Anchor {
    /// Remembers the visible ones of `rows`, which have this layout; none in a table that is at its top.
    pub fn of(layout: &Layout<'_>, rows: &[u32], scroll_px: u32, height_px: u32) -> Self {
        if scroll_px == 0 {
            return Self::default();
        }
        let first = layout.fitting(scroll_px);
        // And the next one, because two rows are compared: details can be as high as the box.
        let end = layout.fitting(scroll_px.saturating_add(height_px.min(MAX_BOX_PX))).saturating_add(2);
        let visible = first..end.min(layout.rows);
        let offset = |position| layout.top_px(position) as i32 - scroll_px as i32;
        Self(visible.filter_map(|at| Some((*rows.get(at as usize)?, offset(at)))).collect())
    }

    /// Forgets rows.
    pub fn retain(&mut self, is_same: impl Fn(u32) -> bool) {
        self.0.retain(|&(row, _)| is_same(row));
    }

    /// Returns the scroll position at which the first visible row is at its place again, in a table of `rows` with this
    /// layout. A row that has moved away from the next one does not count: sorting may have moved that row alone. `None` if no
    /// two rows are left.
    pub fn scroll_px(&self, layout: &Layout<'_>, rows: &[u32]) -> Option<u32> {
        self.0.windows(2).find_map(|pair| {
            let [(row, offset), (next, _)] = *pair else { return None };
            let at = rows.iter().position(|&other| other == row)?;
            (rows.get(at + 1) == Some(&next))
                .then(|| (layout.top_px(at as u32) as i32 - offset).max(0).unsigned_abs())
        })
    }
}

/// Returns the `aria-rowindex` of the row at `position`. The header is the first row, and the details of an expanded row are a
/// row of their own.
pub fn row_index(position: u32, open: &[(u32, u32)]) -> u32 {
    let details = open.iter().filter(|(open, _)| *open < position).count();
    position.saturating_add(2).saturating_add(details as u32)
}

/// Returns the position of the row with this `aria-rowindex`, or of the one with these details; `None` for the header.
pub fn position_of(index: u32, open: &[(u32, u32)]) -> Option<u32> {
    let mut position = index.checked_sub(2)?;
    for (open, _) in open {
        position -= u32::from(*open < position);
    }
    Some(position)
}
