//! A time field of the API, which may be absent or not parseable.

use std::borrow::Cow;

use crate::redact::Accounts;
use crate::timestamp::Timestamp;

/// The value of `TaskBegin` or `TaskEnd`, of the batch or of a subtask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiTime<'a> {
    /// The field is missing, null or blank.
    Absent,
    /// A time in one of the formats that the API uses.
    At(Timestamp),
    /// Any other text, trimmed. It is displayed unchanged.
    Unparsed(Cow<'a, str>),
}

impl<'a> ApiTime<'a> {
    /// Parses the text of a time field.
    pub fn parse(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if let Some(timestamp) = Timestamp::parse(&text) {
            return Self::At(timestamp);
        }
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        if text.is_empty() { Self::Absent } else { Self::Unparsed(text) }
    }

    /// Returns the timestamp, if the text was parsed.
    pub const fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Self::At(timestamp) => Some(*timestamp),
            Self::Absent | Self::Unparsed(_) => None,
        }
    }

    /// Masks account IDs in unparsed text, if `accounts` requires it.
    #[inline]
    pub fn mask(&mut self, accounts: Accounts) {
        if let Self::Unparsed(text) = self {
            accounts.mask(text);
        }
    }

    /// Converts to a value that borrows nothing.
    pub fn into_owned(self) -> ApiTime<'static> {
        match self {
            Self::Absent => ApiTime::Absent,
            Self::At(timestamp) => ApiTime::At(timestamp),
            Self::Unparsed(text) => ApiTime::Unparsed(Cow::Owned(text.into_owned())),
        }
    }
}
