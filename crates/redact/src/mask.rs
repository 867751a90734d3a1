//! Finds and masks account ids, keys, tokens and e-mail addresses in a text.
//!
//! Every character is read once, and a bounded number of characters behind it. Masking is idempotent: the mask is not a letter and
//! ends every pattern.

use crate::context::{Context, is_account_length, is_likely_length};
use crate::scan;
use crate::unit::Unit;

/// Replacement for a masked value.
pub(crate) const MASK: &str = "…";

/// Prefixes of an AccessKey id, and of two kinds of temporary ones.
const LTAI: u32 = u32::from_le_bytes(*b"LTAI");
const STS: u32 = u32::from_le_bytes(*b"STS.");
const TMP: u32 = u32::from_le_bytes(*b"TMP.");

/// Minimum number of letters and digits after such a prefix.
const LEAST_KEY: usize = 6;

/// Prefixes of a security token of STS, and of a JSON web token.
const CAIS: u32 = u32::from_le_bytes(*b"CAIS");
const EYJ: u32 = u32::from_le_bytes(*b"eyJ\0");

/// Minimum number of characters of a token with a known prefix.
const LEAST_TOKEN: usize = 28;

/// Minimum number of characters of a secret that contains letters and digits.
const LEAST_SECRET: usize = 8;

/// Minimum number of characters of any other secret.
const LEAST_SECRET_LETTERS: usize = 24;

/// The domain of the services of Alibaba Cloud.
const DOMAIN: &[u8] = b".aliyuncs.com";

/// Number of bytes after an account id that are read of a host name.
const HOST_REACH: usize = 64;

/// Maximum length of the domain of an e-mail address, in bytes.
const DOMAIN_REACH: usize = 128;

/// The account ids that are known in a text, besides those that its words announce.
pub trait Ids {
    /// Receives an account id that was recognised by the text before or after it.
    fn learn(&mut self, id: &[u8]);

    /// Returns whether a number, which has any digits before and after it removed, is a known account id.
    fn contains(&mut self, number: &[u8]) -> bool;
}

/// No ids: only patterns are masked.
impl Ids for () {
    #[inline]
    fn learn(&mut self, _: &[u8]) {}

    #[inline]
    fn contains(&mut self, _: &[u8]) -> bool {
        false
    }
}

/// Masks a text. Returns `None` if nothing has to be masked. Only ASCII is replaced, so UTF-8 stays valid. `context` precedes the
/// text and is updated to what follows it.
pub fn masked(bytes: &[u8], context: &mut Context, ids: &mut impl Ids) -> Option<Vec<u8>> {
    let mut output = Output::default();
    let mut at = 0;
    // The first character of a possible e-mail address that contains the current one.
    let mut mailbox = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = scan::after(bytes, at);
        if byte.is_ascii_alphanumeric() {
            let secret = if context.is_before_token() { token(rest, context) } else { None };
            if let Some((kept, end)) = secret {
                output.mask(bytes, at + kept, at + end);
                context.masked();
                at += end;
                mailbox = at;
            } else if byte.is_ascii_digit() {
                let digits = scan::leading(rest, |byte| byte.is_ascii_digit());
                let end = number(rest, digits, context, ids);
                if end > 0 {
                    output.mask(bytes, at, at + end);
                    mailbox = at + end;
                }
                at += end.max(digits);
            } else {
                let letters = scan::leading(rest, |byte| byte.is_ascii_alphabetic());
                context.letters(scan::first(rest, letters));
                at += letters;
            }
            continue;
        }
        let unit = Unit::first_of(rest);
        let end = at + unit.length;
        let domain =
            if unit.code == u32::from(b'@') && mailbox < at { domain(scan::after(bytes, end)) } else { 0 };
        if domain > 0 {
            output.mask(bytes, mailbox, at);
            output.mask(bytes, end, end + domain);
            context.masked();
        } else {
            context.character(unit.code);
        }
        at = end + domain;
        if !matches!(byte, b'.' | b'_' | b'+' | b'-') {
            mailbox = at;
        }
    }
    output.finish(bytes)
}

/// Handles a number of `digits` digits at the beginning of `rest`. Returns the length of the text to mask; 0 if it stays.
fn number(rest: &[u8], digits: usize, context: &mut Context, ids: &mut impl Ids) -> usize {
    let (number, after) = (scan::first(rest, digits), scan::after(rest, digits));
    if context.expects_account(digits) || (context.is_before_token() && is_in_host(digits, after)) {
        if is_account_length(digits) {
            ids.learn(number);
        }
        context.account();
        return digits + alphanumerics(after);
    }
    if ids.contains(number) {
        context.masked();
        return digits;
    }
    context.number();
    0
}

/// Returns whether a number begins a host name of Alibaba Cloud that contains the account. `after` is the text after the number.
fn is_in_host(digits: usize, after: &[u8]) -> bool {
    if !is_account_length(digits) || !matches!(after.first(), Some(b'.' | b'-')) {
        return false;
    }
    let host = host(after, HOST_REACH, ".-");
    // In other domains, a shorter number can be a time: `backup-20260528163820.oss-cn-hangzhou.aliyuncs.com`.
    host.starts_with(b".onaliyun.com") || (is_likely_length(digits) && is_cloud(host))
}

