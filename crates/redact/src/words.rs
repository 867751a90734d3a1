//! The words that announce an account id or a secret.
//!
//! A word is a number of 64 bits: 5 for each of its last ASCII letters, regardless of case, and 15 for each other character. `_` and
//! `-` do not count, so `OwnerId` and `owner_id` are one word. 64 bits are enough for all words below.

use crate::scan;

/// The last letters of a word; 0 if there is none.
pub(crate) type Word = u64;

/// Number of ASCII letters of which a word consists at most.
pub(crate) const MAX_LETTERS: usize = 13;

/// Appends an ASCII letter.
pub(crate) const fn with_letter(word: Word, letter: u8) -> Word {
    word << 5 | (letter & 0x1F) as Word
}

/// Appends another character.
pub(crate) const fn with_character(word: Word, code: u32) -> Word {
    word << 15 | (code & 0x7FFF) as Word
}

const fn word(text: &str) -> Word {
    let bytes = text.as_bytes();
    let (mut word, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes[at] < 0x80 {
            word = with_letter(word, bytes[at]);
            at += 1;
        } else {
            // All other characters of the lists have 3 bytes, whose last 15 bits are enough.
            let [first, second, third] = [bytes[at] as u32, bytes[at + 1] as u32, bytes[at + 2] as u32];
            let code = first << 12 | (second & 0x3F) << 6 | third & 0x3F;
            word = with_character(word, code);
            at += 3;
        }
    }
    word
}

const fn words<const N: usize>(texts: [&str; N]) -> [Word; N] {
    let mut words = [0; N];
    let mut at = 0;
    while at < N {
        words[at] = word(texts[at]);
        at += 1;
    }
    words
}

/// Returns whether a word ends in the letters of another one.
const fn ends_in(word: Word, known: Word) -> bool {
    let bits = (Word::BITS - known.leading_zeros()).next_multiple_of(5);
    (word ^ known) & !(Word::MAX << bits) == 0
}

/// The word before an account id of any length.
const ALIUID: Word = word("aliuid");

/// Words for an account. A plural and `id` may follow: `accountids`.
static ACCOUNT: [Word; 19] = words([
    "uid",
    "account",
    "owner",
    "user",
    "principal",
    "caller",
    "parentid",
    "aliyunpk",
    "账号",
    "帐号",
    "账户",
    "帐户",
    "用户",
    "所有者",
    "帳號",
    "賬號",
    "帳戶",
    "賬戶",
    "用戶",
]);

/// Words for a key, a token or a password.
static SECRET: [Word; 8] =
    words(["secret", "token", "accesskey", "accesskeyid", "secretkey", "apikey", "password", "signature"]);

const UUID: Word = word("uuid");
const GUID: Word = word("guid");
const RESOURCE: Word = word("acs");
const ID: Word = word("id");
const PLURAL: Word = word("s");

/// Words between the word for an account and its id: `account number 1422133474238823`.
static NUMBER: [Word; 5] = words(["id", "ids", "is", "no", "number"]);

/// Further words in front of these: `the account with the id 1422133474238823`.
static FILLERS: [Word; 2] = words(["the", "with"]);

/// Words between two ids: `accounts 1422133474238823 and 1422133474238824`.
static CONJUNCTIONS: [Word; 6] = words(["and", "or", "和", "与", "及", "或"]);

/// Returns whether a word is in `list`.
fn is_one_of(word: Word, list: &[Word]) -> bool {
    scan::add(list.len());
    list.contains(&word)
}

/// Returns whether a word ends in a word of `list`.
fn ends_in_one_of(word: Word, list: &[Word]) -> bool {
    scan::add(list.len());
    list.iter().any(|&known| ends_in(word, known))
}

/// Returns whether a word announces an account id of any length.
pub(crate) const fn is_aliuid(word: Word) -> bool {
    ends_in(word, ALIUID)
}

/// Returns whether a word means an account.
pub(crate) fn is_account(word: Word) -> bool {
    let singular = if ends_in(word, PLURAL) { word >> 5 } else { word };
    let named = if ends_in(singular, ID) { singular >> 10 } else { singular };
    let is_other = ends_in(singular, UUID) || ends_in(singular, GUID);
    !is_other && (ends_in_one_of(singular, &ACCOUNT) || ends_in_one_of(named, &ACCOUNT))
}

/// Returns whether a word means a key, a token or a password.
pub(crate) fn is_secret(word: Word) -> bool {
    ends_in_one_of(word, &SECRET)
}

/// Returns whether a word is `id` or a synonym, so that the word before it counts.
pub(crate) fn is_number(word: Word) -> bool {
    is_one_of(word, &NUMBER)
}

/// Returns whether a word may stand between the word for an account and `id`.
pub(crate) fn is_filler(word: Word) -> bool {
    is_number(word) || is_one_of(word, &FILLERS)
}

/// Returns whether a word connects two ids.
pub(crate) fn is_conjunction(word: Word) -> bool {
    is_one_of(word, &CONJUNCTIONS)
}

/// Returns a word followed by `id`.
pub(crate) const fn with_id(word: Word) -> Word {
    word << 10 | ID
}

/// Returns whether a word ends in the first field of a resource name.
pub(crate) const fn is_resource(word: Word) -> bool {
    ends_in(word, RESOURCE)
}
