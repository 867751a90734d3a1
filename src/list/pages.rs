//! Where a page is among the others. Counts that disagree are shown as they are; only the buttons are limited to what exists.

use super::batch::BatchPage;
use super::query::ListQuery;

/// The position of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pages {
    /// The number of this page, from 1.
    pub number: u32,
    /// The number of pages, at least 1; `None` if the total is unknown.
    pub count: Option<u32>,
    /// The number of the first batch on this page, from 1; `None` if the page is empty.
    pub first: Option<u64>,
    /// The number of the last batch on this page; 0 if the page is empty.
    pub last: u64,
    /// TotalCount as the API gave it.
    pub total_count: Option<i64>,
    /// Whether there is a page before this one.
    pub has_previous: bool,
    /// Whether there is a page after this one. Without a total, a full page may have one.
    pub has_next: bool,
}

impl Pages {
    /// Computes the position of `page`. What it does not state is as `query` asked for it.
    pub fn of(page: &BatchPage, query: &ListQuery) -> Self {
        let stated = |count: Option<i64>| u32::try_from(count?).ok().filter(|count| *count > 0);
        let number = stated(page.page_number).unwrap_or(query.page_number).max(1);
        let size = stated(page.page_size).unwrap_or(query.page_size).max(1);
        let total = page.total_count.and_then(|count| u64::try_from(count).ok());
        let rows = page.batches.len() as u64;
        let before = u64::from(number - 1) * u64::from(size);
        let last = if rows == 0 { 0 } else { before + rows };
        let count = total.map(|total| u32::try_from(total.div_ceil(size.into()).max(1)).unwrap_or(u32::MAX));
        Self {
            number,
            count,
            first: (rows > 0).then_some(before + 1),
            last,
            total_count: page.total_count,
            has_previous: number > 1,
            has_next: count.map_or(rows >= size.into(), |count| number < count),
        }
    }

    /// Whether the page is behind the last one: batches have dropped out of the range, or a link is old.
    pub fn is_beyond_last(&self) -> bool {
        self.first.is_none() && self.number > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::row::tests::batch;

    /// `[PageNumber, PageSize, TotalCount]`, the number of rows, and the page that the viewer chose.
    fn pages(stated: [Option<i64>; 3], rows: usize, asked: u32) -> Pages {
        let [page_number, page_size, total_count] = stated;
        let batches = vec![batch("RUNNING", None, None); rows];
        let page = BatchPage { batches, page_number, page_size, total_count };
        Pages::of(&page, &ListQuery { page_number: asked, ..ListQuery::default() })
    }

    #[test]
    fn a_page_knows_its_place() {
        // Stated values, rows, page asked for; number, count, first and last, previous and next.
        let table = [
            ([Some(1), Some(30), Some(41)], 30, 1, (1, Some(2), Some(1), 30, false, true)),
            ([Some(2), Some(30), Some(41)], 11, 2, (2, Some(2), Some(31), 41, true, false)),
            ([Some(1), Some(30), Some(30)], 30, 1, (1, Some(1), Some(1), 30, false, false)),
            ([Some(1), Some(30), Some(0)], 0, 1, (1, Some(1), None, 0, false, false)),
            // Behind the last page.
            ([Some(9), Some(30), Some(41)], 0, 9, (9, Some(2), None, 0, true, false)),
            // Missing values are those that were asked for.
            ([None, None, None], 30, 3, (3, None, Some(61), 90, true, true)),
            ([None, None, None], 29, 1, (1, None, Some(1), 29, false, false)),
            ([Some(0), Some(-1), Some(-5)], 2, 2, (2, None, Some(31), 32, true, false)),
            // The total disagrees with the rows.
            ([Some(1), Some(30), Some(3)], 5, 1, (1, Some(1), Some(1), 5, false, false)),
            ([Some(1), Some(1), Some(i64::MAX)], 1, 1, (1, Some(u32::MAX), Some(1), 1, false, true)),
            ([Some(i64::MAX), Some(30), Some(3)], 1, 1, (1, Some(1), Some(1), 1, false, false)),
        ];
        for (stated, rows, asked, (number, count, first, last, has_previous, has_next)) in table {
            let expected =
                Pages { number, count, first, last, total_count: stated[2], has_previous, has_next };
            assert_eq!(pages(stated, rows, asked), expected, "{stated:?} {rows} {asked}");
        }
        assert!(pages([Some(9), Some(30), Some(41)], 0, 9).is_beyond_last());
        assert!(!pages([Some(1), Some(30), Some(0)], 0, 1).is_beyond_last());
    }
}
