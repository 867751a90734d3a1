//! Account ids that are masked wherever they occur: those that an operator names, and those that a text reveals once.
//!
//! The widget does not use this module, because it masks a body while it arrives.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::context::{Context, LEAST_DIGITS, MOST_DIGITS};
use crate::mask::{Ids, masked};
use crate::scan;

/// Maximum number of ids that are learnt from a text.
pub const MAX_LEARNT: usize = 64;

/// Minimum number of digits of an id that is learnt from a text. A shorter one could be a count.
pub const LEAST_LEARNT_DIGITS: usize = LEAST_DIGITS;

/// Minimum number of digits of an id that an operator names. A shorter one could be a count.
const LEAST_GIVEN_DIGITS: usize = 6;

/// An account id of 6 to 20 digits. Its `Debug` output does not contain it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountId(u128);

impl AccountId {
    fn of(digits: &[u8]) -> Option<Self> {
        let is_id = (LEAST_GIVEN_DIGITS..=MOST_DIGITS).contains(&digits.len());
        // Four bits for each digit. The first 1 preserves the number of zeros at the beginning.
        is_id.then(|| Self(digits.iter().fold(1, |id, digit| id << 4 | u128::from(digit & 0xF))))
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountId(…)")
    }
}

impl FromStr for AccountId {
    type Err = String;

    /// # Errors
    /// If the text is not an account id. The error describes the expected form, without the text.
    fn from_str(text: &str) -> Result<Self, String> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        Self::of(text.as_bytes())
            .filter(|_| is_number)
            .ok_or_else(|| format!("must be an account ID of {LEAST_GIVEN_DIGITS} to {MOST_DIGITS} digits"))
    }
}

/// The known account ids while a text, or a body of several texts, is masked.
#[derive(Clone, Debug, Default)]
pub struct KnownIds {
    /// Sorted.
    given: Arc<[AccountId]>,
    learnt: Vec<AccountId>,
    /// Numbers that were left unmasked and that may be learnt later.
    unknown: Sketch,
    needs_second_pass: bool,
}

/// A set of numbers that may contain others, in constant space.
#[derive(Clone, Debug, Default)]
struct Sketch([u64; 16]);

impl Sketch {
    /// Returns the word and the bit of an id.
    fn place(id: AccountId) -> (usize, u64) {
        // Multiplication spreads the last digits, in which ids differ, over the upper bits.
        let hash = (id.0 as u64 ^ (id.0 >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
        ((hash / 64) as usize, 1 << (hash % 64))
    }

    fn insert(&mut self, id: AccountId) {
        let (word, bit) = Self::place(id);
        self.0[word] |= bit;
    }

    fn may_contain(&self, id: AccountId) -> bool {
        let (word, bit) = Self::place(id);
        self.0[word] & bit != 0
    }
}

impl KnownIds {
    /// Starts with ids that an operator names.
    #[must_use]
    pub fn new(given: impl IntoIterator<Item = AccountId>) -> Self {
        let mut given: Vec<_> = given.into_iter().collect();
        given.sort_unstable();
        Self { given: given.into(), ..Self::default() }
    }

    /// Returns whether the text must be masked again, because an id was learnt after a number that may be the same.
    #[must_use]
    pub const fn needs_second_pass(&self) -> bool {
        self.needs_second_pass
    }

    /// Masks a text, and learns from it. Returns `None` if nothing has to be masked.
    #[must_use]
    pub fn redact(&mut self, text: &[u8]) -> Option<Vec<u8>> {
        let first = masked(text, &mut Context::default(), self);
        if !self.needs_second_pass {
            return first;
        }
        masked(first.as_deref().unwrap_or(text), &mut Context::default(), self).or(first)
    }
}

impl Ids for KnownIds {
    fn learn(&mut self, id: &[u8]) {
        if self.learnt.len() < MAX_LEARNT
            && let Some(id) = AccountId::of(id)
            && !self.learnt.contains(&id)
        {
            self.learnt.push(id);
            self.needs_second_pass |= self.unknown.may_contain(id);
        }
        scan::add(self.learnt.len());
    }

    fn contains(&mut self, number: &[u8]) -> bool {
        let may_be_learnt = number.len() >= LEAST_LEARNT_DIGITS;
        if !may_be_learnt && self.given.is_empty() {
            return false;
        }
        let Some(id) = AccountId::of(number) else { return false };
        scan::add(number.len() + self.learnt.len());
        let is_known = self.given.binary_search(&id).is_ok() || self.learnt.contains(&id);
        if !is_known && may_be_learnt {
            self.unknown.insert(id);
        }
        is_known
    }
}
