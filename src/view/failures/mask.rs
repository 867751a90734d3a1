//! What an error message says once its ids, numbers, hosts, times and quoted values are masked.
//!
//! It owns the rules below and knows nothing of rows. `…` stands for what was masked. A **word** is a run of ASCII
//! letters and digits, with single or repeated `-`, `_`, `.`, `@` within.
//!
//! | rule | for example | becomes |
//! | --- | --- | --- |
//! | a quoted value, in `'` `"` `` ` `` `“”` `‘’` `「」` | `role "ops" not exist` | `role "…" not exist` |
//! | an address, behind `://` | `https://a.example/b?c` | `https://…` |
//! | a name before `@` and what follows | `ann@db.internal` | `…` |
//! | a host: labels whose last one is `com`, `cn`, `net`, `internal` and the like, and `localhost` | `oss-cn-hangzhou.aliyuncs.com` | `…` |
//! | an IPv6 address | `fe80::1` | `…` |
//! | a word with a digit: number, time, version, digest, IP address; with its sign | `-1.5`, `10.0.0.7`, `120ms` | `…` |
//! | the same, but it begins with parts of letters, before `-` or `_`: these stay | `pc-2ze8k1n7q3x5` | `pc-…` |
//! | 8 and more hexadecimal digits, even if all of them are letters | `deadbeef` | `…` |
//! | an id of 8 and more letters behind a resource's prefix (`pc-`, `rm-`, `vpc-` …) | `pc-abcdefghij` | `pc-…` |
//! | the name of a month or day beside a masked number | `Thu, 28 May 2026` | `…` |
//! | words that are no ids though they hold a digit | `S3`, `IPv6`, `sha256` | the same |
//!
//! Masks with nothing but one or two of space `,` `.` `:` `/` `-` `_` `+` between them are one, so that a host with a
//! port, a date with a time and a list of any length look the same. White space becomes single spaces. What is longer than
//! [`MAX_BYTES`] is cut.
//!
//! Only the first [`READ_BYTES`] of a message are read: messages that begin alike for so long are one group, whatever
//! follows. No rule looks further, and none reads a byte more than a few times: a run that is no address, and a quote
//! that nothing closes, are remembered.

use crate::redact::scan::{add, leading, trailing};

/// The longest masked text, in bytes.
pub const MAX_BYTES: usize = 400;

/// How much of a message is read, in bytes. The masked text is a tenth of it at most, so that what is cut off matters only
/// where the masks stand for kilobytes.
pub const READ_BYTES: usize = 4_096;

/// Masks once more change nothing; texts that differ only in what is masked become equal.
///
/// ```
/// use batch_task_widget::view::failures::mask;
///
/// assert_eq!(mask("instance pc-2ze8k1n7q3x5 is locked"), "instance pc-… is locked");
/// assert_eq!(mask("mismatch (expected 9f2c41d07be3, got 00a17c55d2e9)"), "mismatch (expected …, got …)");
/// ```
pub fn mask(text: &str) -> String {
    masked(text).0
}

/// Returns the masked text, and whether something of the message is cut off in it.
pub(super) fn masked(text: &str) -> (String, bool) {
    let read = text.get(..text.floor_char_boundary(READ_BYTES)).unwrap_or_default();
    let mut masker = Masker {
        text: read.as_bytes(),
        at: 0,
        out: Vec::new(),
        unclosed: 0,
        quoted_end: 0,
        no_address_before: 0,
    };
    while masker.out.len() <= MAX_BYTES && masker.step() {}
    let is_cut = masker.at < text.len() || masker.out.len() > MAX_BYTES;
    // What is taken and what is cut off ends with a character, so that it is UTF-8 still.
    (finished(String::from_utf8(masker.out).unwrap_or_default()), is_cut)
}

const MASK: &[u8] = "…".as_bytes();

const QUOTES: [(&str, &str); 7] =
    [("'", "'"), ("\"", "\""), ("`", "`"), ("“", "”"), ("‘", "’"), ("「", "」"), ("«", "»")];

/// What stays although it holds a digit.
const NO_IDS: &[u8] = b"S3 k8s IPv4 IPv6 HTTP2 OAuth2 md5 MD5 sha1 sha256 SHA256 utf8 x86_64";

/// The last label of what is a host, in lower case.
const TOP_LABELS: &[u8] = b"com cn net org io cloud dev local internal svc example localhost";

/// What begins the ids of PolarDB, RDS, ECS and the network's resources.
const PREFIXES: &[u8] = b"pc pi pcb pcs rm rr r i d dds gp vpc vsw sg eni lb";

const CALENDAR: &[u8] =
    b"January February March April May June July August September October November December \
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday";

