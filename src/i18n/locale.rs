//! The handle to a language and a zone that whatever is drawn is given.

use std::cell::RefCell;
use std::ops::Deref;

use super::formats::{Formats, Zone};
use super::{EN, Language, Messages};
use crate::model::{BatchStatus, StatusBucket, SubTaskStatus};
use crate::timestamp::Timestamp;

thread_local! {
    /// All that there are. They are never dropped: a page has few languages and fewer zones.
    static LOCALES: RefCell<Vec<&'static LocaleData>> = const { RefCell::new(Vec::new()) };
}

/// What a widget says and how it writes numbers and times, in one language and one zone. It is copied like a number, and
/// equal to itself alone. The messages are its fields.
#[derive(Clone, Copy)]
pub struct Locale(&'static LocaleData);

struct LocaleData {
    messages: &'static Messages,
    /// As it was asked for.
    tag: String,
    formats: Formats,
    zone: Zone,
}

impl Locale {
    /// English, with times in UTC.
    pub fn english() -> Self {
        Self::new(&EN, Language::English.tag(), &Zone::utc())
    }

    /// The messages of a language, numbers and dates as its `tag` (BCP 47) has them, and times in a zone. The same
    /// arguments give the same words.
    pub fn new(messages: &'static Messages, tag: &str, zone: &Zone) -> Self {
        LOCALES.with_borrow_mut(|locales| {
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

    /// The BCP 47 tag that numbers and dates are written by.
    pub fn tag(self) -> &'static str {
        &self.0.tag
    }

    /// The zone of its times.
    pub fn zone(self) -> &'static Zone {
        &self.0.zone
    }

    /// The same in another zone.
    pub fn with_zone(self, zone: &Zone) -> Self {
        Self::new(self.0.messages, self.tag(), zone)
    }

    /// A whole number, with its thousands set apart as the language does it.
    pub fn number(self, value: i64) -> String {
        self.0.formats.number(value)
    }

    /// `one` if the language speaks of so many as of one, else `others`.
    pub fn plural(self, count: i64, one: &'static str, others: &'static str) -> &'static str {
        if self.0.formats.is_singular(count) { one } else { others }
    }

    /// The date of a wall clock that shows the UTC time of `wall`: `May 28, 2026`, or `May 28` without its year.
    pub fn day(self, wall: Timestamp, with_year: bool) -> String {
        self.0.formats.day(wall, with_year)
    }

    /// What stands between hours, minutes and seconds.
    pub fn time_separator(self) -> char {
        self.0.formats.time_separator()
    }

    /// A batch's status in words; an unknown one as it came.
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

    /// A subtask's status in words; an unknown one as it came.
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

    /// The name of a filter.
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
    fn unknown_statuses_are_shown_as_they_came() {
        let locale = Locale::english();
        assert_eq!(locale.sub_task_status(SubTaskStatus::parse("Rolling_Back")), "Rolling_Back");
        assert_eq!(locale.batch_status(&BatchStatus::parse("Paused?")), "Paused?");
    }

    #[test]
    fn the_same_arguments_give_the_same_words() {
        assert!(Locale::english() == Locale::english());
        assert!(Locale::english() != Locale::new(&EN, "en-GB", &Zone::utc()));
        assert!(Locale::english().with_zone(&Zone::utc()) == Locale::english());
    }
}
