//! Which rows the table shows, and in which order: filter and sort.
//!
//! The result is a list of row numbers. Sorting is stable in both directions: rows that compare equal stay in the API's
//! order, and absent values come last.

use crate::model::{StatusBucket, SubTasks};
pub use crate::order::Direction;
use crate::order::{self, Part};
use crate::redact::scan::leading;
use crate::timestamp::Timestamp;
use crate::view::columns::{Column, Columns};
use crate::view::failures::{Group, ReasonKey};
use crate::view::filter::{LongerThan, StatusFilter};
use crate::view::row_set::RowSet;
use crate::view::slots::prefix;

/// How much of a text is compared, in bytes. Rows whose texts have the same start of this length stay in the API's order.
pub const SORTED_BYTES: usize = 1_024;

/// IDs with at most this many digits are sorted as numbers.
pub const NUMBER_DIGITS: usize = 64;

/// The sorted column and its direction, written `TaskBegin` or `-TaskBegin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// The direction.
    pub direction: Direction,
}

impl Sort {
    /// Parses `TaskBegin` or `-TaskBegin`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, direction) = match text.strip_prefix('-') {
            Some(name) => (name, Direction::Descending),
            None => (text, Direction::Ascending),
        };
        Some(Self { column: Column::parse(name)?, direction })
    }

    /// Returns the sort after a press on the header of `column`: ascending, descending, then the API's order.
    pub fn pressed(current: Option<Self>, column: Column) -> Option<Self> {
        match current {
            Some(Self { column: sorted, direction }) if sorted == column => match direction {
                Direction::Ascending => Some(Self { column, direction: Direction::Descending }),
                Direction::Descending => None,
            },
            _ => Some(Self { column, direction: Direction::Ascending }),
        }
    }
}

impl std::fmt::Display for Sort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.direction == Direction::Descending { "-" } else { "" };
        write!(f, "{sign}{}", self.column.as_str())
    }
}

/// How the rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// As a table.
    #[default]
    Subtasks,
    /// As a timeline.
    Timeline,
}

impl View {
    /// All views, in the order of their tabs.
    pub const ALL: [Self; 2] = [Self::Subtasks, Self::Timeline];

    /// Returns the name used in URLs and attributes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subtasks => "subtasks",
            Self::Timeline => "timeline",
        }
    }

    /// Returns the view with this name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.as_str().eq_ignore_ascii_case(name))
    }

    /// Returns the view that a key selects. There are two views, so both arrow keys switch between them.
    pub fn after_key(self, key: &str) -> Option<Self> {
        Some(match (key, self) {
            ("ArrowLeft" | "ArrowRight", Self::Timeline) | ("Home", _) => Self::Subtasks,
            ("ArrowLeft" | "ArrowRight", Self::Subtasks) | ("End", _) => Self::Timeline,
            _ => return None,
        })
    }
}

/// The viewer's choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewOptions {
    /// How the rows are shown.
    pub view: View,
    /// Show only rows of these status groups.
    pub filter: StatusFilter,
    /// Show only rows that took longer, or have been running for longer.
    pub longer_than: Option<LongerThan>,
    /// The order; `None` is the API's.
    pub sort: Option<Sort>,
    /// The visible columns.
    pub columns: Columns,
    /// Show only rows that failed, or need attention, for this reason.
    pub reason: Option<ReasonKey>,
}

impl ViewOptions {
    /// Returns the statuses whose rows are shown. A reason without a filter selects the rows that can have one: failed rows and
    /// those that need attention, or only those of `group` if that is the group with this reason.
    pub fn statuses(&self, group: Option<&Group>) -> StatusFilter {
        match group {
            _ if !self.filter.is_empty() || self.reason.is_none() => self.filter,
            Some(group) => group.bucket().into(),
            None => StatusFilter::from(StatusBucket::Failed).with(StatusBucket::Attention),
        }
    }

    /// Returns the options without filters.
    #[must_use]
    pub const fn unfiltered(self) -> Self {
        Self { filter: StatusFilter::NONE, longer_than: None, reason: None, ..self }
    }

    /// Whether these options filter rows.
    pub fn is_filtered(&self) -> bool {
        *self != self.unfiltered()
    }

    /// Whether these options filter other rows than `other`.
    pub fn filters_other_rows(&self, other: &Self) -> bool {
        (self.filter, self.reason, self.longer_than) != (other.filter, other.reason, other.longer_than)
    }

    /// Whether these options select other rows than `other`, or another order.
    pub fn picks_other_rows(&self, other: &Self) -> bool {
        self.filters_other_rows(other) || self.sort != other.sort
    }
}