/// Takes pieces from `text` and decides by what it has written, never by what it has read: what it writes then reads the
/// same a second time.
struct Masker<'a> {
    /// In UTF-8, of which no rule takes a part of a character.
    text: &'a [u8],
    /// Where the next step begins.
    at: usize,
    out: Vec<u8>,
    /// A bit for each kind of quote of which no closing one is left, so that a text is read twice at the most.
    unclosed: u8,
    /// Where in `out` the last quoted value ended.
    quoted_end: usize,
    /// No IPv6 address begins before this place in `text`: the run up to it has been looked at.
    no_address_before: usize,
}

impl Masker<'_> {
    /// Takes the next piece; whether there was one.
    fn step(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let Some(&first) = rest.first() else { return false };
        add(1);
        if first <= b' ' || first == 0x7F {
            if self.out.last() != Some(&b' ') {
                self.out.push(b' ');
            }
            self.at += 1;
        } else if rest.starts_with(MASK) {
            self.push_mask(MASK.len());
        } else if let Some(len) = self.ip_v6(rest) {
            self.push_mask(len);
        } else if first.is_ascii_alphanumeric() {
            self.word(rest);
        } else if let Some(address) = rest.strip_prefix(b"://")
            && let len @ 1.. = address_len(address)
        {
            self.out.extend_from_slice(b"://");
            self.push_mask(b"://".len() + len);
        } else if !self.quoted(rest) {
            self.character(rest);
        }
        true
    }

    /// Takes a character as it is, with all its bytes.
    fn character(&mut self, rest: &[u8]) {
        let further = leading(&rest[1..], |byte| matches!(byte, 0x80..0xC0));
        self.out.extend_from_slice(&rest[..1 + further]);
        self.at += 1 + further;
    }

    /// Writes a mask for the next `len` bytes, together with the sign before it and the mask before that.
    fn push_mask(&mut self, len: usize) {
        self.at += len;
        let unsigned = without_trailing(&self.out, b"-+");
        if !ends_in_word(unsigned) {
            self.out.truncate(unsigned.len());
        }
        let joined = without_trailing(&self.out, b" ,.:/-_+");
        if joined.ends_with(MASK) && self.out.len() - joined.len() <= 2 {
            self.out.truncate(joined.len());
        } else {
            if self.quoted_end == self.out.len() && self.out.ends_with(b"'") {
                // A mask right behind it would make it an apostrophe.
                self.out.push(b' ');
            }
            self.out.extend_from_slice(MASK);
        }
    }

    fn word(&mut self, rest: &[u8]) {
        let (word, after) = rest.split_at(word_len(rest));
        let mut kept = kept_len(word);
        if is_calendar(without_trailing(&word[..kept], b"-_.")) {
            let follows = without_trailing(&self.out, b" ,").ends_with(MASK);
            let next = after.get(leading(after, |byte| byte <= b' ' || byte == b','));
            if follows || kept < word.len() || next.is_some_and(u8::is_ascii_digit) {
                kept = 0;
            }
        }
        self.out.extend_from_slice(&word[..kept]);
        self.at += kept;
        if kept < word.len() {
            self.push_mask(word.len() - kept);
        }
    }

    /// Takes a quoted value, if `rest` begins with one; whether it did.
    fn quoted(&mut self, rest: &[u8]) -> bool {
        let begins = |(open, _): &(&str, &str)| rest.starts_with(open.as_bytes());
        let Some(kind) = QUOTES.iter().position(begins) else { return false };
        let (open, close) = QUOTES[kind];
        // An apostrophe within or behind a word opens nothing.
        if self.unclosed & (1 << kind) != 0 || (open == "'" && ends_in_word(&self.out)) {
            return false;
        }
        let Some(len) = value_len(&rest[open.len()..], close.as_bytes()) else {
            self.unclosed |= 1 << kind;
            return false;
        };
        self.out.extend_from_slice(open.as_bytes());
        self.out.extend_from_slice(MASK);
        self.out.extend_from_slice(close.as_bytes());
        self.quoted_end = self.out.len();
        self.at += open.len() + len + close.len();
        true
    }

    /// Returns the length of the IPv6 address that `rest` begins with: hexadecimal digits and at least two colons, one digit
    /// among them, and nothing around it that would make it a word.
    fn ip_v6(&mut self, rest: &[u8]) -> Option<usize> {
        if self.at < self.no_address_before || !(rest[0].is_ascii_hexdigit() || rest.starts_with(b"::")) {
            return None;
        }
        let (mut colons, mut has_digit) = (0, false);
        let len = leading(rest, |byte| byte.is_ascii_hexdigit() || byte == b':');
        let (address, after) = rest.split_at(len);
        for byte in address {
            colons += usize::from(*byte == b':');
            has_digit |= byte.is_ascii_digit();
        }
        let goes_on = after.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if colons < 2 || !has_digit || goes_on {
            // What begins later in this run ends where it does, and has no more colons and digits.
            self.no_address_before = self.at + len;
            return None;
        }
        (address[0] != b':' || !ends_in_word(&self.out)).then_some(len)
    }
}

