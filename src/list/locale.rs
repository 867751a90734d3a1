//! The texts of the list, with the formats and the texts that it shares with the widget.

use crate::i18n::{Catalogue, ListMessages, Locale};

/// The list's own messages beside a [`Locale`], which has the shared ones. It is `Copy`, and compared by identity.
#[derive(Clone, Copy)]
pub struct ListLocale {
    /// The shared messages, formats and time zone.
    pub shared: Locale,
    /// The list's own messages.
    pub list: &'static ListMessages,
}

impl ListLocale {
    /// Returns English with times in UTC.
    pub fn english() -> Self {
        Self { shared: Locale::english(), list: ListMessages::english() }
    }
}

impl PartialEq for ListLocale {
    fn eq(&self, other: &Self) -> bool {
        self.shared == other.shared && std::ptr::eq(self.list, other.list)
    }
}

impl Eq for ListLocale {}
