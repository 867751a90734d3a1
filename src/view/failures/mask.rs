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
//! [`MOST_BYTES`] is cut.

/// The longest masked text, in bytes.
pub const MOST_BYTES: usize = 400;

/// Masks once more change nothing; texts that differ only in what is masked become equal.
///
/// ```
/// use batch_task_widget::view::failures::mask;
///
/// assert_eq!(mask("instance pc-2ze8k1n7q3x5 is locked"), "instance pc-… is locked");
/// assert_eq!(mask("mismatch (expected 9f2c41d07be3, got 00a17c55d2e9)"), "mismatch (expected …, got …)");
/// ```
pub fn mask(text: &str) -> String {
    let mut masker = Masker { text, at: 0, out: String::new(), unclosed: 0, quoted_end: 0 };
    while masker.out.len() <= MOST_BYTES && masker.step() {}
    finished(masker.out)
}

const MASK: &str = "…";

const QUOTES: [(&str, &str); 7] =
    [("'", "'"), ("\"", "\""), ("`", "`"), ("“", "”"), ("‘", "’"), ("「", "」"), ("«", "»")];

/// What stays although it holds a digit.
const NO_IDS: [&str; 13] = [
    "S3", "k8s", "IPv4", "IPv6", "HTTP2", "OAuth2", "md5", "MD5", "sha1", "sha256", "SHA256", "utf8",
    "x86_64",
];

/// The last label of what is a host, in lower case.
const TOP_LABELS: [&str; 12] =
    ["com", "cn", "net", "org", "io", "cloud", "dev", "local", "internal", "svc", "example", "localhost"];

/// What begins the ids of PolarDB, RDS, ECS and the network's resources.
const PREFIXES: [&str; 16] =
    ["pc", "pi", "pcb", "pcs", "rm", "rr", "r", "i", "d", "dds", "gp", "vpc", "vsw", "sg", "eni", "lb"];

const CALENDAR: [&str; 19] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Takes pieces from `text` and decides by what it has written, never by what it has read: what it writes then reads the
/// same a second time.
struct Masker<'a> {
    text: &'a str,
    /// Where the next step begins, in bytes.
    at: usize,
    out: String,
    /// A bit for each kind of quote of which no closing one is left, so that a text is read twice at the most.
    unclosed: u8,
    /// Where in `out` the last quoted value ended.
    quoted_end: usize,
}

impl<'a> Masker<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes the next piece; whether there was one.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return false };
        if first <= ' ' || first == '\u{7f}' {
            if !self.out.ends_with(' ') {
                self.out.push(' ');
            }
            self.at += first.len_utf8();
        } else if rest.starts_with(MASK) {
            self.push_mask(MASK.len());
        } else if let Some(len) = self.ip_v6(rest) {
            self.push_mask(len);
        } else if first.is_ascii_alphanumeric() {
            self.word(rest);
        } else if let Some(len) = rest.strip_prefix("://").map(address_len).filter(|&len| len > 0) {
            self.out.push_str("://");
            self.push_mask("://".len() + len);
        } else if !self.quoted(rest) {
            self.out.push(first);
            self.at += first.len_utf8();
        }
        true
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
            if self.quoted_end == self.out.len() && self.out.ends_with('\'') {
                // A mask right behind it would make it an apostrophe.
                self.out.push(' ');
            }
            self.out.push_str(MASK);
        }
    }

    fn word(&mut self, rest: &'a str) {
        let (word, after) = rest.split_at(word_len(rest));
        let mut kept = kept_len(word);
        if is_calendar(without_trailing(word.get(..kept).unwrap_or_default(), b"-_.")) {
            let follows = without_trailing(&self.out, b" ,").ends_with(MASK);
            let next = after.bytes().find(|byte| *byte > b' ' && *byte != b',');
            if follows || kept < word.len() || next.is_some_and(|next| next.is_ascii_digit()) {
                kept = 0;
            }
        }
        self.out.push_str(word.get(..kept).unwrap_or_default());
        self.at += kept;
        if kept < word.len() {
            self.push_mask(word.len() - kept);
        }
    }

    /// Takes a quoted value, if `rest` begins with one; whether it did.
    fn quoted(&mut self, rest: &str) -> bool {
        let Some(kind) = QUOTES.iter().position(|(open, _)| rest.starts_with(open)) else { return false };
        let (open, close) = QUOTES[kind];
        // An apostrophe within or behind a word opens nothing.
        if self.unclosed & (1 << kind) != 0 || (open == "'" && ends_in_word(&self.out)) {
            return false;
        }
        let Some(len) = rest.get(open.len()..).and_then(|value| value_len(value, close)) else {
            self.unclosed |= 1 << kind;
            return false;
        };
        self.out.push_str(open);
        self.out.push_str(MASK);
        self.out.push_str(close);
        self.quoted_end = self.out.len();
        self.at += open.len() + len + close.len();
        true
    }

    /// How long the IPv6 address is that `rest` begins with: hexadecimal digits and at least two colons, one digit among
    /// them, and nothing around it that would make it a word.
    fn ip_v6(&self, rest: &str) -> Option<usize> {
        let bytes = rest.as_bytes();
        if !bytes[0].is_ascii_hexdigit() && !rest.starts_with("::") {
            return None;
        }
        let len = bytes.iter().take_while(|&&byte| byte.is_ascii_hexdigit() || byte == b':').count();
        let address = &bytes[..len];
        let is_address = address.iter().filter(|&&byte| byte == b':').count() >= 2
            && address.iter().any(u8::is_ascii_digit)
            && !bytes.get(len).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && !(address[0] == b':' && ends_in_word(&self.out));
        is_address.then_some(len)
    }
}

