//! A scanner for JSON text that may be incomplete.
//!
//! It does not recurse, so deeply nested JSON cannot overflow the stack. An incomplete token is scanned again when more bytes
//! are available, so tokens need no state.
//!
//! This module must not know names of members or the meaning of values.

/// Why a token was not scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScanError {
    /// The token is incomplete. The position of the cursor is unspecified.
    Incomplete,
    /// The byte at the cursor is not allowed there.
    Invalid(&'static str),
}

pub(super) type Scan<T> = Result<T, ScanError>;

/// A syntax error and its position.
#[derive(Clone, Copy, Debug)]
pub(super) struct SyntaxError {
    pub(super) reason: &'static str,
    /// The position in the body without its byte order mark.
    pub(super) at: usize,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl SyntaxError {
    pub(super) fn at(cursor: &Cursor<'_>, reason: &'static str) -> Self {
        let at = cursor.base + cursor.at;
        Self { reason, at, line: cursor.lines + 1, column: at - cursor.line_begin + 1 }
    }
}

/// The text of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Null, an object or an array, which a cell cannot display.
    #[default]
    Empty,
    /// The content of an ASCII string without escapes.
    Plain(&'a [u8]),
    /// The content of any other string. It may be invalid UTF-8.
    Escaped(&'a [u8]),
    /// A number or a boolean.
    Literal(&'a [u8]),
}

/// A position in the available bytes of a body.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// The number of bytes of the body before `bytes`.
    pub(super) base: usize,
    /// The number of line breaks so far.
    pub(super) lines: usize,
    /// The position in the body at which the current line begins.
    pub(super) line_begin: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// Skips white space and returns the next byte without consuming it.
    #[inline]
    pub(super) fn peek(&mut self) -> Scan<u8> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\n') => {
                    self.at += 1;
                    self.lines += 1;
                    self.line_begin = self.base + self.at;
                }
                Some(&byte) => return Ok(byte),
                None => return Err(ScanError::Incomplete),
            }
        }
    }

    /// Returns the bytes from `begin` to the cursor.
    pub(super) fn since(&self, begin: usize) -> &'a [u8] {
        self.bytes.get(begin..self.at).unwrap_or_default()
    }

    /// Scans the name of a member and the colon after it.
    pub(super) fn name(&mut self) -> Scan<Value<'a>> {
        if self.peek()? != b'"' {
            return Err(ScanError::Invalid("expected the name of a member"));
        }
        let name = self.string()?;
        if self.peek()? != b':' {
            return Err(ScanError::Invalid("expected `:`"));
        }
        self.at += 1;
        Ok(name)
    }

    /// Scans any value. The content of `structure` is overwritten; it is a parameter so that its memory is reused.
    pub(super) fn value(&mut self, structure: &mut StructureState) -> Scan<Value<'a>> {
        match self.peek()? {
            b'"' => return self.string(),
            b'{' | b'[' => {}
            _ => return self.scalar(),
        }
        structure.restart();
        while !structure.has_ended() {
            structure.step(self)?;
        }
        Ok(Value::Empty)
    }

    /// Scans a value that is neither an object nor an array.
    fn scalar(&mut self) -> Scan<Value<'a>> {
        let begin = self.at;
        match self.peek()? {
            b'"' => return self.string(),
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.word(b"true")?,
            b'f' => self.word(b"false")?,
            b'n' => {
                self.word(b"null")?;
                return Ok(Value::Empty);
            }
            _ => return Err(ScanError::Invalid("expected value")),
        }
        Ok(Value::Literal(self.since(begin)))
    }

    fn word(&mut self, word: &[u8]) -> Scan<()> {
        for wanted in word {
            if self.bytes.get(self.at).ok_or(ScanError::Incomplete)? != wanted {
                return Err(ScanError::Invalid("expected value"));
            }
            self.at += 1;
        }
        Ok(())
    }

    /// Scans a number, which is complete only if another byte follows.
    fn number(&mut self) -> Scan<()> {
        self.any_of(b"-")?;
        if !self.any_of(b"0")? {
            self.digits()?;
        }
        if self.any_of(b".")? {
            self.digits()?;
        }
        if self.any_of(b"eE")? {
            self.any_of(b"+-")?;
            self.digits()?;
        }
        Ok(())
    }

    /// Consumes the next byte if it is one of `wanted`, and returns whether it is.
    fn any_of(&mut self, wanted: &[u8]) -> Scan<bool> {
        let is_one = wanted.contains(self.bytes.get(self.at).ok_or(ScanError::Incomplete)?);
        self.at += usize::from(is_one);
        Ok(is_one)
    }

    /// Scans one or more digits.
    fn digits(&mut self) -> Scan<()> {
        let begin = self.at;
        while self.bytes.get(self.at).ok_or(ScanError::Incomplete)?.is_ascii_digit() {
            self.at += 1;
        }
        if self.at == begin { Err(ScanError::Invalid("invalid number")) } else { Ok(()) }
    }

    /// Scans a string with its quotation marks.
    fn string(&mut self) -> Scan<Value<'a>> {
        self.at += 1;
        let begin = self.at;
        let mut is_plain = true;
        loop {
            is_plain &= self.find_special()?;
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let content = self.since(begin);
                    self.at += 1;
                    return Ok(if is_plain { Value::Plain(content) } else { Value::Escaped(content) });
                }
                Some(b'\\') => {
                    is_plain = false;
                    self.escape()?;
                }
                _ => return Err(ScanError::Invalid("control character in a string")),
            }
        }
    }

    /// Moves to the next quotation mark, backslash or control character, eight bytes at a time. Returns whether the bytes before
    /// it are ASCII.
    fn find_special(&mut self) -> Scan<bool> {
        let mut rest = self.bytes.get(self.at..).unwrap_or_default();
        let mut seen = 0;
        while let Some((word, after)) = rest.split_first_chunk() {
            let word = u64::from_le_bytes(*word);
            let special = specials(word);
            if special != 0 {
                let before = (special & special.wrapping_neg()) - 1;
                self.at = self.bytes.len() - rest.len() + (special.trailing_zeros() / 8) as usize;
                return Ok((seen | word & before >> 7) & TOP_BITS == 0);
            }
            seen |= word;
            rest = after;
        }
        for (index, &byte) in rest.iter().enumerate() {
            if is_special(byte) {
                self.at = self.bytes.len() - rest.len() + index;
                return Ok(seen & TOP_BITS == 0);
            }
            seen |= u64::from(byte);
        }
        Err(ScanError::Incomplete)
    }

    /// Consumes a string if its content is exactly `content`, without escapes, and returns whether it is.
    #[inline]
    pub(super) fn skip_string(&mut self, content: &[u8]) -> bool {
        let end = self.at + 1 + content.len();
        let is_same = self.bytes.get(self.at) == Some(&b'"')
            && self.bytes.get(end) == Some(&b'"')
            && self.bytes.get(self.at + 1..end).is_some_and(|bytes| is_same_and_plain(bytes, content));
        if is_same {
            self.at = end + 1;
        }
        is_same
    }

    fn escape(&mut self) -> Scan<()> {
        self.at += 1;
        if self.any_of(br#""\/bfnrt"#)? {
            return Ok(());
        }
        if !self.any_of(b"u")? {
            return Err(ScanError::Invalid("invalid escape"));
        }
        for _ in 0..4 {
            if !self.bytes.get(self.at).ok_or(ScanError::Incomplete)?.is_ascii_hexdigit() {
                return Err(ScanError::Invalid("invalid escape"));
            }
            self.at += 1;
        }
        Ok(())
    }
}

