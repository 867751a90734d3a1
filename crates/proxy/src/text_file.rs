//! Text files that people and tools write: their byte order mark and their size.
//!
//! Every text file that the proxy reads is read with [`read`]. Editors and shells of Windows begin files with a byte order
//! mark; PowerShell also writes UTF-16.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The maximum size of a file, in bytes. Much more than any of the files needs.
const LIMIT: u64 = 1024 * 1024;

/// Reads a file and returns its content as UTF-8 without a byte order mark. The content is not validated.
///
/// # Errors
/// If the file cannot be read or is larger than 1 MiB.
pub fn read(path: &Path) -> Result<Vec<u8>, TextFileError> {
    read_opened(File::open(path).map_err(|error| TextFileError::CannotBeOpened(error.kind()))?)
}

/// Does the same for an open file.
///
/// # Errors
/// If the file cannot be read or is larger than 1 MiB.
pub fn read_opened(file: File) -> Result<Vec<u8>, TextFileError> {
    let mut bytes = Vec::new();
    file.take(LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| TextFileError::CannotBeRead(error.kind()))?;
    if bytes.len() as u64 > LIMIT {
        return Err(TextFileError::TooLarge);
    }
    Ok(to_utf8(bytes))
}

/// Removes a byte order mark, and converts UTF-16, which is recognised by its mark.
fn to_utf8(bytes: Vec<u8>) -> Vec<u8> {
    match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, text @ ..] => text.to_vec(),
        [0xff, 0xfe, units @ ..] => from_utf16(units, u16::from_le_bytes),
        [0xfe, 0xff, units @ ..] => from_utf16(units, u16::from_be_bytes),
        _ => bytes,
    }
}

fn from_utf16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Vec<u8> {
    let (units, rest) = bytes.as_chunks::<2>();
    let units = units.iter().map(|bytes| unit(*bytes));
    let mut text: String =
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text.into_bytes()
}

/// Why a file cannot be read. The message completes a sentence whose subject is the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFileError {
    /// It cannot be opened.
    CannotBeOpened(io::ErrorKind),
    /// It cannot be read.
    CannotBeRead(io::ErrorKind),
    /// It exceeds the size limit.
    TooLarge,
}

impl TextFileError {
    /// Returns whether the file does not exist.
    #[must_use]
    pub fn is_not_found(self) -> bool {
        self == Self::CannotBeOpened(io::ErrorKind::NotFound)
    }
}

impl fmt::Display for TextFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CannotBeOpened(kind) => write!(f, "cannot be opened: {kind}"),
            Self::CannotBeRead(kind) => write!(f, "cannot be read: {kind}"),
            Self::TooLarge => write!(f, "is larger than {LIMIT} bytes"),
        }
    }
}

impl std::error::Error for TextFileError {}

/// Encodings of a text with a byte order mark, for tests of the files that are read.
#[cfg(test)]
pub(crate) fn with_marks(text: &str) -> [Vec<u8>; 3] {
    let utf16 =
        |bytes: fn(u16) -> [u8; 2]| format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect();
    [format!("\u{feff}{text}").into_bytes(), utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_selects_the_encoding() {
        for text in ["", "a=b\r\n", "批🦀"] {
            for bytes in with_marks(text).into_iter().chain([text.as_bytes().to_vec()]) {
                assert_eq!(to_utf8(bytes.clone()), text.as_bytes(), "{bytes:?}");
            }
        }
        // Without a mark, the content is unchanged. Invalid units are replaced.
        assert_eq!(to_utf8(vec![0xff]), [0xff]);
        for invalid in [&[0xff, 0xfe, b'a'][..], &[0xff, 0xfe, 0x00, 0xd8]] {
            assert_eq!(to_utf8(invalid.to_vec()), "\u{fffd}".as_bytes());
        }
    }

    #[test]
    fn a_large_file_is_rejected() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for (len, expected) in [(LIMIT, Ok(1024 * 1024)), (LIMIT + 1, Err(TextFileError::TooLarge))] {
            file.as_file().set_len(len).unwrap();
            assert_eq!(read(file.path()).map(|text| text.len()), expected);
        }
        assert!(read(Path::new("/no/such/file")).unwrap_err().is_not_found());
    }
}
