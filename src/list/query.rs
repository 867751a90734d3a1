//! Which batches the viewer wants to see, as URLs and attributes state it and as the API is asked for it.

use std::fmt;

use crate::model::BatchStatus;
use crate::timestamp::{DAY_MS, MINUTE_MS, SECOND_MS, Timestamp};
use crate::view::format::machine_time;

/// The default of `PageSize`.
pub const DEFAULT_PAGE_SIZE: u32 = 30;
/// The largest `PageSize` of the API.
pub const MAX_PAGE_SIZE: u32 = 100;

/// The largest page number that is sent, which is that of the proxy.
pub const MAX_PAGE_NUMBER: u32 = u32::MAX >> 1;

/// Times in requests are rounded to multiples of this, so that viewers share one call of the API.
const ROUNDING_MS: i64 = 5 * MINUTE_MS;

/// The viewer's choice of batches and page. The default is the first page of the last seven days.
///
/// ```
/// use batch_task_widget::list::{ListQuery, TimeRange};
///
/// let query = ListQuery { range: TimeRange::Day, ..ListQuery::default() };
/// let noon_ms = 1_779_969_720_000; // 2026-05-28T12:02:00Z
/// let parameters = query.parameters(noon_ms);
/// assert_eq!(parameters[0], ("StartTime", "2026-05-27T12:00:00Z".to_owned()));
/// assert_eq!(parameters[1], ("EndTime", "2026-05-28T12:05:00Z".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// The statuses to show; if empty, all.
    pub statuses: Statuses,
    /// The `TaskType` to show; `None` for all.
    pub task_type: Option<TaskType>,
    /// How far back batches are shown, by their begin.
    pub range: TimeRange,
    /// `PageNumber`: 1 or more.
    pub page_number: u32,
    /// `PageSize`: 1 to [`MAX_PAGE_SIZE`].
    pub page_size: u32,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            statuses: Statuses::default(),
            task_type: None,
            range: TimeRange::default(),
            page_number: 1,
            page_size: DEFAULT_PAGE_SIZE,
        }
    }
}

impl ListQuery {
    /// Reads the parameters `status`, `type`, `range`, `page` and `page-size` of a URL with a function that returns them by name.
    /// Invalid ones are ignored.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let default = Self::default();
        let given = |name| parameter(name).unwrap_or_default();
        Self {
            statuses: Statuses::parse(&given("status")).unwrap_or_default(),
            task_type: TaskType::parse(&given("type")),
            range: TimeRange::parse(&given("range")).unwrap_or_default(),
            page_number: number(&given("page"), MAX_PAGE_NUMBER).unwrap_or(default.page_number),
            page_size: number(&given("page-size"), MAX_PAGE_SIZE).unwrap_or(default.page_size),
        }
    }

    /// Returns the URL's parameters for the viewer's choices; `None` removes one. The page size is none of them.
    pub fn to_parameters(&self) -> [(&'static str, Option<String>); 4] {
        [
            ("status", (!self.statuses.is_empty()).then(|| self.statuses.to_string())),
            ("type", self.task_type.as_ref().map(|task_type| task_type.as_str().to_owned())),
            ("range", (self.range != TimeRange::default()).then(|| self.range.as_str().to_owned())),
            ("page", (self.page_number > 1).then(|| self.page_number.to_string())),
        ]
    }

    /// Returns the API's parameters at `now_ms` (Unix milliseconds).
    ///
    /// The start is rounded down to whole five minutes and the end is rounded up, so that no batch of the range is left out.
    pub fn parameters(&self, now_ms: u64) -> Vec<(&'static str, String)> {
        let mut parameters = Vec::with_capacity(6);
        if let Some(length_ms) = self.range.length_ms() {
            let now_ms = i64::try_from(now_ms).unwrap_or(i64::MAX).min(Timestamp::MAX.unix_ms());
            let start_ms = (now_ms - length_ms).div_euclid(ROUNDING_MS) * ROUNDING_MS;
            let end_ms = (now_ms + ROUNDING_MS - 1).div_euclid(ROUNDING_MS) * ROUNDING_MS;
            for (name, ms) in [("StartTime", start_ms), ("EndTime", end_ms)] {
                // Without the fraction of a second that the largest time has.
                let at = Timestamp::from_unix_ms(ms.min(Timestamp::MAX.unix_ms() / SECOND_MS * SECOND_MS));
                parameters.push((name, machine_time(at)));
            }
        }
        parameters.push(("PageNumber", self.page_number.clamp(1, MAX_PAGE_NUMBER).to_string()));
        parameters.push(("PageSize", self.page_size.clamp(1, MAX_PAGE_SIZE).to_string()));
        if let Some(json) = self.statuses.json() {
            parameters.push(("Status", json));
        }
        if let Some(task_type) = &self.task_type {
            parameters.push(("TaskType", task_type.as_str().to_owned()));
        }
        parameters
    }

    /// Whether statuses or a type are chosen.
    pub fn is_filtered(&self) -> bool {
        !self.statuses.is_empty() || self.task_type.is_some()
    }

    /// Returns the query for the first page with these filters, as a choice of other filters needs it.
    #[must_use]
    pub fn first_page(self) -> Self {
        Self { page_number: 1, ..self }
    }

    /// Returns the query for another page.
    #[must_use]
    pub fn with_page(&self, page_number: u32) -> Self {
        Self { page_number, ..self.clone() }
    }

    /// Returns the query for the first page without statuses and type.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self { statuses: Statuses::default(), task_type: None, ..self.clone() }.first_page()
    }
}

