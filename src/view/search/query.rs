//! Parses a query: a list of IDs, or words and phrases.

use super::automaton::Automaton;
use crate::redact::scan::add;

/// The most words that a query has. A longer text, such as a whole message, is one phrase.
const MAX_WORDS: usize = 64;

/// The most IDs that a query has.
const MAX_IDS: usize = 10_000;

/// The least number of digits of a text that has the form of a TaskId.
const LEAST_DIGITS: usize = 6;

/// A parsed query. All terms are in lower case (ASCII), sorted and different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// The words and phrases that a row must contain.
    pub(super) required: Vec<Box<str>>,
    /// Those that it must not contain. Together at most [`MAX_WORDS`].
    pub(super) excluded: Vec<Box<str>>,
    /// The terms if the query may be a list of IDs: at least two, and no phrase.
    pub(super) ids: Option<Vec<Box<str>>>,
}

impl Query {
    /// Parses a query. Words are separated by white space; `"…"` is a phrase; `-` excludes the word or phrase after it.
    pub(super) fn parse(text: &str) -> Self {
        let text = normalized(text);
        let mut query = Self::default();
        let (mut ids, mut has_phrase) = (Vec::new(), false);
        // Where the current term, its text and the current ID begin.
        let (mut from, mut id_from) = (0, 0);
        let (mut is_excluded, mut is_quoted) = (false, false);
        // White space ends the last word.
        for (at, character) in text.char_indices().chain([(text.len(), '\n')]) {
            add(1);
            let after = at + character.len_utf8();
            let (is_quote, is_space) = (matches!(character, '"' | '“' | '”'), character.is_whitespace());
            if is_quote || is_space || matches!(character, ',' | ';' | '[' | ']' | '，' | '、' | '；') {
                if ids.len() < MAX_IDS {
                    insert(&mut ids, text.get(id_from..at));
                }
                id_from = after;
            }
            if is_quoted {
                has_phrase |= is_space && at < text.len();
                if !is_quote && at < text.len() {
                    continue;
                }
            } else if at == from && is_quote {
                (is_quoted, from) = (true, after);
                continue;
            } else if at == from && character == '-' && !is_excluded {
                (is_excluded, from) = (true, after);
                continue;
            } else if !is_space {
                continue;
            }
            let mut term = text.get(from..at).unwrap_or_default();
            // The separators of a list.
            while !is_quoted && (term.ends_with(',') || term.ends_with(';')) {
                term = term.get(..term.len() - 1).unwrap_or_default();
            }
            if query.required.len() + query.excluded.len() <= MAX_WORDS {
                insert(if is_excluded { &mut query.excluded } else { &mut query.required }, Some(term));
            }
            (from, is_excluded, is_quoted) = (after, false, false);
        }
        query.ids = (ids.len() > 1 && !has_phrase).then_some(ids);
        if query.required.len() + query.excluded.len() > MAX_WORDS {
            (query.required, query.excluded) = (vec![text], Vec::new());
        }
        query
    }

    /// Returns an automaton for the required and the excluded terms, and the sets of both, one bit for each of its terms.
    pub(super) fn automaton(&self) -> (Automaton, u64, u64) {
        let mut terms = self.required.clone();
        self.excluded.iter().for_each(|term| insert(&mut terms, Some(term)));
        let set = |wanted: &[Box<str>]| {
            let bits = (0..64).zip(&terms).filter(|(_, term)| wanted.binary_search(term).is_ok());
            bits.fold(0, |set, (bit, _)| set | 1 << bit)
        };
        (Automaton::new(&terms), set(&self.required), set(&self.excluded))
    }

    /// Whether every row that contains the words of this query also matches those of `last`: each required term of `last` is
    /// part of one of these, and one of the excluded terms is part of each one of `last`.
    pub(super) fn narrows(&self, last: &Self) -> bool {
        let found = |automaton: &Automaton, texts: &[Box<str>]| {
            texts.iter().map(|text| automaton.terms_in(text.as_bytes())).collect::<Vec<u64>>()
        };
        let required = found(&Automaton::new(&last.required), &self.required);
        let excluded = found(&Automaton::new(&self.excluded), &last.excluded);
        let all = required.iter().fold(0, |set, terms| set | terms);
        all.count_ones() as usize == last.required.len() && !excluded.contains(&0)
    }

    /// Whether every row matches.
    pub(super) const fn is_empty(&self) -> bool {
        self.required.is_empty() && self.excluded.is_empty()
    }
}

/// Returns the query without white space around it, in lower case (ASCII). Queries with the same text find the same rows.
pub(super) fn normalized(query: &str) -> Box<str> {
    query.trim().to_ascii_lowercase().into()
}

/// Whether a text has the form of a TaskId (at least 6 digits) or an InstanceId (two to four letters, a hyphen, and at least 6
/// letters and digits, one of them a digit). The text is in lower case.
pub(super) fn has_id_form(text: &str) -> bool {
    let (mut letters, mut prefix, mut digits, mut length) = (0, 0, 0, 0);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'a'..=b'z' => letters += 1,
            b'-' if prefix == 0 && digits == 0 && (2..=4).contains(&letters) => {
                (prefix, letters, length) = (letters, 0, 0);
                continue;
            }
            _ => return false,
        }
        length += 1;
    }
    length >= LEAST_DIGITS && digits > 0 && (prefix > 0 || letters == 0)
}

/// Inserts a term into a sorted list, unless it is empty or in the list.
fn insert(terms: &mut Vec<Box<str>>, term: Option<&str>) {
    let term = term.unwrap_or_default();
    if let Err(at) = terms.binary_search_by(|other| (**other).cmp(term))
        && !term.is_empty()
    {
        terms.insert(at, term.into());
    }
}
