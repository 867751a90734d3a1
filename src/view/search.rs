//! Search in ids, instances and error messages while the viewer types.
//!
//! A row matches if its `TaskId`, `InstanceId` or `ErrorMsg` contains the query, ignoring the case of ASCII letters. The query is
//! trimmed; an empty query matches every row. The search runs in slices. If a query contains the previous query, only the
//! previous hits are searched.
//!
//! Matching takes linear time (Knuth, Morris and Pratt), because a cell or a pasted query may have megabytes.

use crate::model::SubTasks;
use crate::redact::scan::add;
use crate::view::row_set::RowSet;

/// The rows that match a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    needle: Box<str>,
    /// `None` if every row matches.
    rows: Option<RowSet>,
}

impl Hits {
    /// Searches all rows at once; [`Search`] works in slices.
    pub fn of(sub_tasks: &SubTasks, query: &str) -> Self {
        let mut search = Search::new(query);
        search.step(sub_tasks, u32::MAX);
        search.finish()
    }

    /// Returns the matching rows, or `None` for an empty query, which matches every row.
    pub const fn rows(&self) -> Option<&RowSet> {
        self.rows.as_ref()
    }

    /// Whether these are the hits of `query`.
    pub fn is_for(&self, query: &str) -> bool {
        *self.needle == *needle_of(query)
    }
}

/// Number of bytes of cells that count as much as one row.
const BYTES_PER_ROW_COST: usize = 512;

/// A search in progress. Dropping it cancels the search.
#[derive(Debug, Default)]
pub struct Search {
    needle: Box<str>,
    borders: Box<[u32]>,
    /// The rows that can match; `None` if all rows can.
    within: Option<RowSet>,
    found: RowSet,
    next: usize,
}

impl Search {
    /// Starts a search for `query` at the first row.
    pub fn new(query: &str) -> Self {
        let needle = needle_of(query);
        let borders = borders(needle.as_bytes());
        Self { needle, borders, within: None, found: RowSet::new(), next: 0 }
    }

    /// Starts a search for `query` that is limited to the rows of `last` if `query` contains its query. `last` must be a result
    /// for the same rows.
    pub fn after(last: &Hits, query: &str) -> Self {
        let mut search = Self::new(query);
        let last_needle = last.needle.as_bytes();
        if contains(search.needle.as_bytes(), last_needle, &borders(last_needle)) {
            search.within.clone_from(&last.rows);
        }
        search
    }

    /// Searches the next rows until their cost exceeds `budget`: 1 per row, and 1 per 512 bytes of its cells. Returns whether the
    /// search is complete. Every call must receive the same rows.
    pub fn step(&mut self, sub_tasks: &SubTasks, budget: u32) -> bool {
        let rows = if self.needle.is_empty() { 0 } else { sub_tasks.len() };
        let mut cost = 0;
        while self.next < rows && cost < budget {
            let number = self.next as u32;
            cost += 1;
            let may_match = self.within.as_ref().is_none_or(|within| within.contains(number));
            if may_match && let Some(sub_task) = sub_tasks.get(self.next) {
                let cells = [sub_task.task_id, sub_task.instance_id, sub_task.error_msg];
                cost += (cells.iter().map(|cell| cell.len()).sum::<usize>() / BYTES_PER_ROW_COST) as u32;
                let needle = self.needle.as_bytes();
                if cells.iter().any(|cell| contains(cell.as_bytes(), needle, &self.borders)) {
                    self.found.insert(number);
                }
            }
            self.next += 1;
        }
        self.next >= rows
    }

    /// Returns the hits found so far.
    pub fn finish(self) -> Hits {
        let rows = (!self.needle.is_empty()).then_some(self.found);
        Hits { needle: self.needle, rows }
    }
}

fn needle_of(query: &str) -> Box<str> {
    query.trim().to_ascii_lowercase().into()
}

/// Returns the failure function: for each prefix of the needle, the length of its longest proper prefix that is also its suffix.
fn borders(needle: &[u8]) -> Box<[u32]> {
    let mut borders = vec![0_u32; needle.len()];
    let mut matched = 0;
    for at in 1..needle.len() {
        add(1);
        while matched > 0 && needle[at] != needle[matched] {
            add(1);
            matched = borders[matched - 1] as usize;
        }
        matched += usize::from(needle[at] == needle[matched]);
        borders[at] = matched as u32;
    }
    borders.into()
}