/// Parses a whole number from 1 to `largest`.
fn number(text: &str, largest: u32) -> Option<u32> {
    text.trim().parse().ok().filter(|number| (1..=largest).contains(number))
}

/// A `TaskType` that can be asked for: 1 to 64 letters, digits and `. _ -`, as the proxy accepts them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaskType(Box<str>);

impl TaskType {
    /// The longest, in bytes.
    const MAX_BYTES: usize = 64;

    /// Parses a type, ignoring surrounding white space; `None` if it cannot be asked for.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let is_valid = !text.is_empty() && text.len() <= Self::MAX_BYTES && text.bytes().all(is_allowed);
        is_valid.then(|| Self(text.into()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How far back batches are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeRange {
    /// `24h`.
    Day,
    /// `7d`. This is the default.
    #[default]
    Week,
    /// `30d`.
    Month,
    /// `all`: any time.
    All,
}

impl TimeRange {
    /// All ranges, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::All];

    /// Returns the name in URLs and attributes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::All => "all",
        }
    }

    /// Parses a name, in any case; `None` if it is unknown.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.trim();
        Self::ALL.into_iter().find(|range| range.as_str().eq_ignore_ascii_case(name))
    }

    const fn length_ms(self) -> Option<i64> {
        match self {
            Self::Day => Some(DAY_MS),
            Self::Week => Some(7 * DAY_MS),
            Self::Month => Some(30 * DAY_MS),
            Self::All => None,
        }
    }
}

/// A status by which the list can be filtered: those that the API's reference names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedStatus {
    /// `DISPATCHING`.
    Dispatching,
    /// `RUNNING`.
    Running,
    /// `COMPLETED`.
    Completed,
    /// `FAILED`.
    Failed,
}

impl ListedStatus {
    /// All of them, in the order of the filter.
    pub const ALL: [Self; 4] = [Self::Dispatching, Self::Running, Self::Completed, Self::Failed];

    /// Returns the status of a batch.
    pub const fn status(self) -> BatchStatus {
        match self {
            Self::Dispatching => BatchStatus::Dispatching,
            Self::Running => BatchStatus::Running,
            Self::Completed => BatchStatus::Completed,
            Self::Failed => BatchStatus::Failed,
        }
    }

    /// Returns the name in URLs and attributes, which is the API's in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dispatching => "dispatching",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of statuses, written `running,failed`. The empty set, which is the default, does not filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statuses(u8);

impl Statuses {
    /// Parses names separated by commas, in any case and order; `None` if one of them is unknown.
    pub fn parse(text: &str) -> Option<Self> {
        let mut statuses = Self::default();
        for name in text.split(',').map(str::trim) {
            let known = |status: &ListedStatus| status.as_str().eq_ignore_ascii_case(name);
            statuses.0 |= ListedStatus::ALL.into_iter().find(known)?.bit();
        }
        Some(statuses)
    }

    /// Whether the filter is off.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the set contains `status`.
    pub const fn contains(self, status: ListedStatus) -> bool {
        self.0 & status.bit() != 0
    }

    /// Adds or removes `status`.
    #[must_use]
    pub const fn toggled(self, status: ListedStatus) -> Self {
        Self(self.0 ^ status.bit())
    }

    fn members(self) -> impl Iterator<Item = ListedStatus> {
        ListedStatus::ALL.into_iter().filter(move |status| self.contains(*status))
    }