const ONES: u64 = u64::from_le_bytes([1; 8]);
const TOP_BITS: u64 = ONES << 7;

/// Sets the top bits of the bytes of a word that are special in a string. Only the lowest set bit is exact; zero is exact, too.
#[inline]
const fn specials(word: u64) -> u64 {
    // Each term sets the top bit of a byte that matches. A borrow can affect a byte only above one that matches.
    let (quote, backslash) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5C));
    (quote.wrapping_sub(ONES) | backslash.wrapping_sub(ONES) | word.wrapping_sub(ONES * 0x20))
        & !word
        & TOP_BITS
}

/// Returns whether a byte ends a string or must be escaped in it: quotation mark, backslash or control character.
const fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..0x20)
}

/// Returns whether both have the same bytes, and none of them is special; eight bytes at a time. The lengths must be equal.
#[inline]
fn is_same_and_plain(bytes: &[u8], content: &[u8]) -> bool {
    let (mut bytes, mut content) = (bytes, content);
    while let (Some((word, bytes_after)), Some((same, content_after))) =
        (bytes.split_first_chunk(), content.split_first_chunk())
    {
        let word = u64::from_le_bytes(*word);
        if word != u64::from_le_bytes(*same) || specials(word) != 0 {
            return false;
        }
        (bytes, content) = (bytes_after, content_after);
    }
    bytes.iter().zip(content).all(|(byte, same)| byte == same && !is_special(*byte))
}