/// Returns the numbers of the rows that match the filters of `options` and are in all given sets (hits of the search,
/// members of the failure group), in the API's order. `now` is the server's time, until which running rows count.
pub fn visible_rows(
    sub_tasks: &SubTasks,
    options: ViewOptions,
    now: Timestamp,
    within: [Option<&RowSet>; 2],
) -> Vec<u32> {
    let mut rows = rows_with(sub_tasks, options.statuses(None));
    for set in within.into_iter().flatten() {
        rows.retain(|&row| set.contains(row));
    }
    if let Some(longer_than) = options.longer_than {
        rows.retain(|&row| ran_ms(sub_tasks, row as usize, now) > longer_than.ms() as i64);
    }
    rows
}

/// Returns the numbers of the rows with these statuses, in the API's order; all rows if the filter is off.
pub fn rows_with(sub_tasks: &SubTasks, statuses: StatusFilter) -> Vec<u32> {
    if statuses.is_empty() {
        (0..sub_tasks.len() as u32).collect()
    } else {
        sub_tasks.rows_where(|bucket| statuses.contains(bucket))
    }
}

/// Returns how long a row ran, or has been running at `now`, in milliseconds; negative if that is not known.
fn ran_ms(sub_tasks: &SubTasks, row: usize, now: Timestamp) -> i64 {
    let is_running = sub_tasks.status(row).is_some_and(|status| status.bucket() == StatusBucket::Running);
    let end = sub_tasks.task_end(row).or_else(|| is_running.then_some(now));
    end.zip(sub_tasks.task_begin(row)).map_or(-1, |(end, begin)| end.unix_ms() - begin.unix_ms())
}

/// Sorts rows by a column. Absent values come last in both directions. The duration of a running row is that at `now`.
pub fn sorted(sub_tasks: &SubTasks, rows: Vec<u32>, sort: Sort, now: Option<Timestamp>) -> Vec<u32> {
    let key = |row, part| key(sub_tasks, sort.column, now, row, part);
    let (mut rows, absent): (Vec<u32>, Vec<u32>) = rows.into_iter().partition(|&row| key(row, 0).is_some());
    // The absent ones are not in `rows` any more.
    let part = |row, part| key(row, part).unwrap_or(Part::number(0));
    order::sort(&mut rows, sort.direction, &part);
    rows.extend(absent);
    rows
}

/// Returns one part of the sort key of a row; `None` if the cell is absent.
fn key(sub_tasks: &SubTasks, column: Column, now: Option<Timestamp>, row: u32, part: usize) -> Option<Part> {
    let row = row as usize;
    let text = |text: &str| (!text.is_empty()).then(|| text_part(text, part));
    let ms = |time: Option<Timestamp>| time.map(Timestamp::unix_ms);
    match column {
        Column::TaskId => Some(id_key(sub_tasks.task_id(row), part)),
        Column::Status => {
            let status = sub_tasks.status(row)?;
            let rank = Part::number(rank(status.bucket())).and_more();
            Some(part.checked_sub(1).map_or(rank, |part| text_part(status.as_str(), part)))
        }
        Column::InstanceId => text(sub_tasks.instance_id(row)),
        Column::TaskBegin => ms(sub_tasks.task_begin(row)).map(Part::number),
        Column::TaskEnd => ms(sub_tasks.task_end(row)).map(Part::number),
        Column::Duration => {
            let is_running = sub_tasks.bucket(row) == Some(StatusBucket::Running);
            let end = sub_tasks.task_end(row).or(now.filter(|_| is_running));
            let duration_ms = ms(end)? - ms(sub_tasks.task_begin(row))?;
            (duration_ms >= 0).then(|| Part::number(duration_ms))
        }
        Column::ErrorMsg => text(sub_tasks.error_msg(row)),
    }
}

/// Returns one part of the key of a text.
fn text_part(text: &str, part: usize) -> Part {
    Part::of_text(prefix(text, SORTED_BYTES), part)
}

/// Returns one part of the key of an ID: up to [`NUMBER_DIGITS`] digits by value, before all others by their bytes.
fn id_key(id: &str, part: usize) -> Part {
    const LONG: i64 = 10_000_000_000_000_000;
    let is_number = || leading(id.as_bytes(), |byte| byte.is_ascii_digit()) == id.len();
    if id.is_empty() || id.len() > NUMBER_DIGITS || !is_number() {
        return part.checked_sub(1).map_or(Part::number(i64::MAX).and_more(), |part| text_part(id, part));
    }
    let digits = id.trim_start_matches('0');
    match part {
        0 if digits.len() > 16 => Part::number(LONG + digits.len() as i64).and_more(),
        0 => Part::number(digits.bytes().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))),
        _ => text_part(digits, part - 1),
    }
}

