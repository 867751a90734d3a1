//! Masks ids, numbers, hosts, times and quoted values in an error message, so that messages which differ only in them are equal.
//!
//! A masked value becomes `…`. A **word** is a run of ASCII letters and digits that may contain `-`, `_`, `.` and `@`.
//!
//! | rule | for example | becomes |
//! | --- | --- | --- |
//! | a quoted value, in `'` `"` `` ` `` `“”` `‘’` `「」` | `role "ops" not exist` | `role "…" not exist` |
//! | an address, behind `://` | `https://a.example/b?c` | `https://…` |
//! | an e-mail or login name | `ann@db.internal` | `…` |
//! | a host name: its last label is `com`, `cn`, `net`, `internal` or similar; also `localhost` | `oss-cn-hangzhou.aliyuncs.com` | `…` |
//! | an IPv6 address | `fe80::1` | `…` |
//! | a word with a digit: number, time, version, digest, IP address; including its sign | `-1.5`, `10.0.0.7`, `120ms` | `…` |
//! | a word with a digit that starts with letters and `-` or `_`: the letters stay | `pc-2ze8k1n7q3x5` | `pc-…` |
//! | 8 or more hexadecimal digits, even without a decimal digit | `deadbeef` | `…` |
//! | an id of 8 or more letters after a resource prefix (`pc-`, `rm-`, `vpc-` …) | `pc-abcdefghij` | `pc-…` |
//! | the name of a month or a weekday next to a masked number | `Thu, 28 May 2026` | `…` |
//! | known words with a digit | `S3`, `IPv6`, `sha256` | unchanged |
//!
//! Masks separated only by one or two of space `,` `.` `:` `/` `-` `_` `+` are merged, so that a host with a port, a date
//! with a time, and lists of any length look the same. White space becomes single spaces. The result is truncated to
//! [`MAX_BYTES`].
//!
//! Only the first [`READ_BYTES`] of a message are read. Messages that are equal up to there form one group. Each byte is read
//! only a few times: the masker remembers runs that are not addresses, and quotes that are never closed.

use crate::redact::scan::{add, leading, trailing};

/// Maximum length of a masked text, in bytes.
pub const MAX_BYTES: usize = 400;

/// Number of bytes that are read of a message. The masked text has at most a tenth of that, so the limit matters only if the masked
/// values are kilobytes long.
pub const READ_BYTES: usize = 4_096;

/// Returns the masked message. Masking is idempotent.
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

/// Returns the masked text, and whether the message was truncated.
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
    // All pieces end at a character boundary, so the result is UTF-8.
    (finished(String::from_utf8(masker.out).unwrap_or_default()), is_cut)
}

const MASK: &[u8] = "…".as_bytes();

const QUOTES: [(&str, &str); 7] =
    [("'", "'"), ("\"", "\""), ("`", "`"), ("“", "”"), ("‘", "’"), ("「", "」"), ("«", "»")];

/// Words with a digit that are not masked.
const NO_IDS: &[u8] = b"S3 k8s IPv4 IPv6 HTTP2 OAuth2 md5 MD5 sha1 sha256 SHA256 utf8 x86_64";

/// Last labels that identify a host name, in lower case.
const TOP_LABELS: &[u8] = b"com cn net org io cloud dev local internal svc example localhost";

/// Id prefixes of PolarDB, RDS, ECS and network resources.
const PREFIXES: &[u8] = b"pc pi pcb pcs rm rr r i d dds gp vpc vsw sg eni lb";

const CALENDAR: &[u8] =
    b"January February March April May June July August September October November December \
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday";

/// Reads pieces of `text`. Decisions depend on the text written so far, not on the text read, which makes masking idempotent.
struct Masker<'a> {
    /// Valid UTF-8; no rule splits a character.
    text: &'a [u8],
    /// Position of the next step in `text`.
    at: usize,
    out: Vec<u8>,
    /// One bit per kind of quote that has no closing quote left, so that a text is read at most twice.
    unclosed: u8,
    /// End of the last quoted value in `out`.
    quoted_end: usize,
    /// No IPv6 address starts before this position in `text`.
    no_address_before: usize,
}

