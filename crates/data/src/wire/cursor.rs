//! JSON text, token by token, in bytes that may end anywhere.
//!
//! It owns JSON's grammar. What a member is called and what becomes of its value it must not know.
//!
//! Nothing here recurses, and a token that the bytes end in is begun again when there are more: so a deep body cannot
//! overflow the stack, and no token needs a state of its own.

/// Why a scan came to no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The bytes end first. The cursor is of no use any more but for starting over.
    More,
    /// The byte that the cursor is at cannot be there.
    Bad(&'static str),
}

pub(super) type Scan<T> = Result<T, Stop>;

/// A value as it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Null, an object or an array: nothing that a cell could show.
    #[default]
    Nothing,
    /// The content of a string that is ASCII without escapes.
    Plain(&'a [u8]),
    /// The content of any other string. It need not be UTF-8.
    Escaped(&'a [u8]),
    /// A number or a boolean.
    Bare(&'a [u8]),
}

/// A place in the bytes of a body, or of the part of it that is at hand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// How many bytes of the body came before `bytes`.
    pub(super) base: usize,
    /// How many lines have ended.
    pub(super) lines: usize,
    /// Where in the body the line begins.
    pub(super) line_begin: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// The next byte that is no white space; the cursor is at it then.
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
                None => return Err(Stop::More),
            }
        }
    }

    /// The bytes from `begin` to here.
    pub(super) fn since(&self, begin: usize) -> &'a [u8] {
        self.bytes.get(begin..self.at).unwrap_or_default()
    }

    /// A member's name and the colon behind it.
    pub(super) fn name(&mut self) -> Scan<Value<'a>> {
        if self.peek()? != b'"' {
            return Err(Stop::Bad("expected the name of a member"));
        }
        let name = self.string()?;
        if self.peek()? != b':' {
            return Err(Stop::Bad("expected `:`"));
        }
        self.at += 1;
        Ok(name)
    }

    /// Any value whatever; `walk` is only lent for its memory.
    pub(super) fn value(&mut self, walk: &mut Walk) -> Scan<Value<'a>> {
        match self.peek()? {
            b'"' => return self.string(),
            b'{' | b'[' => {}
            _ => return self.scalar(),
        }
        walk.restart();
        while !walk.has_ended() {
            walk.step(self)?;
        }
        Ok(Value::Nothing)
    }

    /// A value that is neither an object nor an array.
    fn scalar(&mut self) -> Scan<Value<'a>> {
        let begin = self.at;
        match self.peek()? {
            b'"' => return self.string(),
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.word(b"true")?,
            b'f' => self.word(b"false")?,
            b'n' => {
                self.word(b"null")?;
                return Ok(Value::Nothing);
            }
            _ => return Err(Stop::Bad("expected value")),
        }
        Ok(Value::Bare(self.since(begin)))
    }

    fn word(&mut self, word: &[u8]) -> Scan<()> {
        for wanted in word {
            if self.bytes.get(self.at).ok_or(Stop::More)? != wanted {
                return Err(Stop::Bad("expected value"));
            }
            self.at += 1;
        }
        Ok(())
    }

    /// A number has ended only when something else has come.
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

    /// Whether the byte here is one of `wanted`, which is then passed.
    fn any_of(&mut self, wanted: &[u8]) -> Scan<bool> {
        let is_one = wanted.contains(self.bytes.get(self.at).ok_or(Stop::More)?);
        self.at += usize::from(is_one);
        Ok(is_one)
    }

    /// One digit or more.
    fn digits(&mut self) -> Scan<()> {
        let begin = self.at;
        while self.bytes.get(self.at).ok_or(Stop::More)?.is_ascii_digit() {
            self.at += 1;
        }
        if self.at == begin { Err(Stop::Bad("invalid number")) } else { Ok(()) }
    }

    /// A string from its quotation mark to the other.
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
                _ => return Err(Stop::Bad("control character in a string")),
            }
        }
    }

    /// Goes to the next quotation mark, reverse solidus or control character, eight bytes at a time; whether what lies
    /// between is ASCII.
    fn find_special(&mut self) -> Scan<bool> {
        let mut rest = self.bytes.get(self.at..).unwrap_or_default();
        let mut seen = 0;
        while let Some((word, after)) = rest.split_first_chunk() {
            let word = u64::from_le_bytes(*word);
            let special = specials(word);
            if special != 0 {
                let before = (special & special.wrapping_neg()) - 1;
                self.at = self.bytes.len() - rest.len() + (special.trailing_zeros() / 8) as usize;
                return Ok((seen | word & before >> 7) & TOPS == 0);
            }
            seen |= word;
            rest = after;
        }
        for (place, &byte) in rest.iter().enumerate() {
            if is_special(byte) {
                self.at = self.bytes.len() - rest.len() + place;
                return Ok(seen & TOPS == 0);
            }
            seen |= u64::from(byte);
        }
        Err(Stop::More)
    }

    /// Passes a string if it is written as `content` is, without an escape; whether it was.
    #[inline]
    pub(super) fn pass_string(&mut self, content: &[u8]) -> bool {
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
            return Err(Stop::Bad("invalid escape"));
        }
        for _ in 0..4 {
            if !self.bytes.get(self.at).ok_or(Stop::More)?.is_ascii_hexdigit() {
                return Err(Stop::Bad("invalid escape"));
            }
            self.at += 1;
        }
        Ok(())
    }
}

const ONES: u64 = u64::from_le_bytes([1; 8]);
const TOPS: u64 = ONES << 7;

/// The top bits of the bytes of a word that are special in a string. Of these the lowest is right, and so is that there are
/// none.
#[inline]
const fn specials(word: u64) -> u64 {
    // Each term has the top bit of a byte that is equal to, or below, what it looks for. A borrow makes a term wrong only
    // above a byte where it is right.
    let (quote, solidus) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5C));
    (quote.wrapping_sub(ONES) | solidus.wrapping_sub(ONES) | word.wrapping_sub(ONES * 0x20)) & !word & TOPS
}

/// Whether a byte ends a string, or is written otherwise in one: quotation mark, reverse solidus, control character.
const fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..0x20)
}

/// Whether the same bytes are in both, which are of one length, and none of them is special; eight at a time.
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

/// A step through a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A member's name and its colon.
    Name(Value<'a>),
    /// Anything else.
    Other,
}

/// The structure of a body: what may come next, and what is open.
#[derive(Debug, Default)]
pub(super) struct Walk {
    expects: Expects,
    /// One bit for each level: whether it is an object. A level costs the body a byte at least.
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

impl Walk {
    /// From the beginning.
    pub(super) fn restart(&mut self) {
        (self.expects, self.depth) = (Expects::Value, 0);
    }

    /// Whether the value is whole.
    pub(super) fn has_ended(&self) -> bool {
        self.expects == Expects::Nothing
    }

    /// Passes one token. A token that fails changes nothing here.
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
            (CommaOrClose, _) => return Err(Stop::Bad("expected `,` or an end")),
            (Nothing, _) => return Err(Stop::Bad("trailing characters")),
        }
        Ok(Token::Other)
    }

    /// A value is whole.
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
