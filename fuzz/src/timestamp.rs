//! Times: what is read is an instant in range that survives its calendar form, and RFC 3339 is read as the `time` crate
//! reads it.

use batch_task_data::timestamp::{Civil, FastTimestampParser, Timestamp};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A text.
pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let read = Timestamp::parse(text);
    if let Some(instant) = read {
        assert!((Timestamp::MIN..=Timestamp::MAX).contains(&instant));
        let civil = instant.civil();
        assert_eq!(Timestamp::from_civil(civil), Some(instant));
        assert_eq!(Timestamp::parse(&written(civil)), read);
    }
    if let Some(instant) = FastTimestampParser::default().parse(input) {
        assert_eq!(read, Some(instant), "the quick way");
    }
    if let Ok(other) = OffsetDateTime::parse(text, &Rfc3339) {
        // Which leap seconds there may be, and what besides a T may stand between date and time, is a matter of taste.
        let is_plain = text.as_bytes().get(10).is_some_and(|byte| b"Tt ".contains(byte));
        let ms = i64::try_from(other.unix_timestamp_nanos().div_euclid(1_000_000)).ok();
        let in_range = |ms: &i64| (Timestamp::MIN.unix_ms()..=Timestamp::MAX.unix_ms()).contains(ms);
        if is_plain && other.year() > 0 && !text.contains(":60") {
            assert_eq!(read.map(Timestamp::unix_ms), ms.filter(in_range), "RFC 3339");
        }
    }
}

fn written(civil: Civil) -> String {
    let Civil { year, month, day, hour, minute, second, millisecond } = civil;
    format!("{year:04}/{month:02}/{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}
