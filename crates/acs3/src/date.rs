//! The date format of the `x-acs-date` header.

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

const FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// Formats a UTC time as an `x-acs-date` value, such as `2026-05-28T16:38:20Z`.
#[must_use]
pub fn format_date(time: OffsetDateTime) -> String {
    // Formatting into a String cannot fail.
    time.format(FORMAT).unwrap_or_default()
}

/// Parses an `x-acs-date` value. Returns `None` if the format differs.
#[must_use]
pub fn parse_date(text: &str) -> Option<OffsetDateTime> {
    PrimitiveDateTime::parse(text, FORMAT).ok().map(PrimitiveDateTime::assume_utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formatted_date_parses_to_the_same_time() {
        let date = parse_date("2026-05-28T16:38:20Z").unwrap();
        assert_eq!(format_date(date), "2026-05-28T16:38:20Z");
        for bad in ["", "2026-05-28 16:38:20", "2026-05-28T16:38:20+08:00", "2026-13-28T16:38:20Z"] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
    }
}