/// Returns the host name at the beginning of `text`, of which at most `most` bytes are read. It can contain bytes of `others`.
fn host<'a>(text: &'a [u8], most: usize, others: &str) -> &'a [u8] {
    let is_in_host = |byte: u8| byte.is_ascii_alphanumeric() || others.bytes().any(|other| other == byte);
    scan::first(text, scan::leading(scan::first(text, most), is_in_host))
}

/// Returns whether a host belongs to Alibaba Cloud.
fn is_cloud(host: &[u8]) -> bool {
    scan::add(host.len());
    host.windows(DOMAIN.len()).any(|window| window.eq_ignore_ascii_case(DOMAIN))
}

/// Returns the part of a key or token to mask, as its range in `rest`, if a key or token is at the beginning of `rest`.
fn token(rest: &[u8], context: &Context) -> Option<(usize, usize)> {
    let prefix = rest.first_chunk().map_or(0, |prefix| u32::from_le_bytes(*prefix));
    if [LTAI, STS, TMP].contains(&prefix) {
        let length = alphanumerics(scan::after(rest, 4));
        return (length >= LEAST_KEY).then_some((4, 4 + length));
    }
    let is_secret = context.expects_secret();
    if !is_secret && prefix != CAIS && prefix & 0x00FF_FFFF != EYJ {
        return None;
    }
    let value = Run::of(rest);
    let least = match (is_secret, value.has_digit && value.has_letter) {
        (false, _) => LEAST_TOKEN,
        (true, true) => LEAST_SECRET,
        (true, false) => LEAST_SECRET_LETTERS,
    };
    (value.characters >= least).then_some((0, value.end))
}

/// A run of letters, digits and some other characters, each of which may be escaped. A run that turns out not to be a secret is
/// short, so few characters are read twice.
#[derive(Default)]
struct Run {
    characters: usize,
    /// Its length in bytes.
    length: usize,
    /// Its length without full stops at the end, which end a sentence.
    end: usize,
    has_digit: bool,
    has_letter: bool,
}

impl Run {
    fn of(bytes: &[u8]) -> Self {
        let mut run = Self::default();
        loop {
            let unit = Unit::first_of(scan::after(bytes, run.length));
            match u8::try_from(unit.code) {
                Ok(byte) if byte.is_ascii_digit() => run.has_digit = true,
                Ok(byte) if byte.is_ascii_alphabetic() => run.has_letter = true,
                Ok(b'+' | b'/' | b'=' | b'_' | b'-' | b'.') => {}
                _ => break,
            }
            run.characters += 1;
            run.length += unit.length;
            if unit.code != u32::from(b'.') {
                run.end = run.length;
            }
        }
        run
    }
}

/// Returns the length of the domain of an e-mail address at the beginning of `text`; 0 if there is none.
fn domain(text: &[u8]) -> usize {
    let host = host(text, DOMAIN_REACH, ".-");
    // The number of letters of the top-level domain; negative outside it.
    let (mut end, mut letters) = (0, isize::MIN);
    for (at, byte) in host.iter().enumerate() {
        letters = match byte {
            b'.' => 0,
            b'A'..=b'Z' | b'a'..=b'z' => letters.saturating_add(1),
            _ => isize::MIN,
        };
        if letters >= 2 {
            end = at + 1;
        }
    }
    scan::add(host.len());
    // Versions of packages are written like this: `skill@1.2.beta`. Of a login name, only the account is masked.
    let number = scan::leading(host, |byte| byte.is_ascii_digit());
    let is_number = matches!(scan::after(host, number), [b'.', next, ..]
        if is_account_length(number) || !next.is_ascii_alphabetic());
    // A name that contains a mask was not an address before, and masking must be idempotent.
    let is_masked = end < host.len() && scan::after(text, host.len()).starts_with(MASK.as_bytes());
    // Database users are written like this: `root@pc-….rwlb.rds.aliyuncs.com`.
    if is_number || is_masked || is_cloud(self::host(text, DOMAIN_REACH, ".-…")) { 0 } else { end }
}

fn alphanumerics(bytes: &[u8]) -> usize {
    scan::leading(bytes, |byte| byte.is_ascii_alphanumeric())
}

/// A copy of a text that begins with the first mask.
#[derive(Default)]
struct Output {
    masked: Vec<u8>,
    /// Number of bytes of the text that have been copied or masked.
    copied: usize,
}

impl Output {
    /// Masks a range of the text, which must not be empty.
    fn mask(&mut self, text: &[u8], begin: usize, end: usize) {
        self.masked.extend_from_slice(text.get(self.copied..begin).unwrap_or_default());
        self.masked.extend_from_slice(MASK.as_bytes());
        self.copied = end;
    }

    fn finish(mut self, text: &[u8]) -> Option<Vec<u8>> {
        if self.copied == 0 {
            return None;
        }
        self.masked.extend_from_slice(scan::after(text, self.copied));
        Some(self.masked)
    }
}
