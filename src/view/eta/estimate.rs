//! The estimated time left, and its text.

use crate::i18n::{Locale, fill};
use crate::view::format;

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
/// Shorter times are shown as "less than 10 s".
const SOON_MS: u64 = 10 * SECOND_MS;

/// The estimated time left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimate {
    /// There is no reliable estimate, or nothing is left to do.
    Unknown,
    /// The task continues.
    Left {
        /// The time left, in milliseconds.
        left_ms: u64,
        /// How many subtasks finish per hour.
        per_hour: u64,
    },
    /// Nothing has finished for a long time.
    Stalled {
        /// For how long, in milliseconds.
        quiet_ms: u64,
    },
}

impl Estimate {
    /// Returns `about 4 min left` or `nothing finished for 3 min`; `None` without an estimate.
    pub fn time_left(self, locale: Locale) -> Option<String> {
        let (template, time_ms) = match self {
            Self::Unknown => return None,
            Self::Left { left_ms, .. } if left_ms < SOON_MS => (locale.eta_soon, SOON_MS),
            Self::Left { left_ms, .. } => (locale.eta, rounded_ms(left_ms)),
            Self::Stalled { quiet_ms } => (locale.nothing_finished_for, quiet_ms),
        };
        Some(fill(template, &[("time", &units(time_ms, locale))]))
    }

    /// Returns the same with the rate: `about 4 min left · 80 a minute`.
    pub fn text(self, locale: Locale) -> Option<String> {
        let mut text = self.time_left(locale)?;
        if let Self::Left { per_hour, .. } = self {
            let (template, count) = match per_hour {
                0 => return Some(text),
                1..120 => (locale.per_hour, per_hour),
                _ => (locale.per_minute, (per_hour + 30) / 60),
            };
            text.push_str(" · ");
            text.push_str(&format::fill_counts(template, &[("count", count)], locale));
        }
        Some(text)
    }
}

/// Rounds to a plausible precision: ten seconds, minutes, five minutes, or hours.
const fn rounded_ms(left_ms: u64) -> u64 {
    let step_ms = match left_ms {
        0..90_000 => 10 * SECOND_MS,
        90_000..1_200_000 => MINUTE_MS,
        1_200_000..7_200_000 => 5 * MINUTE_MS,
        7_200_000..36_000_000 => 30 * MINUTE_MS,
        _ => HOUR_MS,
    };
    (left_ms + step_ms / 2) / step_ms * step_ms
}

/// `50 s`, `4 min`, `1 h 30 min`, `12 h`, `2 d 3 h`: a unit that is 0 is omitted.
fn units(ms: u64, locale: Locale) -> String {
    let minutes = ms / MINUTE_MS;
    let (template, name, count) = match ms {
        0..MINUTE_MS => (locale.seconds, "seconds", ms / SECOND_MS),
        MINUTE_MS..HOUR_MS => (locale.minutes, "minutes", minutes),
        _ if minutes.is_multiple_of(60) && minutes < 24 * 60 => (locale.hours, "hours", minutes / 60),
        _ => return format::duration(ms, locale),
    };
    format::fill_counts(template, &[(name, count)], locale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn an_estimate_is_rounded_and_marked_as_such() {
        let table = [
            (0, "less than 10 s left"),
            (9_999, "less than 10 s left"),
            (14_000, "about 10 s left"),
            (52_000, "about 50 s left"),
            (58_000, "about 1 min left"),
            (89_000, "about 1 min left"),
            (91_000, "about 2 min left"),
            (250_000, "about 4 min left"),
            (1_330_000, "about 20 min left"),
            (3_600_000, "about 1 h left"),
            (5_500_000, "about 1 h 30 min left"),
            (41_000_000, "about 11 h left"),
            (190_000_000, "about 2 d 5 h left"),
        ];
        for (left_ms, expected) in table {
            assert_eq!(
                Estimate::Left { left_ms, per_hour: 0 }.time_left(Locale::english()).as_deref(),
                Some(expected)
            );
        }
    }

    #[test]
    fn the_rate_and_stalls_are_shown() {
        let text_at =
            |per_hour| Estimate::Left { left_ms: 60_000, per_hour }.text(Locale::english()).unwrap();
        assert_eq!(text_at(4_800), "about 1 min left · 80 a minute");
        assert_eq!(text_at(90_000_000), "about 1 min left · 1,500,000 a minute");
        assert_eq!(text_at(12), "about 1 min left · 12 an hour");
        let stalled = |quiet_ms| Estimate::Stalled { quiet_ms }.text(Locale::english());
        assert_eq!(stalled(185_000).as_deref(), Some("nothing finished for 3 min"));
        assert_eq!(stalled(50_400).as_deref(), Some("nothing finished for 50 s"));
        assert_eq!(Estimate::Unknown.text(Locale::english()), None);
    }
}
