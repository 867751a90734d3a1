//! The characters in front of a number or a token, as far as they decide whether it is masked.
//!
//! A context has a constant size and is updated for each character, so no text is read backwards. This module must not know how
//! masked text is written.

use crate::scan;
use crate::words::{self, Word};

/// Minimum and maximum number of digits of an account id after a word for an account.
pub(crate) const LEAST_DIGITS: usize = 12;
pub(crate) const MOST_DIGITS: usize = 20;

/// Minimum number of digits where the word is weak evidence. It excludes times: `user-20260528163820`.
const LEAST_LIKELY_DIGITS: usize = 15;

/// The characters since the last word. In front of a letter, `-` and `_` continue the word.
const DASH: u8 = 1;
const DOT: u8 = 1 << 1;
const SPACE: u8 = 1 << 2;
/// A character that assigns a value: `=`, `:`, `>`.
const ASSIGNS: u8 = 1 << 3;
/// A character between two values of a list.
const COMMA: u8 = 1 << 4;
/// The character is a letter.
const LETTER: u8 = 1 << 7;
/// The character ends a sentence, so that the words before it do not count.
const STOP: u8 = 0;

/// The bit of [`Context::fields`] for a resource name of which the account follows.
const THREE_FIELDS: u8 = 1 << 2;

/// The state of a scanner in front of a text: the words that precede it. The default is the beginning of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The last word; 0 if there is none.
    word: Word,
    /// The word before it, if only separators and fillers are between them.
    previous: Word,
    /// The last character.
    last: u32,
    /// The characters since the last word.
    gap: u8,
    /// One bit for each resource name that may have begun, at the number of its fields: 1 after `acs:`, 4 after `acs:service:region:`.
    fields: u8,
    /// Whether the text continues a list of account ids.
    in_list: bool,
}

impl Context {
    /// Returns the context of the names in an object that is the value of a member.
    #[must_use]
    pub fn in_object(self) -> Self {
        // A name is not a secret, even if its parent is called `Token`.
        Self { gap: self.gap & !ASSIGNS, ..self }
    }

    /// Returns the context of the value of a member, if this is the context after its name.
    #[must_use]
    pub fn in_value(mut self) -> Self {
        self.character(u32::from(b':'));
        self
    }

    /// Updates the context for letters.
    #[inline]
    pub(crate) fn letters(&mut self, letters: &[u8]) {
        self.begin_word();
        for &letter in scan::after(letters, letters.len().saturating_sub(words::MAX_LETTERS)) {
            self.last = u32::from(letter);
            self.word = words::with_letter(self.word, letter);
        }
    }

    /// Updates the context for the letter that follows, which begins or continues a word.
    fn begin_word(&mut self) {
        if self.gap & !DASH != 0 {
            // A list may continue with one word, such as "and".
            self.in_list &= self.word == 0;
            if !words::is_filler(self.word) {
                self.previous = self.word;
            }
            self.word = 0;
        }
        self.gap = 0;
    }

    /// Updates the context for a number that is not an account id.
    pub(crate) fn number(&mut self) {
        // Digits in a word do not count: `account1: …`
        if self.gap != 0 || self.word == 0 {
            *self = Self { fields: self.fields, ..Self::default() };
        }
        self.last = u32::from(b'0');
    }

    /// Updates the context for masked text that ended with `letters`, which may be empty. They are the name of a field if the text
    /// only looks like a key: `STS.AccountId=…`
    pub(crate) fn masked(&mut self, letters: &[u8]) {
        *self = Self::default();
        self.letters(letters);
    }

    /// Updates the context for a masked account id.
    pub(crate) fn account(&mut self) {
        *self = Self { in_list: true, ..Self::default() };
    }

