//! Formats numbers and dates without a browser, for servers and tests: as `Intl` does in the page's languages, and as English in
//! all others. `intl.rs` does it in the browser.

use batch_task_languages::Language;

use crate::timestamp::Timestamp;

const ENGLISH: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const INDONESIAN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
const PORTUGUESE: [&str; 12] =
    ["jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."];

/// The formats of a language.
pub(super) struct Formats(Language);

impl Formats {
    pub(super) fn new(tag: &str) -> Self {
        Self(Language::of_tag(tag).unwrap_or_default())
    }

    pub(super) fn number(&self, value: i64) -> String {
        let separator = match self.0 {
            Language::Indonesian | Language::BrazilianPortuguese => '.',
            _ => ',',
        };
        let digits = value.unsigned_abs().to_string();
        let mut text = if value < 0 { "-".to_owned() } else { String::new() };
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    pub(super) const fn is_singular(&self, count: i64) -> bool {
        match self.0 {
            Language::English | Language::Pseudo => count == 1,
            Language::BrazilianPortuguese => matches!(count, 0 | 1),
            _ => false,
        }
    }

    pub(super) fn day(&self, wall: Timestamp, with_year: bool) -> String {
        let civil = wall.civil();
        let (day, month, year) = (civil.day, civil.month, civil.year);
        let name = |names: [&'static str; 12]| names[usize::from(month) - 1];
        match (self.0, with_year) {
            (Language::English | Language::Pseudo, false) => format!("{} {day}", name(ENGLISH)),
            (Language::English | Language::Pseudo, true) => format!("{} {day}, {year}", name(ENGLISH)),
            (Language::Indonesian, false) => format!("{day} {}", name(INDONESIAN)),
            (Language::Indonesian, true) => format!("{day} {} {year}", name(INDONESIAN)),
            (Language::BrazilianPortuguese, false) => format!("{day} de {}", name(PORTUGUESE)),
            (Language::BrazilianPortuguese, true) => format!("{day} de {} de {year}", name(PORTUGUESE)),
            (_, false) => format!("{month}月{day}日"),
            (_, true) => format!("{year}年{month}月{day}日"),
        }
    }

    pub(super) const fn time_separator(&self) -> char {
        if matches!(self.0, Language::Indonesian) { '.' } else { ':' }
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
    fn numbers_and_dates_are_those_of_intl() {
        let at = Timestamp::parse("2026-05-28T23:59:59Z").unwrap();
        for (tag, number, day, with_year, singular, separator) in [
            ("en", "-1,234,567", "May 28", "May 28, 2026", [false, true, false], ':'),
            ("zh-CN", "-1,234,567", "5月28日", "2026年5月28日", [false; 3], ':'),
            ("zh-Hant-HK", "-1,234,567", "5月28日", "2026年5月28日", [false; 3], ':'),
            ("ja", "-1,234,567", "5月28日", "2026年5月28日", [false; 3], ':'),
            ("id", "-1.234.567", "28 Mei", "28 Mei 2026", [false; 3], '.'),
            ("pt-BR", "-1.234.567", "28 de mai.", "28 de mai. de 2026", [true, true, false], ':'),
            ("de", "-1,234,567", "May 28", "May 28, 2026", [false, true, false], ':'),
        ] {
            let formats = Formats::new(tag);
            assert_eq!(formats.number(-1_234_567), number, "{tag}");
            assert_eq!([formats.number(0), formats.number(999)], ["0", "999"]);
            assert_eq!(formats.day(at, false), day, "{tag}");
            assert_eq!(formats.day(at, true), with_year, "{tag}");
            assert_eq!([0, 1, 2].map(|count| formats.is_singular(count)), singular, "{tag}");
            assert_eq!(formats.time_separator(), separator, "{tag}");
        }
    }
}
