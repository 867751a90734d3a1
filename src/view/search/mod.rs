//! Search in ids, instances and error messages while the viewer types.
//!
//! A row matches if all words of the query are in its `TaskId`, `InstanceId` or `ErrorMsg`, ignoring the case of ASCII letters.
//! `"…"` is a phrase, and `-word` excludes rows. If every term of the query is a TaskId or InstanceId of the batch, or has the
//! form of one, the query is a list of IDs: a row matches if any of them does, and the result says which are missing. An empty
//! query matches every row.
//!
//! The search runs in slices. If a query can only narrow the previous one, only the previous hits are searched.

mod automaton;
mod highlight;
mod query;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

use std::cmp::Ordering;

use self::automaton::Automaton;
pub use self::highlight::Highlighter;
use self::query::{Query, has_id_form, normalized};
use crate::i18n::{Locale, fill, joined};
use crate::model::{SubTask, SubTasks};
use crate::redact::scan::add;
use crate::view::format;
use crate::view::row_set::RowSet;

/// How many missing IDs the result of a search names.
const NAMED_IDS: usize = 10;

/// The rows that match a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    query: Box<str>,
    /// `None` if every row matches.
    rows: Option<RowSet>,
    ids: Option<FoundIds>,
}

/// The result of a search for a list of IDs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundIds {
    /// How many IDs the list has.
    pub total: usize,
    /// Those that no row has, in lower case.
    pub missing: Vec<Box<str>>,
}

impl FoundIds {
    /// Returns `2 of 3 found; not in this batch: pc-1`.
    pub fn text(&self, locale: Locale) -> String {
        let [found, total] =
            [self.total - self.missing.len(), self.total].map(|count| format::count(count as i64, locale));
        let values = [("found", &*found), ("total", &total)];
        if self.missing.is_empty() {
            return fill(locale.ids_found, &values);
        }
        let mut ids: Vec<String> =
            self.missing.iter().take(NAMED_IDS).map(|id| format::truncated(id)).collect();
        if self.missing.len() > NAMED_IDS {
            ids.push("…".to_owned());
        }
        let [found, total] = values;
        fill(locale.ids_missing, &[found, total, ("ids", &joined(&ids, locale.list))])
    }
}

impl Hits {
    /// Searches all rows at once; [`Search`] works in slices.
    pub fn of(sub_tasks: &SubTasks, query: &str) -> Self {
        let mut search = Search::new(query);
        search.step(sub_tasks, u32::MAX);
        search.finish()
    }

    /// Returns the matching rows, or `None` for an empty query, which matches every row.
    pub const fn rows(&self) -> Option<&RowSet> {
        self.rows.as_ref()
    }

    /// Returns which IDs were found, if the query is a list of IDs.
    pub const fn ids(&self) -> Option<&FoundIds> {
        self.ids.as_ref()
    }

    /// Whether these are the hits of `query`.
    pub fn is_for(&self, query: &str) -> bool {
        *self.query == *query.trim().to_ascii_lowercase()
    }
}

/// Number of bytes of cells that count as much as one row.
const BYTES_PER_ROW_COST: usize = 512;

/// A search in progress. Dropping it cancels the search.
#[derive(Debug, Default)]
pub struct Search {
    text: Box<str>,
    query: Query,
    stage: Stage,
    /// The rows that can match; `None` if all rows can.
    within: Option<RowSet>,
    found: RowSet,
    /// The IDs that were not found.
    missing: Vec<Box<str>>,
    next: usize,
}

/// Terms that are compared with the rows. Each stage goes through all of them.
#[derive(Debug, Default)]
enum Stage {
    /// The search is complete.
    #[default]
    Done,
    /// Looks for the IDs that rows have; the flags tell which were found.
    ExactIds(Vec<bool>),
    /// Looks for the IDs that no row has, as a part of a cell: they can be the beginning of an ID, or be named in a message.
    PartsOfIds { automaton: Automaton, parts: Vec<Box<str>>, are_found: Vec<bool> },
    /// Looks for words and phrases. The sets have one bit for each term of the automaton.
    Words { automaton: Automaton, required: u64, excluded: u64 },
}

impl Search {
    /// Starts a search for `query` at the first row.
    pub fn new(query: &str) -> Self {
        let mut search = Self { text: normalized(query), query: Query::parse(query), ..Self::default() };
        match &search.query.ids {
            Some(ids) => search.stage = Stage::ExactIds(vec![false; ids.len()]),
            None => search.look_for_words(),
        }
        search
    }

    /// Starts a search for `query` that is limited to the rows of `last` if `query` can only narrow its query. `last` must be a
    /// result for the same rows.
    pub fn after(last: &Hits, query: &str) -> Self {
        let mut search = Self::new(query);
        if last.ids.is_none() && search.query.narrows(&Query::parse(&last.query)) {
            search.within.clone_from(&last.rows);
        }
        search
    }

