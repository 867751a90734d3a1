//! Formats numbers and dates as English, without a browser, for servers and tests. `intl.rs` does it in the browser.

use crate::timestamp::Timestamp;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Formats numbers and dates as English, whatever the language.
pub(super) struct Formats;

impl Formats {
    pub(super) const fn new(_tag: &str) -> Self {
        Self
    }

    pub(super) fn number(&self, value: i64) -> String {
        let digits = value.unsigned_abs().to_string();
        let mut text = if value < 0 { "-".to_owned() } else { String::new() };
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }

    pub(super) const fn is_singular(&self, count: i64) -> bool {
        count == 1
    }

    pub(super) fn day(&self, wall: Timestamp, with_year: bool) -> String {
        let civil = wall.civil();
        let month = MONTHS[usize::from(civil.month) - 1];
        if with_year {
            format!("{month} {}, {}", civil.day, civil.year)
        } else {
            format!("{month} {}", civil.day)
        }
    }

    pub(super) const fn time_separator(&self) -> char {
        ':'
    }
}

/// A time zone: UTC, or one with a rule given by a test.
#[derive(Clone, Debug)]
pub struct Zone {
    name: &'static str,
    offset_min: fn(Timestamp) -> i32,
}

impl Zone {
    /// Returns UTC.
    pub fn utc() -> Self {
        Self::with_rule("UTC", |_| 0)
    }

    /// Returns the zone with this IANA name; `None` for all except UTC.
    pub fn named(name: &str) -> Option<Self> {
        name.eq_ignore_ascii_case("UTC").then(Self::utc)
    }

    /// Whether the zone with this IANA name is known.
    pub fn is_known(name: &str) -> bool {
        Self::named(name).is_some()
    }

    /// Returns the viewer's zone, which is UTC here.
    pub fn local() -> Self {
        Self::utc()
    }

    /// Returns a zone with a rule for its offset from UTC, in minutes.
    pub const fn with_rule(name: &'static str, offset_min: fn(Timestamp) -> i32) -> Self {
        Self { name, offset_min }
    }

    /// Returns the IANA name.
    pub const fn name(&self) -> &str {
        self.name
    }

    /// Whether it is UTC.
    pub fn is_utc(&self) -> bool {
        self.name() == "UTC"
    }

    /// Returns the offset from UTC at a time, in minutes.
    pub fn offset_min(&self, at: Timestamp) -> i32 {
        (self.offset_min)(at)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_thousands_separators() {
        let table = [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567")];
        for (value, text) in table {
            assert_eq!(Formats::new("en").number(value), text);
        }
    }

    #[test]
    fn dates_have_month_names() {
        let at = Timestamp::parse("2026-05-28T23:59:59Z").unwrap();
        assert_eq!(Formats::new("en").day(at, true), "May 28, 2026");
        assert_eq!(Formats::new("en").day(at, false), "May 28");
    }
}
