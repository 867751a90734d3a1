//! A language with its formats and a time zone, as everything that is drawn uses it.

use std::ops::Deref;

use super::formats::{Formats, Zone};
use super::{EN, Language, Messages};
use crate::model::{BatchStatus, StatusBucket, SubTaskStatus};
use crate::timestamp::Timestamp;

/// The locales in use. They are never freed: a page has few languages and time zones.
#[cfg(target_arch = "wasm32")]
mod in_use {
    use std::cell::RefCell;

    use super::LocaleData;

    thread_local! {
        static LOCALES: RefCell<Vec<&'static LocaleData>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn with<T>(call: impl FnOnce(&mut Vec<&'static LocaleData>) -> T) -> T {
        LOCALES.with_borrow_mut(call)
    }
}

/// The same on the host, for all threads: those of a server come and go.
#[cfg(not(target_arch = "wasm32"))]
mod in_use {
    use std::sync::{Mutex, PoisonError};

    use super::LocaleData;

    static LOCALES: Mutex<Vec<&'static LocaleData>> = Mutex::new(Vec::new());

    pub(super) fn with<T>(call: impl FnOnce(&mut Vec<&'static LocaleData>) -> T) -> T {
        call(&mut LOCALES.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Texts, number and date formats, and a time zone. It is `Copy`, and compared by identity. The texts are its fields.
#[derive(Clone, Copy)]
pub struct Locale(&'static LocaleData);

struct LocaleData {
    messages: &'static Messages,
    /// As it was requested.
    tag: String,
    formats: Formats,
    zone: Zone,
}

impl Locale {
    /// Returns English with times in UTC.
    pub fn english() -> Self {
        Self::new(&EN, Language::English.tag(), &Zone::utc())
    }

    /// Returns the messages of a language with the number and date formats of `tag` (BCP 47) and a time zone. The same
    /// arguments return the same locale.
    pub fn new(messages: &'static Messages, tag: &str, zone: &Zone) -> Self {
        in_use::with(|locales| {
            let known = locales
                .iter()
                .find(|data| std::ptr::eq(data.messages, messages) && data.tag == tag && data.zone == *zone);
            Self(known.copied().unwrap_or_else(|| {
                let (tag, zone) = (tag.to_owned(), zone.clone());
                let data: &LocaleData =
                    Box::leak(Box::new(LocaleData { messages, formats: Formats::new(&tag), tag, zone }));
                locales.push(data);
                data
            }))
        })
    }

    /// Returns the BCP 47 tag of the number and date formats.
    pub fn tag(self) -> &'static str {
        &self.0.tag
    }

    /// Returns the time zone.
    pub fn zone(self) -> &'static Zone {
        &self.0.zone
    }

    /// Returns the same locale with another time zone.
    pub fn with_zone(self, zone: &Zone) -> Self {
        Self::new(self.0.messages, self.tag(), zone)
    }

    /// Formats a whole number with the language's thousands separator.
    pub fn number(self, value: i64) -> String {
        self.0.formats.number(value)
    }

    /// Returns `one` if the language uses the singular for this count, otherwise `others`.
    pub fn plural(self, count: i64, one: &'static str, others: &'static str) -> &'static str {
        if self.0.formats.is_singular(count) { one } else { others }
    }

    /// Formats the date of a wall clock, given as if it were UTC: `May 28, 2026`, or `May 28` without the year.
    pub fn day(self, wall: Timestamp, with_year: bool) -> String {
        self.0.formats.day(wall, with_year)
    }

    /// Returns the separator between hours, minutes and seconds.
    pub fn time_separator(self) -> char {
        self.0.formats.time_separator()
    }

    /// Returns the name of a batch's status. An unknown status is returned unchanged.
    pub fn batch_status(self, status: &BatchStatus) -> &str {
        match status {
            BatchStatus::Dispatching => self.dispatching,
            BatchStatus::Running => self.running,
            BatchStatus::Completed => self.completed,
            BatchStatus::Failed => self.failed,
            BatchStatus::Other(text) if text.is_empty() => self.unknown_status,
            BatchStatus::Other(text) => text,
        }
    }

    /// Returns the name of a subtask's status. An unknown status is returned unchanged.
    pub fn sub_task_status(self, status: SubTaskStatus<'_>) -> &str {
        match status {
            SubTaskStatus::Waiting => self.waiting,
            SubTaskStatus::Running => self.running,
            SubTaskStatus::Completed => self.succeeded,
            SubTaskStatus::Failed => self.failed,
            SubTaskStatus::Pause => self.paused_status,
            SubTaskStatus::Blocking => self.blocked,
            SubTaskStatus::TempTerminated => self.closed,
            SubTaskStatus::HumanProcessing => self.manual,
            SubTaskStatus::Other("") => self.unknown_status,
            SubTaskStatus::Other(text) => text,
        }
    }

    /// Returns the name of a status group.
    pub fn bucket(self, bucket: StatusBucket) -> &'static str {
        match bucket {
            StatusBucket::Succeeded => self.succeeded,
            StatusBucket::Failed => self.failed,
            StatusBucket::Attention => self.attention,
            StatusBucket::Running => self.running,
            StatusBucket::Waiting => self.waiting,
            StatusBucket::Other => self.other,
        }
    }
}

impl Deref for Locale {
    type Target = Messages;

    fn deref(&self) -> &Messages {
        self.0.messages
    }
}

impl PartialEq for Locale {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Locale {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_statuses_are_shown_unchanged() {
        let locale = Locale::english();
        assert_eq!(locale.sub_task_status(SubTaskStatus::parse("Rolling_Back")), "Rolling_Back");
        assert_eq!(locale.batch_status(&BatchStatus::parse("Paused?")), "Paused?");
    }

    #[test]
    fn the_same_arguments_return_the_same_locale() {
        assert!(Locale::english() == Locale::english());
        assert!(Locale::english() != Locale::new(&EN, "en-GB", &Zone::utc()));
        assert!(Locale::english().with_zone(&Zone::utc()) == Locale::english());
    }
}
