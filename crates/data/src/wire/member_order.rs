//! The order of the members of a row, learned from the previous rows.
//!
//! A JSON writer serialises all rows in the same way, so the bytes in front of a value are nearly always the same as in the
//! previous row. They are compared with three word comparisons. If they differ, the row is parsed normally.

use super::cursor::Cursor;

/// The number of members that are learned.
const MEMBERS: usize = 8;

/// The maximum length of the bytes in front of a value, in words of eight bytes.
const WORDS: usize = 3;

/// The bytes in front of each value of a row, as in the previous rows.
#[derive(Debug)]
pub(super) struct MemberOrder([Prefix; MEMBERS]);

/// The bytes in front of a value: a comma, a name, a colon and white space.
#[derive(Clone, Copy, Debug)]
struct Prefix {
    words: [u64; WORDS],
    masks: [u64; WORDS],
    /// In bytes; 0 if nothing was learned.
    length: usize,
    column: Option<usize>,
}

impl Default for MemberOrder {
    fn default() -> Self {
        const UNKNOWN: Prefix = Prefix { words: [0; WORDS], masks: [0; WORDS], length: 0, column: None };
        Self([UNKNOWN; MEMBERS])
    }
}

impl MemberOrder {
    /// Skips the bytes in front of the value of a member, if they are the same as before, and returns the column of the value;
    /// `Some(None)` if the member has no column.
    #[inline]
    pub(super) fn skip(&self, member: usize, cursor: &mut Cursor<'_>) -> Option<Option<usize>> {
        let prefix = self.0.get(member)?;
        let words = words(cursor.bytes.get(cursor.at..)?)?;
        let [first, second, third] = prefix.words;
        let [first_mask, second_mask, third_mask] = prefix.masks;
        let differing = (words[0] ^ first) & first_mask
            | (words[1] ^ second) & second_mask
            | (words[2] ^ third) & third_mask;
        if prefix.length == 0 || differing != 0 {
            return None;
        }
        cursor.at += prefix.length;
        Some(prefix.column)
    }

    /// Learns the bytes in front of the value of a member, and its column.
    pub(super) fn learn(&mut self, member: usize, bytes: &[u8], column: Option<usize>) {
        // Prefixes with a line break are not learned, because only `Cursor::peek` counts lines.
        if bytes.len() > 8 * WORDS || bytes.contains(&b'\n') {
            return;
        }
        let mut padded = [0; 8 * WORDS];
        let mut mask = [0; 8 * WORDS];
        for ((padded, mask), &byte) in padded.iter_mut().zip(&mut mask).zip(bytes) {
            (*padded, *mask) = (byte, u8::MAX);
        }
        if let (Some(prefix), Some(words), Some(masks)) =
            (self.0.get_mut(member), words(&padded), words(&mask))
        {
            *prefix = Prefix { words, masks, length: bytes.len(), column };
        }
    }
}

#[inline]
fn words(bytes: &[u8]) -> Option<[u64; WORDS]> {
    let (first, rest) = bytes.split_first_chunk()?;
    let (second, rest) = rest.split_first_chunk()?;
    let third = rest.first_chunk()?;
    Some([first, second, third].map(|word| u64::from_le_bytes(*word)))
}
