//! Lenient parsing of the API's times, and calendar arithmetic.
//!
//! This module must not know JSON, read a clock, or format times for display.

/// An instant: milliseconds since the Unix epoch, UTC, in the years 1 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp(i64);

/// A date and time of day in UTC, in the proleptic Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Civil {
    /// 1 to 9999.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to the length of the month.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// 0 to 999.
    pub millisecond: u16,
}

/// A second, in milliseconds.
pub const SECOND_MS: i64 = 1_000;
/// A minute, in milliseconds.
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
/// An hour, in milliseconds.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// A day, in milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Timestamp {
    /// `0001-01-01T00:00:00.000Z`.
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// `9999-12-31T23:59:59.999Z`.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// Creates a timestamp from milliseconds since the Unix epoch, clamped to [`Timestamp::MIN`] and [`Timestamp::MAX`].
    pub const fn from_unix_ms(ms: i64) -> Self {
        if ms < Self::MIN.0 {
            Self::MIN
        } else if ms > Self::MAX.0 {
            Self::MAX
        } else {
            Self(ms)
        }
    }

    /// Returns the milliseconds since the Unix epoch; negative before 1970.
    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    /// Parses a time in any format that the API or a gateway may use. Returns `None` if the format is unknown, or the date or
    /// time of day does not exist.
    ///
    /// A time consists of a date with `-` or `/`; `T`, `t` or a space; hours and minutes; and optionally seconds, a fraction
    /// and an offset (`Z`, `+08`, `+0800`, `+08:00`). A time without an offset is UTC, as in the related API
    /// `DescribeBatchTasks`. A number of 10 digits is seconds since the Unix epoch, one of 13 digits is milliseconds. Digits
    /// beyond milliseconds are ignored. A leap second (`:60`) is the first second of the next minute, as in Unix time.
    ///
    /// ```
    /// use batch_task_data::timestamp::Timestamp;
    ///
    /// assert_eq!(Timestamp::parse("2026/05/28T16:38:20Z"), Timestamp::parse("2026-05-29 00:38:20+08:00"));
    /// assert_eq!(Timestamp::parse("2026-02-31 00:00:00"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        parse_epoch(text).or_else(|| parse_date_time(text))
    }

    /// Creates a timestamp from a date and time in UTC. Returns `None` if a field is out of the range given in [`Civil`].
    pub fn from_civil(civil: Civil) -> Option<Self> {
        let Civil { year, month, day, hour, minute, second, millisecond } = civil;
        let is_valid_date = (1..=9_999).contains(&year) && day >= 1 && day <= days_in_month(year, month)?;
        let is_valid_time = hour < 24 && minute < 60 && second < 60 && millisecond < 1_000;
        (is_valid_date && is_valid_time).then(|| {
            let time_ms =
                i64::from(hour) * HOUR_MS + i64::from(minute) * MINUTE_MS + i64::from(second) * SECOND_MS;
            Self(days_from_civil(year, month, day) * DAY_MS + time_ms + i64::from(millisecond))
        })
    }

    /// Returns the date and time of day in UTC.
    pub fn civil(self) -> Civil {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY_MS));
        let ms = self.0.rem_euclid(DAY_MS);
        Civil {
            year,
            month,
            day,
            hour: (ms / HOUR_MS) as u8,
            minute: (ms / MINUTE_MS % 60) as u8,
            second: (ms / SECOND_MS % 60) as u8,
            millisecond: (ms % SECOND_MS) as u16,
        }
    }
}

/// A fast parser for the format of nearly all times of the API: `2026-05-28T16:38:20Z`, also with other separators or without
/// `Z`. It caches the last date, because most times of a body are on the same day.
#[derive(Clone, Copy, Debug)]
pub struct FastTimestampParser {
    /// The last date, including the separator in front of the time of day.
    date: [u8; 11],
    /// The start of that day, in milliseconds since the Unix epoch.
    date_ms: i64,
}

impl Default for FastTimestampParser {
    fn default() -> Self {
        Self { date: *b"1970-01-01T", date_ms: 0 }
    }
}

impl FastTimestampParser {
    /// Parses a time in the common format, with the same result as [`Timestamp::parse`]. Returns `None` for other formats,
    /// which may be valid.
    pub fn parse(&mut self, text: &[u8]) -> Option<Timestamp> {
        let (date, time) = text.split_first_chunk()?;
        let time_ms = common_time_ms(time.strip_suffix(b"Z").unwrap_or(time))?;
        if *date != self.date {
            (self.date, self.date_ms) = (*date, common_date_ms(*date)?);
        }
        Some(Timestamp(self.date_ms + time_ms))
    }
}

/// Returns the milliseconds from the Unix epoch to a date such as `2026-05-28T` or `2026/05/28 `.
fn common_date_ms(date: [u8; 11]) -> Option<i64> {
    let [y1, y2, y3, y4, s1, m1, m2, s2, d1, d2, t] = date;
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2];
    if s1 != s2 || !matches!((s1, t), (b'-' | b'/', b'T' | b' ')) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let two = |tens: u8, ones: u8| (tens - b'0') * 10 + (ones - b'0');
    let year = i32::from(two(y1, y2)) * 100 + i32::from(two(y3, y4));
    let civil = Civil { year, month: two(m1, m2), day: two(d1, d2), ..MIDNIGHT };
    Timestamp::from_civil(civil).map(Timestamp::unix_ms)
}