    /// Updates the context for a character that is not part of a run of ASCII letters or digits.
    pub(crate) fn character(&mut self, code: u32) {
        // Each layer of quoting doubles the backslashes, so their number must not matter.
        if code == u32::from(b'\\') {
            self.last = code;
            return;
        }
        let class = class(code);
        let fields = if code == u32::from(b':') {
            // The first field must end directly before the colon.
            let is_first = self.last | 0x20 == u32::from(b's') && words::is_resource(self.word);
            self.fields << 1 | u8::from(is_first)
        } else if class == LETTER || class == DASH || code == u32::from(b'*') {
            self.fields
        } else {
            0
        };
        if class == LETTER {
            self.begin_word();
            self.word = match code {
                0..0x80 => words::with_letter(self.word, code as u8),
                _ => words::with_character(self.word, code),
            };
        } else if class == STOP || (class == COMMA && !(self.in_list && self.word == 0)) {
            *self = Self::default();
        } else {
            self.gap |= class;
        }
        self.fields = fields;
        self.last = code;
    }

    /// Returns whether the next character begins a run of letters and digits.
    #[inline]
    pub(crate) fn is_before_token(&self) -> bool {
        !u8::try_from(self.last).is_ok_and(|last| last.is_ascii_alphanumeric())
    }

    /// Returns whether the next number is an account id if it has `digits` digits.
    pub(crate) fn expects_account(&self, digits: usize) -> bool {
        scan::add(1);
        if self.fields & THREE_FIELDS != 0 && self.last == u32::from(b':') {
            return true;
        }
        // After a Chinese character, or a backslash.
        let is_adjacent = self.gap == 0 && self.is_before_token();
        let is_strong = is_adjacent || self.gap & (SPACE | DOT) == SPACE;
        if is_strong && words::is_aliuid(self.word) {
            return true;
        }
        let is_likely = is_likely_length(digits);
        let is_long = is_likely || (is_strong && is_account_length(digits));
        let continues_list = self.in_list
            && is_likely
            && if self.word == 0 { self.gap & COMMA != 0 } else { words::is_conjunction(self.word) };
        continues_list || (is_long && words::is_account(self.full_word()))
    }

    /// Returns whether the next token is the value of a key, a token or a password.
    #[inline]
    pub(crate) fn expects_secret(&self) -> bool {
        self.gap & ASSIGNS != 0 && words::is_secret(self.full_word())
    }

    /// Returns the last word, with the word before it if it is only `id`.
    fn full_word(&self) -> Word {
        if words::is_number(self.word) { words::with_id(self.previous) } else { self.word }
    }
}

/// Returns whether an account id can have this number of digits.
pub(crate) const fn is_account_length(digits: usize) -> bool {
    LEAST_DIGITS <= digits && digits <= MOST_DIGITS
}

/// Returns whether an account id can have this number of digits, and a time cannot.
pub(crate) const fn is_likely_length(digits: usize) -> bool {
    LEAST_LIKELY_DIGITS <= digits && digits <= MOST_DIGITS
}

/// The classes of the ASCII characters.
static ASCII: [u8; 128] = {
    let mut classes = [STOP; 128];
    let groups: [(&[u8], u8); 7] = [
        (b"_-", DASH),
        (b".", DOT),
        (b":=>", SPACE | ASSIGNS),
        (b",;", COMMA),
        (b"/|", SPACE | COMMA),
        (b" \t\n\r\x08\x0C\"'`<#*+[](){}", SPACE),
        (b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", LETTER),
    ];
    let mut group = 0;
    while group < groups.len() {
        let (characters, class) = groups[group];
        let mut at = 0;
        while at < characters.len() {
            classes[characters[at] as usize] = class;
            at += 1;
        }
        group += 1;
    }
    classes
};

/// Classifies a character other than a digit.
fn class(code: u32) -> u8 {
    if let Some(class) = ASCII.get(code as usize) {
        return *class;
    }
    match char::from_u32(code).unwrap_or('字') {
        '：' | '＝' => SPACE | ASSIGNS,
        '，' | '、' | '；' => COMMA,
        '…' => STOP,
        // The words "is" and "of".
        '为' | '是' | '的' => SPACE,
        // The byte order mark and the no-break space; punctuation, spaces and marks of writing direction; CJK punctuation and
        // Japanese particles; full-width forms.
        '\u{FEFF}'
        | '\u{A0}'
        | '\u{2000}'..='\u{206F}'
        | '\u{3000}'..='\u{309F}'
        | '\u{FF00}'..='\u{FF65}' => SPACE,
        _ => LETTER,
    }
}
