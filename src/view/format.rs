//! Formats numbers, times and durations in a locale.

use crate::i18n::{Locale, fill};
use crate::model::ApiTime;
use crate::redact::scan::add;
use crate::timestamp::{DAY_MS, MINUTE_MS, Timestamp};

/// Returns `text` with its first letter in upper case, if it is an ASCII letter. The tables for all others would add 5 KB
/// to the wasm.
pub fn capitalized(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// The most bytes of a text that a line or a tooltip shows.
pub const LINE_BYTES: usize = 2_000;

/// The most characters of a text that the details of a row show.
pub const DETAIL_CHARS: usize = 10_000;

/// Returns the first [`LINE_BYTES`] of a text at most, with an ellipsis if it is longer. Laying out a long text in one line
/// would block the page.
pub fn truncated(text: &str) -> String {
    let shown = text.get(..text.floor_char_boundary(LINE_BYTES)).unwrap_or_default();
    with_ellipsis(shown, shown.len() < text.len())
}

/// Returns the first [`DETAIL_CHARS`] of a text, with an ellipsis if it is longer, and whether it is longer.
pub fn truncated_detail(text: &str) -> (String, bool) {
    let cut = text.char_indices().nth(DETAIL_CHARS).map(|(at, _)| at);
    let shown = cut.and_then(|at| text.get(..at)).unwrap_or(text);
    (with_ellipsis(shown, cut.is_some()), cut.is_some())
}

fn with_ellipsis(text: &str, is_cut: bool) -> String {
    add(text.len());
    let mut shown = text.to_owned();
    if is_cut {
        shown.push('…');
    }
    shown
}

/// Formats a count with thousands separators.
pub fn count(value: i64, locale: Locale) -> String {
    locale.number(value)
}

/// Fills a template with counts.
pub fn fill_counts(template: &str, counts: &[(&str, u64)], locale: Locale) -> String {
    let mut text = template.to_owned();
    for &(slot, value) in counts {
        // The values contain no slots, so filling them one by one is the same as filling all at once.
        text = fill(&text, &[(slot, &count(value as i64, locale))]);
    }
    text
}

/// Returns a count with its noun, by the template for the singular or the plural.
pub fn plural_count(value: u32, one: &'static str, others: &'static str, locale: Locale) -> String {
    fill_counts(locale.plural(value.into(), one, others), &[("count", value.into())], locale)
}

/// `80 %`.
pub fn percent(percent: u32, locale: Locale) -> String {
    fill(locale.percent, &[("number", &percent.to_string())])
}

/// Formats a duration with its two largest units: `36 s`, `2 min 11 s`, `1 h 5 min`, `3 d 4 h`; below a second in `ms`.
pub fn duration(duration_ms: u64, locale: Locale) -> String {
    let seconds = duration_ms / 1_000;
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    let (template, units) = match seconds {
        0 if duration_ms > 0 => (locale.milliseconds, [("milliseconds", duration_ms); 2]),
        0..60 => (locale.seconds, [("seconds", seconds); 2]),
        60..3_600 => (locale.minutes_seconds, [("minutes", minutes), ("seconds", seconds % 60)]),
        3_600..86_400 => (locale.hours_minutes, [("hours", hours), ("minutes", minutes % 60)]),
        _ => (locale.days_hours, [("days", hours / 24), ("hours", hours % 24)]),
    };
    fill_counts(template, &units, locale)
}

/// Formats a time with its zone: `May 28, 2026 16:38:20 UTC+8`.
pub fn date_time(at: Timestamp, locale: Locale) -> String {
    let offset_min = locale.zone().offset_min(at);
    format!("{} {}", day_and_clock(at, true, locale), offset(offset_min))
}

/// Formats a time for a table cell: without the date on the day that the batch started, and with the zone's offset only if
/// it has changed since. The zone is named above the table.
pub fn cell_time(at: Timestamp, batch_begin: Option<Timestamp>, locale: Locale) -> String {
    let Some(begin) = batch_begin else { return date_time(at, locale) };
    let (wall, begin_wall) = (wall(at, locale), wall(begin, locale));
    let day = |wall: Timestamp| wall.unix_ms().div_euclid(DAY_MS);
    let mut text = if day(wall) == day(begin_wall) {
        clock(wall, locale)
    } else {
        day_and_clock(at, wall.civil().year != begin_wall.civil().year, locale)
    };
    let offset_min = locale.zone().offset_min(at);
    if offset_min != locale.zone().offset_min(begin) {
        text.push(' ');
        text.push_str(&offset(offset_min));
    }
    text
}

/// Formats a time for an axis that starts at `begin`: as in a table cell, but without seconds if there are none to show.
pub fn axis_time(at: Timestamp, begin: Timestamp, has_seconds: bool, locale: Locale) -> String {
    let mut text = cell_time(at, Some(begin), locale);
    let no_seconds = format!("{}00", locale.time_separator());
    if let Some(seconds) = text.rfind(&no_seconds).filter(|_| !has_seconds) {
        text.replace_range(seconds..seconds + no_seconds.len(), "");
    }
    text
}

/// Formats a time of the API. A time that could not be parsed is returned unchanged.
pub fn api_time(time: &ApiTime<'_>, locale: Locale) -> String {
    match time {
        ApiTime::Absent => locale.absent.to_owned(),
        ApiTime::At(at) => date_time(*at, locale),
        ApiTime::Unparsed(text) => truncated(text),
    }
}

/// Returns the zone with its offset: `Asia/Shanghai (UTC+8)`, or with both offsets if it changes between the two times.
/// Without a time it is the name only.
pub fn zone(begin: Option<Timestamp>, end: Option<Timestamp>, locale: Locale) -> String {
    let zone = locale.zone();
    let name = zone.name();
    let Some(first) = begin.or(end).filter(|_| !zone.is_utc()) else { return name.to_owned() };
    let offsets_min = [first, end.unwrap_or(first)].map(|at| zone.offset_min(at));
    let mut offsets = offset(offsets_min[0]);
    if offsets_min[1] != offsets_min[0] {
        offsets.push_str(locale.list);
        offsets.push_str(&offset(offsets_min[1]));
    }
    format!("{name} ({offsets})")
}

/// Formats a time as UTC in any zone, for texts that others read: `2026-05-28 16:38:20 UTC`.
pub fn utc_time(at: Timestamp, locale: Locale) -> String {
    fill(locale.utc_time, &[("time", &plain_date_time(at))])
}

/// Formats a time as UTC: `2026-05-28 16:38:20`.
pub fn plain_date_time(at: Timestamp) -> String {
    let civil = at.civil();
    format!("{:04}-{:02}-{:02} {}", civil.year, civil.month, civil.day, plain_clock(at, ':'))
}

/// Formats a time for `<time datetime>`: `2026-05-28T16:38:20Z`.
pub fn machine_time(at: Timestamp) -> String {
    let civil = at.civil();
    format!("{:04}-{:02}-{:02}T{}Z", civil.year, civil.month, civil.day, plain_clock(at, ':'))
}

const UTC: &str = "UTC";

/// Returns the local time, as if it were UTC.
fn wall(at: Timestamp, locale: Locale) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms() + i64::from(locale.zone().offset_min(at)) * MINUTE_MS)
}