const MIDNIGHT: Civil = Civil { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };

/// Returns the milliseconds from midnight to a time such as `16:38:20`. Processes all eight bytes at once.
fn common_time_ms(time: &[u8]) -> Option<i64> {
    const COLONS: u64 = u64::from_be_bytes([0, 0, 0xFF, 0, 0, 0xFF, 0, 0]);
    const TOP_BITS: u64 = u64::from_be_bytes([0x80; 8]);
    let digits = u64::from_be_bytes(time.try_into().ok()?) ^ u64::from_be_bytes(*b"00:00:00");
    // A value above 9 sets the top bit of its byte. There is no carry into the next byte, because top bits are cleared first.
    let above_nine = digits | ((digits & !TOP_BITS) + u64::from_be_bytes([0x80 - 10; 8]));
    if (above_nine & TOP_BITS) | (digits & COLONS) != 0 {
        return None;
    }
    let two = |at: u32| (digits >> (at + 8) & 0xF) * 10 + (digits >> at & 0xF);
    let (hour, minute, second) = (two(48) as i64, two(24) as i64, two(0) as i64);
    (hour < 24 && minute < 60 && second < 60)
        .then_some(hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS)
}

fn parse_epoch(text: &str) -> Option<Timestamp> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match text.len() {
        10 => text.parse().ok().map(|seconds: i64| Timestamp(seconds * SECOND_MS)),
        13 => text.parse().ok().map(Timestamp),
        _ => None,
    }
}

fn parse_date_time(text: &str) -> Option<Timestamp> {
    let mut cursor = Cursor(text.as_bytes());
    let year = cursor.digits(4)?;
    let separator = cursor.one_of(b"-/")?;
    let month = cursor.digits(2)?;
    cursor.one_of(&[separator])?;
    let day = cursor.digits(2)?;
    cursor.one_of(b"Tt ")?;
    let hour = cursor.digits(2)?;
    cursor.one_of(b":")?;
    let minute = cursor.digits(2)?;
    let (second, millisecond) = match cursor.one_of(b":") {
        Some(_) => (cursor.digits(2)?, cursor.fraction_ms()?),
        None => (0, 0),
    };
    let offset_ms = cursor.offset_ms()?;
    if !cursor.0.is_empty() {
        return None;
    }
    let leap_ms = if second == 60 { SECOND_MS } else { 0 };
    let local = Timestamp::from_civil(Civil {
        year: i32::from(year),
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        hour: u8::try_from(hour).ok()?,
        minute: u8::try_from(minute).ok()?,
        second: if second == 60 { 59 } else { u8::try_from(second).ok()? },
        millisecond,
    })?;
    let instant = Timestamp(local.0 + leap_ms - offset_ms);
    (Timestamp::MIN..=Timestamp::MAX).contains(&instant).then_some(instant)
}

/// The rest of the text. A method that does not match consumes nothing.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        wanted.contains(&first).then(|| {
            self.0 = rest;
            first
        })
    }

    /// Parses exactly `count` digits; at most 4.
    fn digits(&mut self, count: usize) -> Option<u16> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let number = digits.iter().try_fold(0_u16, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u16::from(digit - b'0'))
        })?;
        self.0 = rest;
        Some(number)
    }

    /// Parses an optional fraction. Returns `None` for a point without digits.
    fn fraction_ms(&mut self) -> Option<u16> {
        if self.one_of(b".,").is_none() {
            return Some(0);
        }
        let mut number = self.digits(1)? * 100;
        for weight in [10, 1] {
            number += self.digits(1).map_or(0, |digit| digit * weight);
        }
        while self.digits(1).is_some() {}
        Some(number)
    }

    fn offset_ms(&mut self) -> Option<i64> {
        while self.one_of(b" ").is_some() {}
        let sign = match self.one_of(b"Zz+-") {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Some(0),
        };
        let hours = self.digits(2)?;
        let minutes = match self.one_of(b":") {
            Some(_) => self.digits(2)?,
            None => self.digits(2).unwrap_or(0),
        };
        (hours < 24 && minutes < 60)
            .then(|| sign * (i64::from(hours) * HOUR_MS + i64::from(minutes) * MINUTE_MS))
    }
}

fn days_in_month(year: i32, month: u8) -> Option<u8> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

// Both directions use eras of 400 years with 146,097 days each, and years that start in March, so that the leap day is the
// last day of a year. There are 719,468 days between 0000-03-01 and the Unix epoch.
const DAYS_PER_ERA: i64 = 146_097;
const EPOCH_DAYS: i64 = 719_468;

/// `year` must be between 1 and 9999. Uses 32-bit arithmetic, because 64-bit divisions are several times slower in wasm.
fn days_from_civil(year: i32, month: u8, day: u8) -> i64 {
    let month = u32::from(month);
    let year = year.unsigned_abs() - u32::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + u32::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i64::from(era * DAYS_PER_ERA as u32 + day_of_era) - EPOCH_DAYS
}

fn civil_from_days(days: i64) -> (i32, u8, u8) {
    let days = days + EPOCH_DAYS;
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year as i32, month as u8, day as u8)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