/// Whether `text` contains `needle`, which must not contain upper-case ASCII letters.
///
/// Comparing bytes is sufficient, because a UTF-8 character never starts inside another.
fn contains(text: &[u8], needle: &[u8], borders: &[u32]) -> bool {
    let Some(&first) = needle.first() else { return true };
    let Some(last_start) = text.len().checked_sub(needle.len()) else { return false };
    let upper = first.to_ascii_uppercase();
    let (mut at, mut matched) = (0, 0);
    while matched < needle.len() {
        add(1);
        if matched == 0 {
            let starts = text.get(at..=last_start).unwrap_or_default();
            let Some(skipped) = starts.iter().position(|&byte| byte == first || byte == upper) else {
                add(starts.len());
                return false;
            };
            add(skipped);
            at += skipped + 1;
            matched = 1;
            continue;
        }
        match text.get(at) {
            None => return false,
            Some(byte) if byte.to_ascii_lowercase() == needle[matched] => {
                at += 1;
                matched += 1;
            }
            Some(_) => matched = borders[matched - 1] as usize,
        }
    }
    true
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{ApiTime, SubTask, SubTaskStatus, SubTasksBuilder};

    fn rows(rows: &[[String; 3]]) -> SubTasks {
        let mut builder = SubTasksBuilder::new();
        for [task_id, instance_id, error_msg] in rows {
            builder.push(&SubTask {
                task_id,
                instance_id,
                status: SubTaskStatus::Other("status"),
                task_begin: ApiTime::Absent,
                task_end: ApiTime::Absent,
                error_msg,
            });
        }
        builder.finish()
    }

    fn found(sub_tasks: &SubTasks, hits: &Hits) -> Vec<u32> {
        let rows = 0..sub_tasks.len() as u32;
        rows.filter(|&row| hits.rows().is_none_or(|rows| rows.contains(row))).collect()
    }

    /// A slow, obvious implementation.
    fn expected(rows: &[[String; 3]], query: &str) -> Vec<u32> {
        let query = query.trim().to_ascii_lowercase();
        let matches =
            |cells: &[String; 3]| cells.iter().any(|cell| cell.to_ascii_lowercase().contains(&query));
        (0..).zip(rows).filter(|(_, cells)| matches(cells)).map(|(row, _)| row).collect()
    }

    #[test]
    fn ids_instances_and_errors_are_searched_and_nothing_else() {
        let list =
            [["629271331", "pc-A1", "Disk full"], ["629271332", "pc-b2", "磁盘已满 É"], ["1", "pc-c3", ""]]
                .map(|cells| cells.map(str::to_owned));
        let sub_tasks = rows(&list);
        let table: [(&str, &[u32]); 12] = [
            ("", &[0, 1, 2]),
            ("  ", &[0, 1, 2]),
            ("62927133", &[0, 1]),
            ("PC-a", &[0]),
            ("disk FULL", &[0]),
            (" 已满 ", &[1]),
            ("É", &[1]),
            // Only ASCII letters are compared without case.
            ("é", &[]),
            ("status", &[]),
            // A match does not extend over two cells.
            ("1pc", &[]),
            ("331pc-a1", &[]),
            ("\u{0}", &[]),
        ];
        for (query, expected) in table {
            assert_eq!(found(&sub_tasks, &Hits::of(&sub_tasks, query)), expected, "{query}");
        }
        assert!(Hits::of(&sub_tasks, " Disk").is_for("disk ") && !Hits::default().is_for("d"));
    }

    #[test]
    fn a_query_that_contains_the_last_one_looks_only_at_its_hits() {
        let list = [["1", "pc-a", "ab"], ["2", "pc-b", "abc"]].map(|cells| cells.map(str::to_owned));
        let last = Hits::of(&rows(&list), "abc");
        // With other rows, the first row would match, too; it is skipped because the previous search did not find it.
        let other = rows(&[list[1].clone(), list[1].clone()]);
        let mut search = Search::after(&last, "ABC");
        assert!(search.step(&other, u32::MAX));
        assert_eq!(found(&other, &search.finish()), [1]);
        let mut shorter = Search::after(&last, "ab");
        assert!(shorter.step(&other, u32::MAX));
        assert_eq!(found(&other, &shorter.finish()), [0, 1]);
    }

    #[test]
    fn a_long_cell_costs_more_than_a_row() {
        let list = [5, 2_000, 5, 5].map(|bytes| ["1".to_owned(), String::new(), "a".repeat(bytes)]);
        let sub_tasks = rows(&list);
        let steps = |budget| {
            let mut search = Search::new("b");
            1 + std::iter::from_fn(|| (!search.step(&sub_tasks, budget)).then_some(())).count()
        };
        // The long row costs 1 + 3.
        assert_eq!([1, 2, 6, 7].map(steps), [4, 2, 2, 1]);
    }

    proptest! {
        #[test]
        fn it_finds_what_the_slow_version_finds(
            list in prop::collection::vec(["[aAbB]{0,4}", "[a-c-]{0,4}", "[abBéÉ实 ]{0,8}|[aAbB]{0,24}"], 0..40),
            queries in prop::collection::vec("[aAbBcé实 -]{0,3}|[aAbB]{3,9}", 1..5),
            budget in 1_u32..50,
        ) {
            let sub_tasks = rows(&list);
            let mut last = Hits::default();
            for query in queries {
                let mut search = Search::after(&last, &query);
                while !search.step(&sub_tasks, budget) {}
                last = search.finish();
                prop_assert_eq!(found(&sub_tasks, &last), expected(&list, &query), "{}", query);
            }
        }
    }
}