impl Masker<'_> {
    /// Reads the next piece. Returns false at the end of the text.
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

    /// Copies one character.
    fn character(&mut self, rest: &[u8]) {
        let further = leading(&rest[1..], |byte| matches!(byte, 0x80..0xC0));
        self.out.extend_from_slice(&rest[..1 + further]);
        self.at += 1 + further;
    }

    /// Replaces the next `len` bytes by a mask, including a sign before them, and merges it with a mask before that.
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
                // A mask directly after the quote would turn it into an apostrophe.
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

    /// Masks the quoted value at the start of `rest`, if there is one. Returns whether there was.
    fn quoted(&mut self, rest: &[u8]) -> bool {
        let begins = |(open, _): &(&str, &str)| rest.starts_with(open.as_bytes());
        let Some(kind) = QUOTES.iter().position(begins) else { return false };
        let (open, close) = QUOTES[kind];
        // An apostrophe inside or after a word is not an opening quote.
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

    /// Returns the length of the IPv6 address at the start of `rest`: hexadecimal digits, at least one of them decimal, and at
    /// least two colons, not part of a longer word.
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
            // A later start in the same run has the same end and not more colons or digits.
            self.no_address_before = self.at + len;
            return None;
        }
        (address[0] != b':' || !ends_in_word(&self.out)).then_some(len)
    }
}

fn ends_in_word(text: &[u8]) -> bool {
    text.last().is_some_and(u8::is_ascii_alphanumeric)
}

/// Returns `text` without trailing characters of `set`.
fn without_trailing<'a>(text: &'a [u8], set: &[u8]) -> &'a [u8] {
    &text[..text.len() - trailing(text, |byte| set.contains(&byte))]
}

/// Whether `word` is one of the space-separated `words`.
fn is_one_of(word: &[u8], words: &[u8]) -> bool {
    add(words.len());
    words.split(|byte| *byte == b' ').any(|known| known == word)
}

/// Returns the word at the start of the text: letters and digits, with joiners between them.
fn word_len(text: &[u8]) -> usize {
    let len = leading(text, |byte| byte.is_ascii_alphanumeric() || JOINERS.contains(&byte));
    without_trailing(&text[..len], JOINERS).len()
}

/// Characters allowed inside a word.
const JOINERS: &[u8] = b"-_.@";

/// Returns how many bytes of a word stay unmasked: all, none, or its prefix with the joiner.
fn kept_len(word: &[u8]) -> usize {
    // For the search for `@` and the last label, the split, and the test of each part.
    add(4 * word.len());
    if word.contains(&b'@') || is_host(word) {
        return 0;
    }
    let (mut start, mut first) = (0, word);
    for piece in word.split(|byte| b"-_".contains(byte)) {
        // Only the last of several joiners belongs to the prefix: a word does not end with a joiner.
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

/// Whether the word is the name of a month or a weekday, in full or its first three letters.
fn is_calendar(word: &[u8]) -> bool {
    let is_name = |name: &[u8]| name == word || (word.len() == 3 && name.starts_with(word));
    if !(3..=9).contains(&word.len()) || !word[0].is_ascii_uppercase() {
        return false;
    }
    add(CALENDAR.len());
    CALENDAR.split(|byte| *byte == b' ').any(is_name)
}

/// Returns the length of a URL, which ends at white space, a quote, a backslash before a quote, a closing bracket, or a character
/// that is not ASCII.
fn address_len(text: &[u8]) -> usize {
    leading(text, |byte| byte.is_ascii_graphic() && !b"'\"`\\)]}>,;".contains(&byte))
}

/// Returns the length of the value before its closing quote. A backslash escapes the next character; a straight single quote closes
/// only if no word or mask follows.
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

/// Trims the text, and truncates it between words to the maximum length.
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