fn ends_in_word(text: &str) -> bool {
    text.as_bytes().last().is_some_and(u8::is_ascii_alphanumeric)
}

/// `text` without the ASCII characters of `set` at its end.
fn without_trailing<'a>(text: &'a str, set: &[u8]) -> &'a str {
    let trailing = text.bytes().rev().take_while(|byte| set.contains(byte)).count();
    text.get(..text.len() - trailing).unwrap_or_default()
}

/// Letters and digits, with joiners only between them.
fn word_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(byte);
    let mut len = bytes.iter().take_while(is_part).count();
    while len > 0 && !bytes[len - 1].is_ascii_alphanumeric() {
        len -= 1;
    }
    len
}

/// How many bytes of a word stay: all, none, or its beginning with the joiner.
fn kept_len(word: &str) -> usize {
    if NO_IDS.contains(&word) {
        return word.len();
    }
    if word.contains('@') || is_host(word) {
        return 0;
    }
    let bytes = word.as_bytes();
    let (mut start, mut first_len) = (0, 0);
    while start < bytes.len() {
        let rest = &bytes[start..];
        let len = rest.iter().position(|byte| b"-_".contains(byte)).unwrap_or(rest.len());
        // Joiners before another one are no part of it: they would end the word if it ended here.
        let joiners = rest[..len].iter().rev().take_while(|byte| **byte == b'.').count();
        let part = &rest[..len - joiners];
        let follows_prefix =
            start == first_len + 1 && PREFIXES.iter().any(|prefix| prefix.as_bytes() == &bytes[..first_len]);
        let is_id = part.iter().any(u8::is_ascii_digit)
            || (part.len() >= 8 && (follows_prefix || part.iter().all(u8::is_ascii_hexdigit)));
        if is_id {
            let beginning = word.get(..start).unwrap_or_default();
            return if is_host(without_trailing(beginning, b"-_.")) { 0 } else { start };
        }
        if start == 0 {
            first_len = len;
        }
        start += len + 1;
    }
    word.len()
}

fn is_host(word: &str) -> bool {
    let (labels, last) = word.rsplit_once('.').unwrap_or(("", word));
    let is_lower_case = !labels.bytes().any(|byte| byte.is_ascii_uppercase());
    let is_top = TOP_LABELS.contains(&last);
    is_top && is_lower_case && (!labels.is_empty() || last == "localhost")
}

/// The name of a month or of a day, in full or by its first three letters.
fn is_calendar(word: &str) -> bool {
    CALENDAR.iter().any(|name| *name == word || (word.len() == 3 && name.starts_with(word)))
}

/// How far an address goes: to white space, a quote or the backslash before it, a closing bracket, or whatever is not ASCII.
fn address_len(text: &str) -> usize {
    let ends = |byte: &u8| !byte.is_ascii_graphic() || b"'\"`\\)]}>,;".contains(byte);
    text.bytes().position(|byte| ends(&byte)).unwrap_or(text.len())
}

/// How long the value is before its closing quote. A backslash takes the next character with it; a straight single quote
/// closes only where neither a word nor a mask goes on.
fn value_len(value: &str, close: &str) -> Option<usize> {
    let mut at = 0;
    while at < value.len() {
        let rest = &value.as_bytes()[at..];
        let is_end = rest.starts_with(close.as_bytes());
        let after = rest.get(close.len()..).unwrap_or_default();
        let goes_on =
            after.first().is_some_and(u8::is_ascii_alphanumeric) || after.starts_with(MASK.as_bytes());
        if is_end && !(close == "'" && goes_on) {
            return Some(at);
        }
        at += if rest[0] == b'\\' { 2 } else { 1 };
    }
    None
}

/// Trims, and cuts between words what is too long.
fn finished(mut text: String) -> String {
    if text.len() > MOST_BYTES {
        let at_most = text.floor_char_boundary(MOST_BYTES);
        let is_break = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"-_.@".contains(byte);
        let cut = text.as_bytes()[..at_most].iter().rposition(is_break).unwrap_or(at_most);
        let cut = text.floor_char_boundary(cut);
        text.truncate(cut);
    }
    text.trim().to_owned()
}
