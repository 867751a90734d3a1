//! Numbers, times and durations as text. Pure; the zone is UTC and the language that of the catalogue.

use crate::i18n::{Words, fill};
use crate::model::ApiTime;
use crate::timestamp::Timestamp;

/// `text` with an upper-case first letter, if that is one of ASCII: the tables for all others are 5 KB of the wasm.
pub fn capitalized(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A count with its thousands set apart by a narrow no-break space, which no language reads as a decimal point.
pub fn count(value: i64, _: Words) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    if value < 0 {
        text.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A duration by its two largest units: `36 s`, `2 min 11 s`, `1 h 5 min`, `3 d 4 h`; below a second in `ms`.
pub fn duration(duration_ms: u64, words: Words) -> String {
    let seconds = duration_ms / 1_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let [ms, s, m, h, d] =
        [duration_ms, seconds % 60, minutes % 60, hours % 24, days].map(|value| value.to_string());
    match seconds {
        0 if duration_ms > 0 => fill(words.milliseconds, &[("milliseconds", &ms)]),
        0..60 => fill(words.seconds, &[("seconds", &s)]),
        60..3_600 => fill(words.minutes_seconds, &[("minutes", &m), ("seconds", &s)]),
        3_600..86_400 => fill(words.hours_minutes, &[("hours", &h), ("minutes", &m)]),
        _ => fill(words.days_hours, &[("days", &d), ("hours", &h)]),
    }
}

/// `2026-05-28 16:38:20`, UTC.
pub fn date_time(timestamp: Timestamp) -> String {
    let civil = timestamp.civil();
    format!("{:04}-{:02}-{:02} {}", civil.year, civil.month, civil.day, clock(timestamp))
}

/// `2026-05-28T16:38:20Z`, for `<time datetime>`.
pub fn machine_time(timestamp: Timestamp) -> String {
    let civil = timestamp.civil();
    format!("{:04}-{:02}-{:02}T{}Z", civil.year, civil.month, civil.day, clock(timestamp))
}

/// A time in the table: the clock alone on the day that the batch began, with the date on any other.
pub fn cell_time(timestamp: Timestamp, batch_begin: Option<Timestamp>, _: Words) -> String {
    let day = |timestamp: Timestamp| timestamp.unix_ms().div_euclid(86_400_000);
    if batch_begin.is_some_and(|begin| day(begin) == day(timestamp)) {
        return clock(timestamp);
    }
    let civil = timestamp.civil();
    let same_year = batch_begin.is_some_and(|begin| begin.civil().year == civil.year);
    if same_year {
        format!("{:02}-{:02} {}", civil.month, civil.day, clock(timestamp))
    } else {
        date_time(timestamp)
    }
}

/// A time that may be absent, or in a form that could not be read and is shown as it came.
pub fn api_time(time: &ApiTime<'_>, words: Words) -> String {
    match time {
        ApiTime::Absent => words.absent.to_owned(),
        ApiTime::At(timestamp) => fill(words.copy_of_time, &[("time", &date_time(*timestamp))]),
        ApiTime::Unparsed(text) => text.to_string(),
    }
}

fn clock(timestamp: Timestamp) -> String {
    let civil = timestamp.civil();
    format!("{:02}:{:02}:{:02}", civil.hour, civil.minute, civil.second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Words;

    #[test]
    fn counts_are_set_in_thousands() {
        let table =
            [(0, "0"), (999, "999"), (1_000, "1\u{202f}000"), (-1_234_567, "−1\u{202f}234\u{202f}567")];
        for (value, text) in table {
            assert_eq!(count(value, Words::english()), text);
        }
    }

    #[test]
    fn durations_name_two_units() {
        let table = [
            (0, "0 s"),
            (7, "7 ms"),
            (59_999, "59 s"),
            (60_000, "1 min 0 s"),
            (131_000, "2 min 11 s"),
            (3_900_000, "1 h 5 min"),
            (273_600_000, "3 d 4 h"),
        ];
        for (ms, text) in table {
            assert_eq!(duration(ms, Words::english()), text);
        }
    }

    #[test]
    fn a_cell_names_the_day_only_where_it_differs() {
        let at = |text| Timestamp::parse(text).unwrap();
        let begin = Some(at("2026-05-28T16:38:20Z"));
        let cell_time = |at, begin| cell_time(at, begin, Words::english());
        assert_eq!(cell_time(at("2026-05-28T23:59:59Z"), begin), "23:59:59");
        assert_eq!(cell_time(at("2026-05-29T00:00:00Z"), begin), "05-29 00:00:00");
        assert_eq!(cell_time(at("2027-01-01T00:00:00Z"), begin), "2027-01-01 00:00:00");
        assert_eq!(cell_time(at("2027-01-01T00:00:00Z"), None), "2027-01-01 00:00:00");
        assert_eq!(machine_time(at("2026/05/28T16:38:20Z")), "2026-05-28T16:38:20Z");
    }
}
