//! The one place that asks what time it is.
//!
//! Signing, verifying and the simulator are handed a [`Clock`], so that tests choose the time.

use std::sync::Arc;

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// Gives the present time, in UTC.
pub type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

const ACS_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// The machine's clock.
#[must_use]
pub fn system() -> Clock {
    Arc::new(OffsetDateTime::now_utc)
}

/// A time as `x-acs-date` has it, to the second.
#[must_use]
pub fn to_acs_date(time: OffsetDateTime) -> String {
    // Only a writer can fail here, and a String does not.
    time.format(ACS_DATE).unwrap_or_default()
}

/// Reads `x-acs-date`; `None` if it is not of its form.
#[must_use]
pub fn from_acs_date(text: &str) -> Option<OffsetDateTime> {
    time::PrimitiveDateTime::parse(text, ACS_DATE).ok().map(time::PrimitiveDateTime::assume_utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_back_as_written() {
        let date = from_acs_date("2026-05-28T16:38:20Z").unwrap();
        assert_eq!(to_acs_date(date), "2026-05-28T16:38:20Z");
        for bad in ["", "2026-05-28 16:38:20", "2026-05-28T16:38:20+08:00", "2026-13-28T16:38:20Z"] {
            assert_eq!(from_acs_date(bad), None, "{bad}");
        }
    }
}