fn ends_in_word(text: &[u8]) -> bool {
    text.last().is_some_and(u8::is_ascii_alphanumeric)
}

/// `text` without what of `set` is at its end.
fn without_trailing<'a>(text: &'a [u8], set: &[u8]) -> &'a [u8] {
    &text[..text.len() - trailing(text, |byte| set.contains(&byte))]
}

/// Whether `word` is one of `words`, between which there are spaces.
fn is_one_of(word: &[u8], words: &[u8]) -> bool {
    add(words.len());
    words.split(|byte| *byte == b' ').any(|known| known == word)
}

/// Letters and digits, with joiners only between them.
fn word_len(text: &[u8]) -> usize {
    let len = leading(text, |byte| byte.is_ascii_alphanumeric() || JOINERS.contains(&byte));
    without_trailing(&text[..len], JOINERS).len()
}

/// What may stand within a word.
const JOINERS: &[u8] = b"-_.@";

/// How many bytes of a word stay: all, none, or its beginning with the joiner.
fn kept_len(word: &[u8]) -> usize {
    // The search for an `@` and for the last label, the split, and the look at each part.
    add(4 * word.len());
    if word.contains(&b'@') || is_host(word) {
        return 0;
    }
    let (mut start, mut first) = (0, word);
    for piece in word.split(|byte| b"-_".contains(byte)) {
        // Joiners before another one are no part of it: they would end the word if it ended here.
        let part = without_trailing(piece, b".");
        let follows_prefix = start == first.len() + 1 && is_one_of(first, PREFIXES);
        let is_id = part.iter().any(u8::is_ascii_digit)
            || (part.len() >= 8 && (part.iter().all(u8::is_ascii_hexdigit) || follows_prefix));
        if is_id && is_one_of(word, NO_IDS) {
            break;
        }
        if is_id {
            return if is_host(without_trailing(&word[..start], b"-_.")) { 0 } else { start };
        }
        if start == 0 {
            first = piece;
        }
        start += piece.len() + 1;
    }
    word.len()
}

fn is_host(word: &[u8]) -> bool {
    let last = word.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let labels = &word[..word.len() - last.len()];
    add(word.len());
    (labels.len() > 1 || last == b"localhost")
        && !labels.iter().any(u8::is_ascii_uppercase)
        && is_one_of(last, TOP_LABELS)
}

/// The name of a month or of a day, in full or by its first three letters.
fn is_calendar(word: &[u8]) -> bool {
    let is_name = |name: &[u8]| name == word || (word.len() == 3 && name.starts_with(word));
    if !(3..=9).contains(&word.len()) || !word[0].is_ascii_uppercase() {
        return false;
    }
    add(CALENDAR.len());
    CALENDAR.split(|byte| *byte == b' ').any(is_name)
}

/// How far an address goes: to white space, a quote or the backslash before it, a closing bracket, or whatever is not ASCII.
fn address_len(text: &[u8]) -> usize {
    leading(text, |byte| byte.is_ascii_graphic() && !b"'\"`\\)]}>,;".contains(&byte))
}

/// How long the value is before its closing quote. A backslash takes the next character with it; a straight single quote
/// closes only where neither a word nor a mask goes on.
fn value_len(value: &[u8], close: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < value.len() {
        add(1);
        let rest = &value[at..];
        if let Some(after) = rest.strip_prefix(close) {
            let goes_on = after.first().is_some_and(u8::is_ascii_alphanumeric) || after.starts_with(MASK);
            if !(close == b"'" && goes_on) {
                return Some(at);
            }
        }
        at += if rest[0] == b'\\' { 2 } else { 1 };
    }
    None
}

/// Trims, and cuts between words what is too long.
fn finished(mut text: String) -> String {
    if text.len() > MAX_BYTES {
        let at_most = text.floor_char_boundary(MAX_BYTES);
        let is_break = |byte: &u8| !byte.is_ascii_alphanumeric() && !JOINERS.contains(byte);
        let cut = text.as_bytes()[..at_most].iter().rposition(is_break).unwrap_or(at_most);
        let cut = text.floor_char_boundary(cut);
        text.truncate(cut);
    }
    text.trim().to_owned()
}