    /// Searches the next rows until their cost exceeds `budget`: 1 per row, and 1 per 512 bytes of its cells. Returns whether the
    /// search is complete. Every call must receive the same rows.
    pub fn step(&mut self, sub_tasks: &SubTasks, budget: u32) -> bool {
        let mut cost = 0;
        while !matches!(self.stage, Stage::Done) {
            if self.next >= sub_tasks.len() {
                self.end_stage();
            } else if cost >= budget {
                return false;
            } else {
                cost += 1;
                if let Some(sub_task) = self.candidate(sub_tasks) {
                    let bytes: usize = cells(&sub_task).iter().map(|cell| cell.len()).sum();
                    cost += (bytes / BYTES_PER_ROW_COST) as u32;
                    if self.matches(&sub_task) {
                        self.found.insert(self.next as u32);
                    }
                }
                self.next += 1;
            }
        }
        true
    }

    /// Returns the hits found so far.
    pub fn finish(self) -> Hits {
        let rows = (!self.query.is_empty()).then_some(self.found);
        let ids = self.query.ids.map(|ids| FoundIds { total: ids.len(), missing: self.missing });
        Hits { query: self.text, rows, ids }
    }

    /// Returns the next row if it can match.
    fn candidate<'a>(&self, sub_tasks: &'a SubTasks) -> Option<SubTask<'a>> {
        let is_limited = matches!(self.stage, Stage::Words { .. });
        let within = self.within.as_ref().filter(|_| is_limited);
        if within.is_none_or(|within| within.contains(self.next as u32)) {
            sub_tasks.get(self.next)
        } else {
            None
        }
    }

    fn matches(&mut self, sub_task: &SubTask<'_>) -> bool {
        match &mut self.stage {
            Stage::Done => false,
            Stage::ExactIds(are_found) => {
                let ids = self.query.ids.as_deref().unwrap_or_default();
                let mut has = |id: &str| {
                    let found = ids.binary_search_by(|term| compare(term, id)).ok();
                    if let Some(is_found) = found.and_then(|index| are_found.get_mut(index)) {
                        *is_found = true;
                    }
                    found.is_some()
                };
                let [is_task, is_instance] = [sub_task.task_id, sub_task.instance_id].map(&mut has);
                is_task || is_instance
            }
            Stage::PartsOfIds { automaton, are_found, .. } => {
                let mut matches = false;
                for cell in cells(sub_task) {
                    automaton.scan(cell.as_bytes(), |terms| {
                        matches = true;
                        // A suffix of a term that was found before was found then, too.
                        terms.each_term(|term| {
                            are_found.get_mut(term).is_some_and(|is_found| !std::mem::replace(is_found, true))
                        });
                        true
                    });
                }
                matches
            }
            Stage::Words { automaton, required, excluded } => {
                let mut found = 0;
                for cell in cells(sub_task) {
                    automaton.scan(cell.as_bytes(), |terms| {
                        found |= terms.terms();
                        found & *excluded == 0 && (*excluded != 0 || found & *required != *required)
                    });
                }
                found & *required == *required && found & *excluded == 0
            }
        }
    }

    /// Goes on to the next stage, at the first row.
    fn end_stage(&mut self) {
        self.next = 0;
        match std::mem::take(&mut self.stage) {
            Stage::ExactIds(are_found) => {
                let ids = self.query.ids.as_deref().unwrap_or_default();
                let others =
                    || ids.iter().zip(&are_found).filter(|(_, is_found)| !**is_found).map(|(id, _)| id);
                if !others().all(|id| has_id_form(id)) {
                    self.query.ids = None;
                    self.found = RowSet::new();
                    self.look_for_words();
                    return;
                }
                let parts: Vec<Box<str>> = others().cloned().collect();
                if !parts.is_empty() {
                    let (automaton, are_found) = (Automaton::new(&parts), vec![false; parts.len()]);
                    self.stage = Stage::PartsOfIds { automaton, parts, are_found };
                }
            }
            Stage::PartsOfIds { parts, are_found, .. } => {
                let missing = parts.into_iter().zip(are_found).filter(|(_, is_found)| !is_found);
                self.missing = missing.map(|(id, _)| id).collect();
            }
            Stage::Words { .. } | Stage::Done => {}
        }
    }

    fn look_for_words(&mut self) {
        if self.query.is_empty() {
            return;
        }
        let (automaton, required, excluded) = self.query.automaton();
        self.stage = Stage::Words { automaton, required, excluded };
    }
}

fn cells<'a>(sub_task: &SubTask<'a>) -> [&'a str; 3] {
    [sub_task.task_id, sub_task.instance_id, sub_task.error_msg]
}

/// Compares a term, which is in lower case (ASCII), with an ID. Reads no more of the ID than the term has bytes, and one.
fn compare(term: &str, id: &str) -> Ordering {
    add(term.len().min(id.len()) + 1);
    term.bytes().cmp(id.bytes().map(|byte| byte.to_ascii_lowercase()))
}