    /// Returns the API's parameter `Status`, which is JSON text; `None` if the set is empty.
    fn json(self) -> Option<String> {
        let mut json = String::new();
        for status in self.members() {
            json.push_str(if json.is_empty() { "[\"" } else { ",\"" });
            json.push_str(status.status().as_str());
            json.push('"');
        }
        (!json.is_empty()).then(|| json + "]")
    }
}

/// Formats as [`Statuses::parse`] reads it.
impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, status) in self.members().enumerate() {
            f.write_str(if index > 0 { "," } else { "" })?;
            f.write_str(status.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameters: &[(&str, &str)]) -> ListQuery {
        ListQuery::read(|name| {
            parameters.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn times(range: TimeRange, now: &str) -> Vec<String> {
        let now_ms = Timestamp::parse(now).unwrap().unix_ms() as u64;
        let query = ListQuery { range, ..ListQuery::default() };
        let is_time = |name: &str| name.ends_with("Time");
        query.parameters(now_ms).into_iter().filter(|(name, _)| is_time(name)).map(|(_, time)| time).collect()
    }

    #[test]
    fn times_are_rounded_outwards_to_five_minutes() {
        use TimeRange::{All, Day, Month, Week};
        let table = [
            (Day, "2026-05-28T12:00:00Z", "2026-05-27T12:00:00Z", "2026-05-28T12:00:00Z"),
            (Day, "2026-05-28T12:00:00.001Z", "2026-05-27T12:00:00Z", "2026-05-28T12:05:00Z"),
            (Day, "2026-05-28T12:04:59.999Z", "2026-05-27T12:00:00Z", "2026-05-28T12:05:00Z"),
            (Day, "2026-05-28T12:05:00Z", "2026-05-27T12:05:00Z", "2026-05-28T12:05:00Z"),
            (Day, "2026-05-31T23:58:00Z", "2026-05-30T23:55:00Z", "2026-06-01T00:00:00Z"),
            (Week, "2026-03-03T00:01:00Z", "2026-02-24T00:00:00Z", "2026-03-03T00:05:00Z"),
            (Month, "2028-03-01T00:00:00Z", "2028-01-31T00:00:00Z", "2028-03-01T00:00:00Z"),
            (Month, "2026-12-31T23:59:00Z", "2026-12-01T23:55:00Z", "2027-01-01T00:00:00Z"),
        ];
        for (range, now, start, end) in table {
            assert_eq!(times(range, now), [start, end], "{range:?} at {now}");
        }
        assert!(times(All, "2026-05-28T12:00:00Z").is_empty());
    }

    #[test]
    fn an_absurd_clock_does_not_panic() {
        let query = ListQuery::default();
        let [(_, start), (_, end)] = &query.parameters(0)[..2] else { panic!("two times") };
        assert_eq!((start.as_str(), end.as_str()), ("1969-12-25T00:00:00Z", "1970-01-01T00:00:00Z"));
        assert_eq!(query.parameters(u64::MAX)[1].1, "9999-12-31T23:59:59Z");
    }

    #[test]
    fn filters_and_pages_are_parameters_of_the_api() {
        let query = ListQuery { range: TimeRange::All, ..read(&[]) };
        let page = [("PageNumber", "1"), ("PageSize", "30")];
        let table = [
            (query.clone(), vec![]),
            (
                ListQuery { statuses: Statuses::parse("failed, RUNNING").unwrap(), ..query.clone() },
                vec![("Status", r#"["RUNNING","FAILED"]"#)],
            ),
            (
                ListQuery { task_type: TaskType::parse("polarclaw_install_skills"), ..query.clone() },
                vec![("TaskType", "polarclaw_install_skills")],
            ),
        ];
        for (query, others) in table {
            let found = query.parameters(0);
            let found: Vec<_> = found.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(found, [&page[..], &others].concat(), "{query:?}");
        }
        // A host can set any number.
        let odd = ListQuery { page_number: 0, page_size: 1_000, ..query };
        assert_eq!(odd.parameters(0)[..], [("PageNumber", "1".to_owned()), ("PageSize", "100".to_owned())]);
    }

    #[test]
    fn written_parameters_are_read_back() {
        for parameters in [
            &[("status", "running,failed"), ("type", "a.b_c-1"), ("range", "24h"), ("page", "3")][..],
            &[("range", "30d")],
            &[("range", "all"), ("page", "2")],
            &[("status", "dispatching,running,completed,failed")],
            &[],
        ] {
            let written = read(parameters).to_parameters();
            let written: Vec<_> =
                written.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))).collect();
            assert_eq!(written, parameters);
            assert_eq!(read(&written), read(parameters));
        }
        assert_eq!(read(&[("status", "FAILED , running")]), read(&[("status", "running,failed")]));
        assert_eq!(read(&[("page-size", "100")]).page_size, 100);
    }

    #[test]
    fn invalid_parameters_are_ignored() {
        for (name, value) in [
            ("status", "paused"),
            ("status", "running,"),
            ("status", ""),
            ("type", "a b"),
            ("type", "<script>"),
            ("type", " "),
            ("range", "1y"),
            ("page", "0"),
            ("page", "-1"),
            ("page", "1.5"),
            ("page", "4294967295"),
            ("page-size", "0"),
            ("page-size", "101"),
        ] {
            assert_eq!(read(&[(name, value)]), ListQuery::default(), "{name}={value}");
        }
        assert_eq!(TaskType::parse(&"x".repeat(65)), None);
    }

    #[test]
    fn another_filter_begins_at_the_first_page() {
        let query = read(&[("status", "running"), ("type", "t"), ("range", "24h"), ("page", "4")]);
        assert!(query.is_filtered());
        let unfiltered = query.unfiltered();
        assert_eq!(unfiltered, ListQuery { range: TimeRange::Day, ..ListQuery::default() });
        assert!(!unfiltered.is_filtered());
        assert_eq!(query.clone().first_page(), query.with_page(1));
        assert!(query.statuses.toggled(ListedStatus::Running).is_empty());
    }
}
