//! What a query means: a list of IDs, or words and phrases.

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
        // The text is read twice: as words and as IDs.
        add(text.len());
        let mut query = Self::default();
        let mut has_phrase = false;
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (is_excluded, from) = match rest.strip_prefix('-') {
                Some(from) => (true, from),
                None => (false, rest),
            };
            let (term, after) = match from.strip_prefix(['"', '“', '”']) {
                Some(phrase) => split(phrase, is_quote),
                None => {
                    let (word, after) = split(from, char::is_whitespace);
                    // The separators of a list.
                    (word.trim_end_matches([',', ';']), after)
                }
            };
            has_phrase |= term.contains(char::is_whitespace);
            if query.required.len() + query.excluded.len() <= MAX_WORDS {
                insert(if is_excluded { &mut query.excluded } else { &mut query.required }, term);
            }
            rest = after.trim_start();
        }
        let mut ids = Vec::new();
        if !has_phrase {
            for id in text.split(is_separator).take(MAX_IDS) {
                insert(&mut ids, id);
            }
        }
        query.ids = (ids.len() > 1).then_some(ids);
        if query.required.len() + query.excluded.len() > MAX_WORDS {
            (query.required, query.excluded) = (vec![text], Vec::new());
        }
        query
    }

    /// Returns an automaton for the required and the excluded terms, and the sets of both, one bit for each of its terms.
    pub(super) fn automaton(&self) -> (Automaton, u64, u64) {
        let mut terms = self.required.clone();
        self.excluded.iter().for_each(|term| insert(&mut terms, term));
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
    let (letters, rest) = text.split_once('-').unwrap_or(("", text));
    let is = |text: &str, is: fn(&u8) -> bool| text.bytes().all(|byte| is(&byte));
    rest.len() >= LEAST_DIGITS
        && is(rest, u8::is_ascii_alphanumeric)
        && match letters.len() {
            0 => rest.len() == text.len() && is(rest, u8::is_ascii_digit),
            length => {
                (2..=4).contains(&length)
                    && is(letters, u8::is_ascii_lowercase)
                    && rest.bytes().any(|byte| byte.is_ascii_digit())
            }
        }
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”')
}

/// Whether a character separates IDs: in lines, in a list with commas, or in a JSON array.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || is_quote(character)
        || matches!(character, ',' | ';' | '[' | ']' | '，' | '、' | '；')
}

/// Returns the text before the first matching character, and the text after that character.
fn split(text: &str, is_end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_once(is_end).unwrap_or((text, ""))
}

/// Inserts a term into a sorted list, unless it is empty or in the list.
fn insert(terms: &mut Vec<Box<str>>, term: &str) {
    if let Err(at) = terms.binary_search_by(|other| (**other).cmp(term))
        && !term.is_empty()
    {
        terms.insert(at, term.into());
    }
}
