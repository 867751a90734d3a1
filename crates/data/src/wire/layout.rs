//! The layout of a row, learnt from the rows before it: the names of its members, their order and what is between them.
//!
//! A writer writes all of its rows alike, so what comes before a value is nearly always what came before the same value
//! of the row before, and is told by three comparisons. It owns that guess alone: where it fails, the row is read by
//! JSON's grammar.

use super::cursor::Cursor;

/// How many members of a row are learnt.
const MEMBERS: usize = 8;

/// How many bytes before a value can be learnt: eight for each word.
const WORDS: usize = 3;

/// What the rows so far had before the values of their members.
#[derive(Debug)]
pub(super) struct Layout([Lead; MEMBERS]);

/// What comes before a value: a comma, a name, a colon and the spaces between.
#[derive(Clone, Copy, Debug)]
struct Lead {
    words: [u64; WORDS],
    masks: [u64; WORDS],
    /// In bytes; 0 if nothing was learnt.
    length: usize,
    column: Option<usize>,
}

impl Default for Layout {
    fn default() -> Self {
        const UNKNOWN: Lead = Lead { words: [0; WORDS], masks: [0; WORDS], length: 0, column: None };
        Self([UNKNOWN; MEMBERS])
    }
}

impl Layout {
    /// Passes what comes before the value of that member, if it is as it was; the column of the value then, `Some(None)`
    /// if it is in none.
    #[inline]
    pub(super) fn pass(&self, member: usize, cursor: &mut Cursor<'_>) -> Option<Option<usize>> {
        let lead = self.0.get(member)?;
        let words = words(cursor.bytes.get(cursor.at..)?)?;
        let [first, second, third] = lead.words;
        let [first_mask, second_mask, third_mask] = lead.masks;
        let differing = (words[0] ^ first) & first_mask
            | (words[1] ^ second) & second_mask
            | (words[2] ^ third) & third_mask;
        if lead.length == 0 || differing != 0 {
            return None;
        }
        cursor.at += lead.length;
        Some(lead.column)
    }

    /// Learns that `bytes` come before the value of that member, and which column it is in.
    pub(super) fn learn(&mut self, member: usize, bytes: &[u8], column: Option<usize>) {
        // Lines are counted where white space is passed byte by byte.
        if bytes.len() > 8 * WORDS || bytes.contains(&b'\n') {
            return;
        }
        let mut padded = [0; 8 * WORDS];
        let mut mask = [0; 8 * WORDS];
        for ((padded, mask), &byte) in padded.iter_mut().zip(&mut mask).zip(bytes) {
            (*padded, *mask) = (byte, u8::MAX);
        }
        if let (Some(lead), Some(words), Some(masks)) = (self.0.get_mut(member), words(&padded), words(&mask))
        {
            *lead = Lead { words, masks, length: bytes.len(), column };
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
