//! Where the terms of a search are in a text, to highlight them.

use super::Hits;
use super::automaton::Automaton;
use super::query::Query;

/// The most ranges of one text.
const MAX_RANGES: usize = 200;

/// Finds the terms of a search in the texts of the rows.
#[derive(Debug)]
pub struct Highlighter(Automaton);

impl Highlighter {
    /// Returns the highlighter of a search; `None` if it looked for no terms.
    pub fn of(hits: &Hits) -> Option<Self> {
        let Query { required, ids, .. } = Query::parse(&hits.query);
        let terms = ids.filter(|_| hits.ids.is_some()).unwrap_or(required);
        (!terms.is_empty()).then(|| Self(Automaton::new(&terms)))
    }

    /// Returns the ranges of `text` that are terms, in order, without overlaps: begin and end in UTF-16 code units.
    pub fn ranges(&self, text: &str) -> Vec<(u32, u32)> {
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        self.0.scan(text.as_bytes(), |terms| {
            let mut begin = terms.end - terms.longest();
            while let Some(&(last_begin, last_end)) = ranges.last()
                && begin <= last_end
            {
                begin = begin.min(last_begin);
                ranges.pop();
            }
            ranges.push((begin, terms.end));
            ranges.len() < MAX_RANGES
        });
        let (mut at, mut units) = (0, 0);
        let mut units_until = |end: usize| {
            units += text.get(at..end).unwrap_or_default().encode_utf16().count() as u32;
            at = end;
            units
        };
        ranges.into_iter().map(|(begin, end)| (units_until(begin), units_until(end))).collect()
    }
}
