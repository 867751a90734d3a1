//! Why a body is no batch task, and the sentence for it.
//!
//! It owns the wording of what came and what was expected. It must not know the response around the body.

use std::fmt;

use super::ApiError;

/// Why a body could not be read as a batch task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireError {
    /// The body is an error of the API, of the proxy or of an envelope.
    Api(Box<ApiError>),
    /// There is nothing but white space.
    Empty,
    /// The body is HTML or XML, such as a login page.
    Html {
        /// Its first characters, at most 80, fit to be shown as text.
        begins: Box<str>,
    },
    /// The body ends before its JSON does.
    Truncated {
        /// How many bytes came.
        length: usize,
    },
    /// The body is no JSON.
    Malformed {
        /// The line of the first mistake, counted from 1.
        line: usize,
        /// Its column, in bytes, counted from 1.
        column: usize,
        /// What is wrong there.
        reason: Box<str>,
        /// The first characters of the body, at most 80, fit to be shown as text.
        begins: Box<str>,
    },
    /// The body is JSON, but no answer to `DescribeBatchTask`.
    NotABatchTask {
        /// What it is instead, with its article.
        came: Box<str>,
        /// Its first characters, at most 80, fit to be shown as text.
        begins: Box<str>,
    },
    /// The body pointer is no JSON Pointer (RFC 6901).
    BadPointer {
        /// The pointer as given.
        pointer: Box<str>,
    },
    /// The body has nothing at the body pointer.
    PointerNotFound {
        /// The pointer as given.
        pointer: Box<str>,
    },
}

const EXPECTED: &str = "expected the JSON of a DescribeBatchTask response";

impl fmt::Display for WireError {
    #[inline]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => error.fmt(formatter),
            Self::Empty => write!(formatter, "the body is empty, {EXPECTED}"),
            Self::Html { begins } => {
                write!(formatter, "the body is HTML that begins \"{begins}\", {EXPECTED}")
            }
            Self::Truncated { length } => {
                write!(formatter, "the body is cut off after {length} bytes, {EXPECTED}")
            }
            Self::Malformed { line, column, reason, begins } => write!(
                formatter,
                "the body is not JSON ({reason} at line {line}, column {column}) and begins \"{begins}\", {EXPECTED}"
            ),
            Self::NotABatchTask { came, begins } => {
                write!(formatter, "the body is {came} and begins \"{begins}\", {EXPECTED}")
            }
            Self::BadPointer { pointer } => write!(
                formatter,
                "the body pointer \"{}\" is not a JSON Pointer, expected something like \"/data\"",
                beginning(pointer)
            ),
            Self::PointerNotFound { pointer } => write!(
                formatter,
                "the body has nothing at the body pointer \"{}\", {EXPECTED} there",
                beginning(pointer)
            ),
        }
    }
}

impl std::error::Error for WireError {}

impl From<ApiError> for WireError {
    #[inline]
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

/// How `text` begins: at most 80 characters, white space run together, and no character that would rearrange or hide
/// the sentence around it.
#[inline]
pub(super) fn beginning(text: &str) -> Box<str> {
    const MAX_CHARS: usize = 80;
    let (mut begins, mut length) = (String::new(), 0);
    for character in text.trim().chars() {
        let shown = if character.is_whitespace() { ' ' } else { visible(character) };
        if shown == ' ' && begins.ends_with(' ') {
            continue;
        }
        if length == MAX_CHARS {
            begins.pop();
            begins.push('…');
            break;
        }
        begins.push(shown);
        length += 1;
    }
    begins.into_boxed_str()
}

#[inline]
fn visible(character: char) -> char {
    let reorders =
        matches!(character, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if character.is_control() || reorders { char::REPLACEMENT_CHARACTER } else { character }
}
