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

/// The same if one is a digit.
const LEAST_KEY_WITH_DIGIT: usize = 4;

/// Prefixes of a security token of STS, and of a JSON web token.
const CAIS: u32 = u32::from_le_bytes(*b"CAIS");
const EYJ: u32 = u32::from_le_bytes(*b"eyJ\0");

/// Minimum number of characters of a token with such a prefix, or of a secret without digits.
pub const LEAST_SECRET: usize = 24;

/// The same for a secret that contains letters and digits.
const LEAST_MIXED_SECRET: usize = 8;

/// The domain of the services of Alibaba Cloud.
const DOMAIN: &[u8] = b".aliyuncs.com";

/// Number of bytes after an account id that are read of a host name.
const HOST_REACH: usize = 64;

/// Minimum length of the id of an instance, in bytes.
const LEAST_INSTANCE: usize = 12;

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
        let mut begin = at;
        // The end of the text to mask from `begin`; 0 if there is none.
        let mut end = 0;
        let (kept, length) = if byte.is_ascii_alphanumeric() { token(rest, context) } else { (0, 0) };
        if length > 0 {
            begin += kept;
            end = at + length;
            let letters = scan::trailing(scan::first(rest, length), |byte| byte.is_ascii_alphabetic());
            context.masked(scan::after(scan::first(rest, length), length - letters));
        } else if byte.is_ascii_digit() {
            let digits = scan::leading(rest, |byte| byte.is_ascii_digit());
            let length = number(rest, digits, context, ids);
            if length > 0 {
                end = at + length;
            }
            at += digits;
        } else if byte.is_ascii_alphabetic() {
            let letters = scan::leading(rest, |byte| byte.is_ascii_alphabetic());
            context.letters(scan::first(rest, letters));
            at += letters;
        } else {
            let unit = Unit::first_of(rest);
            at += unit.length;
            let domain = if unit.code == u32::from(b'@') { domain(scan::after(bytes, at)) } else { 0 };
            if domain > 0 && mailbox < begin {
                begin = mailbox;
                end = at + domain;
                context.masked(&[]);
            } else {
                context.character(unit.code);
            }
            if !matches!(byte, b'.' | b'_' | b'+' | b'-') {
                mailbox = at;
            }
        }
        if end > 0 {
            output.mask(bytes, begin, end);
            at = end;
            mailbox = end;
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
        context.masked(&[]);
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
    let host = host(after, HOST_REACH);
    // In other domains, a shorter number can be a time: `backup-20260528163820.oss-cn-hangzhou.aliyuncs.com`.
    host.starts_with(b".onaliyun.com") || (is_likely_length(digits) && is_cloud(host))
}

/// Returns the host name at the beginning of `text`, of which at most `most` bytes are read.
fn host(text: &[u8], most: usize) -> &[u8] {
    let is_in_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    scan::first(text, scan::leading(scan::first(text, most), is_in_host))
}

/// Returns whether a host belongs to Alibaba Cloud.
fn is_cloud(host: &[u8]) -> bool {
    scan::add(host.len());
    host.windows(DOMAIN.len()).any(|window| window[0] == b'.' && window.eq_ignore_ascii_case(DOMAIN))
}

/// Returns the part of a key or token at the beginning of `rest` to mask, as its beginning and end. The end is 0 if there is none.
fn token(rest: &[u8], context: &Context) -> (usize, usize) {
    if !context.is_before_token() {
        return (0, 0);
    }
    let prefix = rest.first_chunk().map_or(0, |prefix| u32::from_le_bytes(*prefix));
    if [LTAI, STS, TMP].contains(&prefix) {
        let length = alphanumerics(scan::after(rest, 4));
        let has_digit = scan::first(rest, 4 + length).iter().any(u8::is_ascii_digit);
        let least = if has_digit { LEAST_KEY_WITH_DIGIT } else { LEAST_KEY };
        return (4, if length < least { 0 } else { 4 + length });
    }
    let is_secret = context.expects_secret();
    if !is_secret && prefix != CAIS && prefix & 0x00FF_FFFF != EYJ {
        return (0, 0);
    }
    let value = Run::of(rest);
    let least =
        if is_secret && value.has_digit && value.has_letter { LEAST_MIXED_SECRET } else { LEAST_SECRET };
    (0, if value.characters < least { 0 } else { value.end })
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
///
/// Other names are distinguished by their first label only: if a part of it is masked, no domain is left. So masking is idempotent.
fn domain(text: &[u8]) -> usize {
    let host = host(text, DOMAIN_REACH);
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
    let label = scan::leading(host, |byte| byte != b'.');
    scan::add(2 * host.len());
    let digits = scan::leading(host, |byte| byte.is_ascii_digit());
    let begins_with_letter = scan::after(host, label + 1).first().is_some_and(u8::is_ascii_alphabetic);
    // Versions of packages are written like this: `skill@1.2.beta`. Of a login name, only the account is masked.
    let is_number = digits == label && (is_account_length(digits) || !begins_with_letter);
    // Database users are written like this: `root@pc-pz5f6mvi1p84t35d7.rwlb.rds.aliyuncs.com`.
    let is_instance = label >= LEAST_INSTANCE
        && host.get(2) == Some(&b'-')
        && scan::first(host, label).iter().any(u8::is_ascii_digit);
    if end == 0 || is_number || is_instance {
        return 0;
    }
    // An apparent top-level domain can be the beginning of a key: `ann@STS.NU1a`.
    end + alphanumerics(scan::after(text, end))
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
