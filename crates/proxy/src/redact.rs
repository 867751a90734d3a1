//! Account ids taken out of whole bodies, so that they never reach a browser.
//!
//! Owns how JSON is read. The patterns are those of [`batch_task_data::redact`], by which the widget masks, too. Here the names of
//! members and of the objects around them count as well, so that `"Owner":{"Id":1422133474238823}` is masked, and an id that was
//! recognised once is masked in the whole body.

mod json;
#[cfg(test)]
mod tests;

use batch_task_data::redact::{AccountId, Context, KnownIds, LEAST_LEARNT_DIGITS, LEAST_SECRET, masked};
use bytes::Bytes;

use self::json::{Replaced, Token, Tokens, integer};

/// Replacement for a number, which becomes a string.
const MASKED_NUMBER: &[u8] = "\"…\"".as_bytes();

/// Members whose values keep known account ids, because they identify something else. A plural may follow.
const IDENTIFIERS: [&str; 3] = ["taskid", "instanceid", "batchid"];

/// Maximum number of objects around a member whose names count.
const MAX_DEPTH: usize = 64;

/// Whether and how account ids are masked.
#[derive(Debug, Clone, Default)]
pub enum Redaction {
    /// Texts are unchanged.
    #[default]
    Off,
    /// Account ids, keys, tokens and e-mail addresses are masked. The ids are known in advance.
    On(KnownIds),
}

impl Redaction {
    /// Masks the account ids `given` by the operator, and all that are recognised.
    #[must_use]
    pub fn of(given: impl IntoIterator<Item = AccountId>) -> Self {
        Self::On(KnownIds::new(given))
    }

    /// Masks the strings, numbers and names of a JSON body. Everything else is unchanged, and valid JSON stays valid.
    #[must_use]
    pub fn body(&self, body: Bytes) -> Bytes {
        let Self::On(known) = self else { return body };
        let mut known = known.clone();
        // Each copy replaces the one before, so that at most two are in memory.
        let first = redact_json(&body, &mut known, Pass::First).map_or(body, Bytes::from);
        if !known.needs_second_pass() {
            return first;
        }
        redact_json(&first, &mut known, Pass::Second).map_or(first, Bytes::from)
    }

    /// Masks the message of an error.
    #[must_use]
    pub fn text(&self, text: String) -> String {
        let Self::On(known) = self else { return text };
        let masked = known.clone().redact(text.as_bytes());
        masked.and_then(|masked| String::from_utf8(masked).ok()).unwrap_or(text)
    }
}

/// The passes over a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// Masks the patterns and known ids, and learns ids.
    First,
    /// Masks the ids that were learnt after they had been mentioned. Only long numbers are read.
    Second,
}

impl Pass {
    fn reads(self, text: &[u8]) -> bool {
        match self {
            Self::First => {
                let is_conspicuous =
                    |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || *byte == b'@';
                text.len() >= LEAST_SECRET || text.iter().any(is_conspicuous)
            }
            Self::Second => has_long_number(text),
        }
    }
}

/// Masks a body. Returns `None` if nothing has to be masked.
fn redact_json(json: &[u8], known: &mut KnownIds, pass: Pass) -> Option<Vec<u8>> {
    let mut replaced = Replaced::of(json);
    let mut place = Place::default();
    for token in Tokens::of(json) {
        match token {
            Token::Open => place.open(),
            Token::Close => place.close(),
            Token::Name(text) => {
                let mut context = place.object;
                if (pass == Pass::First || pass.reads(&text.content))
                    && let Some(masked) = masked(&text.content, &mut context, known)
                {
                    replaced.replace_text(&text, &masked);
                }
                place.begin_member(context, is_identifier(&text.content));
            }
            Token::Text(text) => {
                if pass.reads(&text.content)
                    && let Some(masked) = place.masked(&text.content, known)
                {
                    replaced.replace_text(&text, &masked);
                }
            }
            Token::Number(range) => {
                let number = integer(&json[range.clone()]);
                if pass.reads(&number) && place.masked(&number, known).is_some() {
                    replaced.replace(range, MASKED_NUMBER);
                }
            }
        }
    }
    replaced.finish()
}

/// The names around a value.
#[derive(Default)]
struct Place {
    /// The context of names in the current object.
    object: Context,
    member: Member,
    /// The object and the member around each object.
    parents: Vec<(Context, Member)>,
    depth: usize,
}

/// The member to which a value belongs.
#[derive(Default, Clone, Copy)]
struct Member {
    context: Context,
    is_identifier: bool,
}

impl Place {
    fn open(&mut self) {
        if self.depth < MAX_DEPTH {
            self.parents.push((self.object, self.member));
            self.object = self.member.context.in_object();
            self.member = Member { context: self.object, is_identifier: false };
        }
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth < MAX_DEPTH
            && let Some(parent) = self.parents.pop()
        {
            (self.object, self.member) = parent;
        }
    }

    /// Begins a member. `context` is the context after its name.
    fn begin_member(&mut self, context: Context, is_identifier: bool) {
        self.member = Member { context: context.in_value(), is_identifier };
    }

    fn masked(&self, value: &[u8], known: &mut KnownIds) -> Option<Vec<u8>> {
        let mut context = self.member.context;
        if self.member.is_identifier {
            masked(value, &mut context, &mut ())
        } else {
            masked(value, &mut context, known)
        }
    }
}

/// Returns whether the values of a member are ids of something else than an account.
fn is_identifier(name: &[u8]) -> bool {
    IDENTIFIERS.iter().any(|known| {
        let mut letters = name.iter().filter(|byte| !b"_-".contains(byte)).map(u8::to_ascii_lowercase);
        known.bytes().all(|letter| letters.next() == Some(letter))
            && matches!((letters.next(), letters.next()), (None | Some(b's'), None))
    })
}

/// Returns whether a text contains a number that may have been learnt. First reads only the bytes of which each such number
/// contains one.
fn has_long_number(text: &[u8]) -> bool {
    const LEAST_DIGITS: usize = LEAST_LEARNT_DIGITS;
    let is_digit = |byte: &&u8| byte.is_ascii_digit();
    (LEAST_DIGITS - 1..text.len()).step_by(LEAST_DIGITS).filter(|&at| text[at].is_ascii_digit()).any(|at| {
        let before = text[..at].iter().rev().take(LEAST_DIGITS).take_while(is_digit).count();
        let after = text[at..].iter().take(LEAST_DIGITS).take_while(is_digit).count();
        before + after >= LEAST_DIGITS
    })
}
