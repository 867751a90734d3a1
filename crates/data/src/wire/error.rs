//! The error for a body that is not what was asked for, and its message.

use std::fmt;

use super::api_error::ApiError;

/// Why a body could not be decoded as a batch task, or as what else was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireError {
    /// The body is an error of the API, the proxy or an envelope.
    Api(Box<ApiError>),
    /// The body is empty, or contains only white space.
    Empty,
    /// The body is HTML or XML, such as a login page.
    Html {
        /// The first characters of the body; at most 80, safe to display.
        begins: Box<str>,
    },
    /// The body ends before its JSON does.
    Truncated {
        /// The number of bytes received.
        length: usize,
    },
    /// The body is not valid JSON.
    Malformed {
        /// The line of the first syntax error, starting at 1.
        line: usize,
        /// The column of the error in bytes, starting at 1.
        column: usize,
        /// The reason.
        reason: Box<str>,
        /// The first characters of the body; at most 80, safe to display.
        begins: Box<str>,
    },
    /// The body is not a response to the operation: other JSON, or what a decoder that knows no more can only call that.
    Unexpected {
        /// A description of the body, with an article.
        found: Box<str>,
        /// The first characters of the body; at most 80, safe to display.
        begins: Box<str>,
    },
    /// The body pointer is not a valid JSON Pointer (RFC 6901).
    BadPointer {
        /// The pointer.
        pointer: Box<str>,
    },
    /// The body has no value at the body pointer.
    PointerNotFound {
        /// The pointer.
        pointer: Box<str>,
    },
}

const EXPECTED: &str = "expected the JSON of the API";

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
            Self::Unexpected { found, begins } => {
                write!(formatter, "the body is {found} and begins \"{begins}\", {EXPECTED}")
            }
            Self::BadPointer { pointer } => write!(
                formatter,
                "the body pointer \"{}\" is not a valid JSON Pointer, such as \"/data\"",
                beginning(pointer)
            ),
            Self::PointerNotFound { pointer } => write!(
                formatter,
                "the body has no value at the body pointer \"{}\", {EXPECTED} there",
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

/// Returns the beginning of `text`: at most 80 characters, with white space collapsed, and without characters that would
/// reorder or hide the text around it.
#[inline]
pub fn beginning(text: &str) -> Box<str> {
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
