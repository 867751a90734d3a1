//! Filters of the rows by status and by duration, as they are written in URLs and attributes.

use crate::model::StatusBucket;

/// A set of status groups, written `failed,attention`. The empty set, which is the default, does not filter.
///
/// ```
/// use batch_task_widget::model::StatusBucket;
/// use batch_task_widget::view::filter::StatusFilter;
///
/// let failed: StatusFilter = StatusBucket::Failed.into();
/// assert_eq!(failed.with(StatusBucket::Attention).to_string(), "failed,attention");
/// assert_eq!(StatusFilter::parse("failed, done"), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusFilter(u8);

impl StatusFilter {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// Parses names separated by commas, in any case and order; `None` if one of them is unknown.
    pub fn parse(text: &str) -> Option<Self> {
        let mut filter = Self::default();
        for name in text.split(',') {
            filter = filter.with(StatusBucket::parse(name.trim())?);
        }
        Some(filter)
    }

    /// Returns the text that [`StatusFilter::parse`] reads.
    pub fn text(self) -> String {
        let mut text = String::new();
        for bucket in StatusBucket::ALL {
            if self.contains(bucket) {
                if !text.is_empty() {
                    text.push(',');
                }
                text.push_str(bucket.as_str());
            }
        }
        text
    }

    /// Whether the filter is off.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the set contains `bucket`.
    pub const fn contains(self, bucket: StatusBucket) -> bool {
        self.0 & bit(bucket) != 0
    }

    /// Adds `bucket`.
    #[must_use]
    pub const fn with(self, bucket: StatusBucket) -> Self {
        Self(self.0 | bit(bucket))
    }

    /// Adds or removes `bucket`.
    #[must_use]
    pub const fn toggled(self, bucket: StatusBucket) -> Self {
        Self(self.0 ^ bit(bucket))
    }
}

impl From<StatusBucket> for StatusFilter {
    fn from(bucket: StatusBucket) -> Self {
        Self(bit(bucket))
    }
}

/// Formats as [`StatusFilter::parse`] reads it.
impl std::fmt::Display for StatusFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

const fn bit(bucket: StatusBucket) -> u8 {
    1 << bucket as u8
}

/// A duration that rows must exceed, written `90s`, `10m`, `2h` or `1d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongerThan(u32);

/// The units, largest first, in seconds.
const UNITS: [(char, u32); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The most digits of a number.
const MAX_DIGITS: usize = 7;

impl LongerThan {
    /// Returns the duration of this many minutes.
    pub const fn minutes(minutes: u16) -> Self {
        Self(minutes as u32 * 60)
    }

    /// Parses a number of at most seven digits and a unit.
    pub fn parse(text: &str) -> Option<Self> {
        let (_, unit_s) = UNITS.into_iter().find(|(unit, _)| text.ends_with(*unit))?;
        let digits = text.get(..text.len() - 1)?;
        if digits.len() > MAX_DIGITS {
            return None;
        }
        let mut number = 0;
        for byte in digits.bytes() {
            number = number * 10 + char::from(byte).to_digit(10)?;
        }
        let seconds = number.checked_mul(unit_s)?;
        (seconds > 0).then_some(Self(seconds))
    }

    /// Returns the text that [`LongerThan::parse`] reads, in the largest unit that gives a whole number.
    pub fn text(self) -> String {
        let whole = UNITS.into_iter().find(|(_, unit_s)| self.0.is_multiple_of(*unit_s));
        let (unit, unit_s) = whole.unwrap_or(('s', 1));
        let mut text = (self.0 / unit_s).to_string();
        text.push(unit);
        text
    }

    /// Returns the duration in milliseconds.
    pub const fn ms(self) -> u64 {
        self.0 as u64 * 1_000
    }
}

/// Formats in the largest unit that gives a whole number.
impl std::fmt::Display for LongerThan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_parsed_and_formatted() {
        let table = [
            ("failed", Some("failed")),
            ("Attention , FAILED", Some("failed,attention")),
            ("other,failed,failed", Some("failed,other")),
            (
                "succeeded,failed,attention,running,waiting,other",
                Some("succeeded,failed,attention,running,waiting,other"),
            ),
            ("", None),
            ("failed,", None),
            ("failed,done", None),
            ("failed attention", None),
            ("失败", None),
        ];
        for (text, expected) in table {
            let filter = StatusFilter::parse(text);
            assert_eq!(filter.map(|filter| filter.to_string()).as_deref(), expected, "{text}");
        }
        let failed = StatusFilter::from(StatusBucket::Failed);
        assert_eq!(failed.toggled(StatusBucket::Other).to_string(), "failed,other");
        assert!(failed.toggled(StatusBucket::Failed).is_empty() && !failed.contains(StatusBucket::Other));
    }

    #[test]
    fn durations_are_parsed_and_formatted() {
        let table = [
            ("10m", Some((600_000, "10m"))),
            ("90s", Some((90_000, "90s"))),
            ("120s", Some((120_000, "2m"))),
            ("24h", Some((86_400_000, "1d"))),
            ("0001d", Some((86_400_000, "1d"))),
            ("49710d", Some((4_294_944_000_000, "49710d"))),
            ("49711d", None),
            ("99999999s", None),
            ("0m", None),
            ("m", None),
            ("", None),
            ("10", None),
            ("10M", None),
            ("+1m", None),
            ("-1m", None),
            ("1.5h", None),
            ("1 m", None),
            ("1h30m", None),
            ("十m", None),
            ("1é", None),
        ];
        for (text, expected) in table {
            let found = LongerThan::parse(text).map(|longer| (longer.ms(), longer.to_string()));
            assert_eq!(found.as_ref().map(|(ms, text)| (*ms, &**text)), expected, "{text}");
        }
        assert_eq!(LongerThan::minutes(90).to_string(), "90m");
    }
}