/// A token of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// The name of a member, with its colon.
    Name(Value<'a>),
    /// Any other token.
    Other,
}

/// The structure of a value so far: which objects and arrays are open, and which tokens may follow.
#[derive(Debug, Default)]
pub(super) struct StructureState {
    expects: Expects,
    /// One bit per level: whether it is an object. Each level takes at least one byte of the body, so memory is bounded by it.
    is_object: Vec<u64>,
    depth: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expects {
    #[default]
    Value,
    FirstElement,
    FirstName,
    Name,
    CommaOrClose,
    Nothing,
}

impl StructureState {
    /// Starts a new value.
    pub(super) fn restart(&mut self) {
        (self.expects, self.depth) = (Expects::Value, 0);
    }

    /// Returns whether the value is complete.
    pub(super) fn has_ended(&self) -> bool {
        self.expects == Expects::Nothing
    }

    /// Consumes one token. If that fails, the state does not change.
    pub(super) fn step<'a>(&mut self, cursor: &mut Cursor<'a>) -> Scan<Token<'a>> {
        use Expects::{CommaOrClose, FirstElement, FirstName, Name, Nothing, Value};
        let byte = cursor.peek()?;
        match (self.expects, byte) {
            (FirstElement, b']') | (FirstName, b'}') => self.close(cursor),
            (FirstName | Name, _) => {
                let name = cursor.name()?;
                self.expects = Value;
                return Ok(Token::Name(name));
            }
            (Value | FirstElement, b'{' | b'[') => self.open(cursor, byte == b'{'),
            (Value | FirstElement, _) => {
                cursor.scalar()?;
                self.end_value();
            }
            (CommaOrClose, b',') => {
                cursor.at += 1;
                self.expects = if self.in_object() { Name } else { Value };
            }
            (CommaOrClose, b'}') if self.in_object() => self.close(cursor),
            (CommaOrClose, b']') if !self.in_object() => self.close(cursor),
            (CommaOrClose, _) => return Err(ScanError::Invalid("expected `,` or an end")),
            (Nothing, _) => return Err(ScanError::Invalid("trailing characters")),
        }
        Ok(Token::Other)
    }

    /// Records the end of a value.
    pub(super) fn end_value(&mut self) {
        self.expects = if self.depth == 0 { Expects::Nothing } else { Expects::CommaOrClose };
    }

    fn open(&mut self, cursor: &mut Cursor<'_>, is_object: bool) {
        cursor.at += 1;
        let (word, bit) = (self.depth / 64, 1 << (self.depth % 64));
        if word == self.is_object.len() {
            self.is_object.push(0);
        }
        if let Some(word) = self.is_object.get_mut(word) {
            *word = if is_object { *word | bit } else { *word & !bit };
        }
        self.depth += 1;
        self.expects = if is_object { Expects::FirstName } else { Expects::FirstElement };
    }

    fn close(&mut self, cursor: &mut Cursor<'_>) {
        cursor.at += 1;
        self.depth -= 1;
        self.end_value();
    }

    fn in_object(&self) -> bool {
        let level = self.depth.wrapping_sub(1);
        self.is_object.get(level / 64).is_some_and(|word| word >> (level % 64) & 1 == 1)
    }
}