/// The most urgent status comes first.
const fn rank(bucket: StatusBucket) -> i64 {
    match bucket {
        StatusBucket::Failed => 0,
        StatusBucket::Attention => 1,
        StatusBucket::Other => 2,
        StatusBucket::Running => 3,
        StatusBucket::Waiting => 4,
        StatusBucket::Succeeded => 5,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{ApiTime, SubTask, SubTaskStatus, SubTasksBuilder};
    use crate::view::failures::Failures;
    use crate::view::search::Hits;

    fn rows(rows: &[(&str, &str, i64, i64, &str)]) -> SubTasks {
        let time = |ms| if ms < 0 { ApiTime::Absent } else { ApiTime::At(Timestamp::from_unix_ms(ms)) };
        let mut builder = SubTasksBuilder::new();
        for &(task_id, status, begin, end, error_msg) in rows {
            builder.push(&SubTask {
                task_id,
                instance_id: "",
                status: SubTaskStatus::parse(status),
                task_begin: time(begin),
                task_end: time(end),
                error_msg,
            });
        }
        builder.finish()
    }

    fn ordered(sub_tasks: &SubTasks, sort: &str) -> Vec<u32> {
        let rows = visible_rows(sub_tasks, ViewOptions::default(), Timestamp::MIN, [None; 2]);
        match Sort::parse(sort) {
            Some(sort) => sorted(sub_tasks, rows, sort, None),
            None => rows,
        }
    }

    #[test]
    fn each_column_sorts_by_its_meaning() {
        let sub_tasks = rows(&[
            ("10", "COMPLETED", 5, 9, "b"),
            ("9", "FAILED", -1, 9, ""),
            ("009", "ODD", 7, -1, "a"),
            ("x", "PAUSE", 5, 6, "b"),
        ]);
        let table: [(&str, &[u32]); 11] = [
            ("", &[0, 1, 2, 3]),
            ("Nonsense", &[0, 1, 2, 3]),
            ("TaskId", &[1, 2, 0, 3]),
            ("-TaskId", &[3, 0, 1, 2]),
            ("Status", &[1, 3, 2, 0]),
            ("TaskBegin", &[0, 3, 2, 1]),
            ("-TaskBegin", &[2, 0, 3, 1]),
            ("TaskEnd", &[3, 0, 1, 2]),
            ("Duration", &[3, 0, 1, 2]),
            ("ErrorMsg", &[2, 0, 3, 1]),
            ("-ErrorMsg", &[0, 3, 2, 1]),
        ];
        for (sort, expected) in table {
            assert_eq!(ordered(&sub_tasks, sort), expected, "{sort}");
        }
    }

    #[test]
    fn running_rows_sort_by_the_time_that_they_have_run() {
        let sub_tasks = rows(&[
            ("1", "RUNNING", 1_000, -1, ""),
            ("2", "COMPLETED", 0, 5_000, ""),
            ("3", "RUNNING", 7_000, -1, ""),
            ("4", "WAITING", 1_000, -1, ""),
        ]);
        let order = |now_ms: Option<i64>| {
            let now = now_ms.map(Timestamp::from_unix_ms);
            sorted(&sub_tasks, vec![0, 1, 2, 3], Sort::parse("-Duration").unwrap(), now)
        };
        assert_eq!(order(None), [1, 0, 2, 3]);
        assert_eq!(order(Some(5_000)), [1, 0, 2, 3], "row 3 has not begun by this clock");
        assert_eq!(order(Some(10_000)), [0, 1, 2, 3]);
        assert_eq!(order(Some(60_000)), [0, 2, 1, 3]);
    }

    #[test]
    fn a_filter_keeps_its_status_groups() {
        let sub_tasks =
            rows(&[("1", "FAILED", 0, 0, ""), ("2", "BLOCKING", 0, 0, ""), ("3", "failed ", 0, 0, "")]);
        let shown = |filter: &str| {
            let options =
                ViewOptions { filter: StatusFilter::parse(filter).unwrap(), ..ViewOptions::default() };
            visible_rows(&sub_tasks, options, Timestamp::MIN, [None; 2])
        };
        assert_eq!(shown("failed"), [0, 2]);
        assert_eq!(shown("attention"), [1]);
        assert_eq!(shown("attention,failed"), [0, 1, 2]);
        assert!(shown("running,waiting").is_empty());
    }

    #[test]
    fn rows_are_filtered_by_duration_and_running_ones_count_until_now() {
        let sub_tasks = rows(&[
            ("1", "COMPLETED", 0, 60_000, ""),
            ("2", "COMPLETED", 0, 60_001, ""),
            ("3", "RUNNING", 1_000, -1, ""),
            ("4", "WAITING", 0, -1, ""),
            ("5", "FAILED", 90_000, 0, ""),
            ("6", "FAILED", -1, 90_000, ""),
            ("7", "COMPLETED", 0, -1, ""),
        ]);
        let shown = |filter: &str, now_ms| {
            let filter = StatusFilter::parse(filter).unwrap_or_default();
            let longer_than = LongerThan::parse("1m");
            let options = ViewOptions { filter, longer_than, ..ViewOptions::default() };
            visible_rows(&sub_tasks, options, Timestamp::from_unix_ms(now_ms), [None; 2])
        };
        assert_eq!(shown("", 61_000), [1]);
        assert_eq!(shown("", 61_001), [1, 2]);
        assert_eq!(shown("running", 61_001), [2]);
    }

    #[test]
    fn filter_search_and_group_are_combined() {
        let sub_tasks = rows(&[
            ("1", "FAILED", 0, 0, "lock 1"),
            ("2", "FAILED", 0, 0, "lock 2"),
            ("3", "COMPLETED", 0, 0, "lock 2"),
            ("4", "FAILED", 0, 0, "lock 22"),
            ("5", "FAILED", 0, 0, "disk 2"),
        ]);
        let failures = Failures::of(&sub_tasks);
        let options = ViewOptions {
            filter: StatusBucket::Failed.into(),
            reason: Some(failures.groups()[0].id.key()),
            ..ViewOptions::default()
        };
        let hits = Hits::of(&sub_tasks, "2");
        let group = options.reason.map(|reason| failures.rows(reason));
        let shown = |hits, group| visible_rows(&sub_tasks, options, Timestamp::MIN, [hits, group]);
        assert_eq!(shown(hits.rows(), group.as_ref()), [1, 3]);
        assert_eq!(shown(hits.rows(), None), [1, 3, 4]);
        assert_eq!(shown(Hits::default().rows(), group.as_ref()), [0, 1, 3]);
    }

    #[test]
    fn a_reason_without_a_filter_selects_the_rows_that_can_have_one() {
        let sub_tasks = rows(&[
            ("1", "FAILED", 0, 0, "lock 1"),
            ("2", "PAUSE", 0, 0, "waiting"),
            ("3", "COMPLETED", 0, 0, "waiting"),
            ("4", "FAILED", 0, 0, "waiting"),
        ]);
        let failures = Failures::of(&sub_tasks);
        let table = [
            ("waiting", StatusBucket::Attention, &[1_u32][..]),
            ("waiting", StatusBucket::Failed, &[3]),
            ("lock 1", StatusBucket::Failed, &[0]),
        ];
        for (message, bucket, expected) in table {
            let of_kind =
                if bucket == StatusBucket::Failed { failures.groups() } else { failures.attention() };
            let is_named = |group: &&Group| sub_tasks.error_msg(group.example as usize) == message;
            let group = of_kind.iter().find(is_named).unwrap();
            let options = ViewOptions { reason: Some(group.id.key()), ..ViewOptions::default() };
            assert_eq!(options.statuses(Some(group)), bucket.into(), "{message}");
            let members = failures.rows(group.id.key());
            let shown = |members| visible_rows(&sub_tasks, options, Timestamp::MIN, [None, members]);
            assert_eq!(shown(Some(&members)), expected, "{message}");
            // Until the reasons are known.
            assert_eq!(shown(None), [0, 1, 3], "{message}");
            let others = ViewOptions { filter: StatusBucket::Waiting.into(), ..options };
            assert_eq!(others.statuses(Some(group)), StatusBucket::Waiting.into());
        }
    }

    #[test]
    fn a_header_cycles_through_three_states() {
        let first = Sort::pressed(None, Column::TaskEnd);
        assert_eq!(first.unwrap().to_string(), "TaskEnd");
        let second = Sort::pressed(first, Column::TaskEnd);
        assert_eq!(second.unwrap().to_string(), "-TaskEnd");
        assert_eq!(Sort::pressed(second, Column::TaskEnd), None);
        assert_eq!(Sort::pressed(second, Column::Status).unwrap().to_string(), "Status");
    }

    proptest! {
        /// Any sort is a permutation of the rows.
        #[test]
        fn a_sort_loses_no_row(ids in prop::collection::vec("[0-9a]{0,3}", 0..40), column in 0_usize..7) {
            let list: Vec<_> = ids.iter().map(|id| (id.as_str(), "RUNNING", i64::try_from(id.len()).unwrap() - 1, 3, id.as_str())).collect();
            let sub_tasks = rows(&list);
            for sign in ["", "-"] {
                let mut order = ordered(&sub_tasks, &format!("{sign}{}", Column::ALL[column].as_str()));
                order.sort_unstable();
                prop_assert_eq!(order, (0..u32::try_from(ids.len()).unwrap()).collect::<Vec<_>>());
            }
        }
    }
}
