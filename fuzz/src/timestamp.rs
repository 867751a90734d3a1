//! Times: a parsed time is in range and equals its formatted form when parsed again, and RFC 3339 is parsed as in the `time`
//! crate.

use batch_task_data::timestamp::{Civil, FastTimestampParser, Timestamp};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Checks a text.
pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let read = Timestamp::parse(text);
    if let Some(instant) = read {
        assert!((Timestamp::MIN..=Timestamp::MAX).contains(&instant));
        let civil = instant.civil();
        assert_eq!(Timestamp::from_civil(civil), Some(instant));
        assert_eq!(Timestamp::parse(&formatted(civil)), read);
    }
    if let Some(instant) = FastTimestampParser::default().parse(input) {
        assert_eq!(read, Some(instant), "the fast path");
    }
    if let Ok(other) = OffsetDateTime::parse(text, &Rfc3339) {
        // The two differ in leap seconds and in the separators between date and time.
        let is_plain = text.as_bytes().get(10).is_some_and(|byte| b"Tt ".contains(byte));
        let ms = i64::try_from(other.unix_timestamp_nanos().div_euclid(1_000_000)).ok();
        let in_range = |ms: &i64| (Timestamp::MIN.unix_ms()..=Timestamp::MAX.unix_ms()).contains(ms);
        if is_plain && other.year() > 0 && !text.contains(":60") {
            assert_eq!(read.map(Timestamp::unix_ms), ms.filter(in_range), "RFC 3339");
        }
    }
}

fn formatted(civil: Civil) -> String {
    let Civil { year, month, day, hour, minute, second, millisecond } = civil;
    format!("{year:04}/{month:02}/{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}
