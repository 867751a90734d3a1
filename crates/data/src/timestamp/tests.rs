//! Time formats of the API, and texts that are not times.

use proptest::prelude::*;

use super::*;

const SAMPLE_MS: i64 = 1_779_986_300_000;

#[test]
fn all_formats_are_parsed() {
    let table = [
        ("2026/05/28T16:38:20Z", SAMPLE_MS),
        ("2026-05-28 16:38:20", SAMPLE_MS),
        ("2026-05-28T16:38:20", SAMPLE_MS),
        ("2026-05-28t16:38:20z", SAMPLE_MS),
        ("  2026-05-28T16:38:20Z\n", SAMPLE_MS),
        ("2026-05-28T16:38:20.5Z", SAMPLE_MS + 500),
        ("2026-05-28T16:38:20,25Z", SAMPLE_MS + 250),
        ("2026-05-28T16:38:20.123999999999999Z", SAMPLE_MS + 123),
        ("2026-05-28T16:38Z", SAMPLE_MS - 20_000),
        ("2026-05-28 16:38", SAMPLE_MS - 20_000),
        ("2026-05-29T00:38:20+08:00", SAMPLE_MS),
        ("2026-05-29T00:38:20+0800", SAMPLE_MS),
        ("2026-05-29 00:38:20 +08", SAMPLE_MS),
        ("2026/05/28 13:08:20-03:30", SAMPLE_MS),
        ("1779986300", SAMPLE_MS),
        ("1779986300007", SAMPLE_MS + 7),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2000-02-29T00:00:00Z", 951_782_400_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ("0001-01-01T00:00:00Z", Timestamp::MIN.unix_ms()),
        ("9999-12-31T23:59:59.999Z", Timestamp::MAX.unix_ms()),
    ];
    for (text, ms) in table {
        assert_eq!(Timestamp::parse(text).map(Timestamp::unix_ms), Some(ms), "{text}");
    }
}

#[test]
fn other_texts_are_rejected() {
    for text in [
        "",
        " ",
        "soon",
        "2026",
        "2026-05-28",
        "2026-05/28T16:38:20Z",
        "2026-5-28T16:38:20Z",
        "2026-02-29T00:00:00Z",
        "2026-02-31T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-04-31 00:00:00",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+08:60",
        "2026-01-01T00:00:00+8",
        "2026-01-01T00:00:00+08:",
        "2026-01-01T00:00:00Zz",
        "2026-01-01T00:00:00ZZ",
        "2026-01-01T00:00:00é",
        "2026-01-01T",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:60Z",
        "177998630",
        "17799863000",
        "-1779986300",
        "١٧٧٩٩٨٦٣٠٠",
    ] {
        assert_eq!(Timestamp::parse(text), None, "{text}");
    }
}

#[test]
fn numbers_out_of_range_are_clamped() {
    assert_eq!(Timestamp::from_unix_ms(i64::MIN), Timestamp::MIN);
    assert_eq!(Timestamp::from_unix_ms(i64::MAX), Timestamp::MAX);
}

#[test]
fn all_days_of_ten_thousand_years_are_consecutive() {
    let mut expected = Civil { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };
    let mut ms = Timestamp::MIN.unix_ms();
    while ms < Timestamp::MAX.unix_ms() {
        assert_eq!(Timestamp(ms).civil(), expected);
        assert_eq!(Timestamp::from_civil(expected), Some(Timestamp(ms)));
        ms += DAY_MS;
        expected.day += 1;
        if Some(expected.day) > days_in_month(expected.year, expected.month) {
            (expected.month, expected.day) = (expected.month + 1, 1);
        }
        if expected.month > 12 {
            (expected.year, expected.month) = (expected.year + 1, 1);
        }
    }
    assert_eq!(expected.year, 10_000);
}

proptest! {
    #[test]
    fn timestamps_round_trip_through_civil_time_and_text(ms in Timestamp::MIN.0..=Timestamp::MAX.0) {
        let instant = Timestamp::from_unix_ms(ms);
        let civil = instant.civil();
        prop_assert_eq!(Timestamp::from_civil(civil), Some(instant));
        let Civil { year, month, day, hour, minute, second, millisecond } = civil;
        let text = format!("{year:04}/{month:02}/{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z");
        prop_assert_eq!(Timestamp::parse(&text), Some(instant));
    }

    #[test]
    fn the_fast_parser_agrees_with_the_lenient_one(
        texts in prop::collection::vec(
            "(20|00|99)[0-9]{2}[-/][01][0-9][-/][0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z?|20[12]0-0[12]-2[89]T23:59:59|[0-9TZ:/ -]{18,21}|\\PC{15,21}",
            1..8,
        ),
    ) {
        let mut parser = FastTimestampParser::default();
        for text in texts {
            if let Some(instant) = parser.parse(text.as_bytes()) {
                prop_assert_eq!(Timestamp::parse(&text), Some(instant));
            } else if let Some(instant) = Timestamp::parse(&text) {
                // The fast parser rejects only leap seconds among these formats.
                prop_assert!(text.contains(":60"), "{} is {:?}", text, instant);
            }
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}|[0-9TZ:/.+ -]{0,40}") {
        if let Some(instant) = Timestamp::parse(&text) {
            prop_assert!((Timestamp::MIN..=Timestamp::MAX).contains(&instant));
        }
    }
}