fn day_and_clock(at: Timestamp, with_year: bool, locale: Locale) -> String {
    let wall = wall(at, locale);
    format!("{} {}", locale.day(wall, with_year), clock(wall, locale))
}

fn clock(wall: Timestamp, locale: Locale) -> String {
    plain_clock(wall, locale.time_separator())
}

fn plain_clock(at: Timestamp, separator: char) -> String {
    let civil = at.civil();
    format!("{:02}{separator}{:02}{separator}{:02}", civil.hour, civil.minute, civil.second)
}

/// `UTC`, `UTC+8`, `UTC−3:30`.
fn offset(minutes: i32) -> String {
    if minutes == 0 {
        return UTC.to_owned();
    }
    let sign = if minutes < 0 { '−' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    if minutes == 0 { format!("{UTC}{sign}{hours}") } else { format!("{UTC}{sign}{hours}:{minutes:02}") }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::i18n::Zone;

    #[test]
    fn texts_are_truncated_between_two_characters() {
        assert_eq!(truncated("磁盘已满"), "磁盘已满");
        assert_eq!(truncated(&"磁".repeat(1_000)), "磁".repeat(666) + "…");
        assert_eq!(truncated(&"x".repeat(LINE_BYTES)), "x".repeat(LINE_BYTES));
        assert_eq!(truncated_detail("磁盘已满"), ("磁盘已满".to_owned(), false));
        assert_eq!(truncated_detail(&"磁".repeat(DETAIL_CHARS)), ("磁".repeat(DETAIL_CHARS), false));
        assert_eq!(truncated_detail(&"磁".repeat(DETAIL_CHARS + 1)), ("磁".repeat(DETAIL_CHARS) + "…", true));
    }

    #[test]
    fn durations_have_two_units() {
        let table = [
            (0, "0 s"),
            (7, "7 ms"),
            (59_999, "59 s"),
            (60_000, "1 min 0 s"),
            (131_000, "2 min 11 s"),
            (3_900_000, "1 h 5 min"),
            (273_600_000, "3 d 4 h"),
            (86_400_000 * 1_234, "1,234 d 0 h"),
        ];
        for (ms, text) in table {
            assert_eq!(duration(ms, Locale::english()), text);
        }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_cell_shows_the_day_only_if_it_differs() {
        let begin = Some(at("2026-05-28T16:38:20Z"));
        let cell_time = |at, begin| cell_time(at, begin, Locale::english());
        assert_eq!(cell_time(at("2026-05-28T23:59:59Z"), begin), "23:59:59");
        assert_eq!(cell_time(at("2026-05-29T00:00:00Z"), begin), "May 29 00:00:00");
        assert_eq!(cell_time(at("2027-01-01T00:00:00Z"), begin), "Jan 1, 2027 00:00:00");
        assert_eq!(cell_time(at("2027-01-01T00:00:00Z"), None), "Jan 1, 2027 00:00:00 UTC");
        assert_eq!(machine_time(at("2026/05/28T16:38:20Z")), "2026-05-28T16:38:20Z");
    }

    /// New York, where clocks are set back at 06:00 UTC on November 1, 2026.
    fn new_york() -> Locale {
        let change = |time: Timestamp| if time < at("2026-11-01T06:00:00Z") { -240 } else { -300 };
        Locale::english().with_zone(&Zone::with_rule("America/New_York", change))
    }

    #[test]
    fn days_are_in_the_zone() {
        let begin = Some(at("2026-05-28T03:00:00Z"));
        let cell_time = |at, begin| cell_time(at, begin, new_york());
        assert_eq!(cell_time(at("2026-05-28T03:59:59Z"), begin), "23:59:59");
        assert_eq!(
            cell_time(at("2026-05-28T04:00:00Z"), begin),
            "May 28 00:00:00",
            "the day before in New York"
        );
        assert_eq!(date_time(at("2026-05-28T04:00:00Z"), new_york()), "May 28, 2026 00:00:00 UTC−4");
        assert_eq!(
            api_time(&ApiTime::parse("2026-05-28 04:00:00"), new_york()),
            "May 28, 2026 00:00:00 UTC−4"
        );
        assert_eq!(utc_time(at("2026-05-28T04:00:00Z"), new_york()), "2026-05-28 04:00:00 UTC");
    }

    #[test]
    fn a_repeated_hour_is_unambiguous() {
        let (before, after) = (at("2026-11-01T05:30:00Z"), at("2026-11-01T06:30:00Z"));
        assert_eq!(cell_time(before, Some(before), new_york()), "01:30:00");
        assert_eq!(cell_time(after, Some(before), new_york()), "01:30:00 UTC−5");
        assert_eq!(zone(Some(before), Some(after), new_york()), "America/New_York (UTC−4, UTC−5)");
        assert_eq!(zone(Some(before), None, new_york()), "America/New_York (UTC−4)");
        assert_eq!(zone(None, None, new_york()), "America/New_York");
        assert_eq!(zone(Some(before), Some(after), Locale::english()), "UTC");
    }

    #[test]
    fn offsets_are_short() {
        let table = [(0, "UTC"), (480, "UTC+8"), (-210, "UTC−3:30"), (345, "UTC+5:45"), (-5, "UTC−0:05")];
        for (minutes, text) in table {
            assert_eq!(offset(minutes), text);
        }
    }
}
