//! The batches that were opened last in this browser: what is stored of them, and how it is read.
//!
//! The storage holds what this page or another one of the same origin has written, so each ID is validated when it is read.

use std::rc::Rc;

use super::batch_ids::is_batch_id;
use super::browser;
use crate::poll::State;

/// The largest number of batches that are remembered.
const MAX_BATCHES: usize = 10;

/// The longest name that is remembered, in characters.
const MAX_NAME_CHARS: usize = 200;

/// A batch that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecentBatch {
    pub(super) batch_id: String,
    /// Empty if it is unknown, or not to be stored.
    pub(super) task_name: String,
}

/// Whether the names of batches are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// With the IDs.
    Stored,
    /// Not at all: the page masks account IDs, which can be in names.
    Left,
}

/// The batches of a page that are not stored yet. They are stored once their data has arrived, so that the list has no batches
/// that do not exist.
#[derive(Debug, Default)]
pub(super) struct Opened(Vec<(String, Option<Rc<State>>)>);

impl Opened {
    /// Starts with the batches that the page was opened with.
    pub(super) fn new(batch_ids: &[String]) -> Self {
        Self(batch_ids.iter().map(|id| (id.clone(), None)).collect())
    }

    /// Takes the new state of a batch.
    pub(super) fn set_state(&mut self, batch_id: &str, state: &Rc<State>) {
        if let Some((_, last)) = self.0.iter_mut().find(|(id, _)| id == batch_id) {
            *last = Some(Rc::clone(state));
        }
    }

    /// Whether all batches are stored.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Stores the batches whose data has arrived.
pub(super) fn record(opened: &mut Opened, names: Names) {
    opened.0.retain(|(batch_id, state)| {
        let task = state.as_ref().and_then(|state| state.task());
        if let Some(task) = task {
            add(batch_id, &task.task_name, names);
        }
        task.is_none()
    });
}

/// Returns the batches, the one that was opened last first.
pub(super) fn read(names: Names) -> Vec<RecentBatch> {
    decode(&browser::remembered(&key()).unwrap_or_default(), names)
}

/// Adds a batch that has been opened.
fn add(batch_id: &str, task_name: &str, names: Names) {
    let batch = RecentBatch { batch_id: batch_id.to_owned(), task_name: task_name.to_owned() };
    browser::remember(&key(), Some(&encode(&with_opened(read(names), batch, names))));
}

/// Forgets all batches.
pub(super) fn clear() {
    browser::remember(&key(), None);
}

/// Returns the name in the storage. Pages of other folders of the same origin have batches of their own.
fn key() -> String {
    let path = browser::path().unwrap_or_default();
    format!("recent.{}", path.rsplit_once('/').map_or("", |(folder, _)| folder))
}

/// Returns the list after `opened` has been opened: each batch once. A name that is not known yet stays as it was.
fn with_opened(batches: Vec<RecentBatch>, mut opened: RecentBatch, names: Names) -> Vec<RecentBatch> {
    let (same, others): (Vec<_>, Vec<_>) =
        batches.into_iter().partition(|batch| batch.batch_id == opened.batch_id);
    if opened.task_name.trim().is_empty() {
        opened.task_name = same.into_iter().next().map(|batch| batch.task_name).unwrap_or_default();
    }
    if names == Names::Left {
        opened.task_name.clear();
    }
    [opened].into_iter().chain(others).take(MAX_BATCHES).collect()
}

/// Returns the text to store: a line for each batch, with its ID, a space and its name.
fn encode(batches: &[RecentBatch]) -> String {
    let mut text = String::new();
    for RecentBatch { batch_id, task_name } in batches {
        text.push_str(batch_id);
        text.push(' ');
        let name = task_name.trim().chars().take(MAX_NAME_CHARS);
        text.extend(name.map(|char| if char.is_control() { ' ' } else { char }));
        text.push('\n');
    }
    text
}

/// Returns the batches of a stored text. Lines without a valid ID are ignored.
fn decode(text: &str, names: Names) -> Vec<RecentBatch> {
    let mut batches: Vec<RecentBatch> = Vec::new();
    for line in text.lines() {
        let (batch_id, name) = line.split_once(' ').unwrap_or((line, ""));
        let is_new = batches.iter().all(|batch| batch.batch_id != batch_id);
        if batches.len() < MAX_BATCHES && is_new && is_batch_id(batch_id) {
            let name = if names == Names::Stored { name } else { "" };
            let task_name = name.chars().take(MAX_NAME_CHARS).collect();
            batches.push(RecentBatch { batch_id: batch_id.to_owned(), task_name });
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(batch_id: &str, task_name: &str) -> RecentBatch {
        RecentBatch { batch_id: batch_id.to_owned(), task_name: task_name.to_owned() }
    }

    fn open(batches: Vec<RecentBatch>, opened: RecentBatch) -> Vec<RecentBatch> {
        with_opened(batches, opened, Names::Stored)
    }

    #[test]
    fn the_batch_that_was_opened_last_is_first_and_each_is_listed_once() {
        let batches = open(open(Vec::new(), batch("a", "one")), batch("b", ""));
        assert_eq!(batches, [batch("b", ""), batch("a", "one")]);
        let batches = open(batches, batch("a", " "));
        assert_eq!(batches, [batch("a", "one"), batch("b", "")], "the name is kept until it is known");
        let batches = open(batches, batch("a", "renamed"));
        assert_eq!(batches, [batch("a", "renamed"), batch("b", "")]);
    }

    #[test]
    fn ten_batches_are_kept() {
        let batches = (0..12).fold(Vec::new(), |batches, n| open(batches, batch(&format!("pcb-{n}"), "")));
        assert_eq!(batches.len(), MAX_BATCHES);
        assert_eq!((&*batches[0].batch_id, &*batches[9].batch_id), ("pcb-11", "pcb-2"));
    }

    #[test]
    fn what_is_stored_is_read_back() {
        for (task_name, expected) in [
            ("Install skills · July", "Install skills · July"),
            ("", ""),
            ("  two  words ", "two  words"),
            ("a\nforged line\r\tb", "a forged line  b"),
            ("<b>x</b>", "<b>x</b>"),
        ] {
            let text = encode(&[batch("pcb-1", task_name), batch("pcb-2", "")]);
            let expected = [batch("pcb-1", expected), batch("pcb-2", "")];
            assert_eq!(decode(&text, Names::Stored), expected, "{task_name:?}");
        }
        let long = encode(&[batch("pcb-1", &"é".repeat(MAX_NAME_CHARS + 50))]);
        assert_eq!(decode(&long, Names::Stored)[0].task_name.chars().count(), MAX_NAME_CHARS);
    }

    #[test]
    fn stored_texts_of_others_are_validated() {
        for (text, expected) in [
            ("", &[][..]),
            ("{\"a\":1}\n<script> x\n../up y\n x", &[]),
            ("pcb-1 a\npcb-1 b\npcb-2", &["pcb-1", "pcb-2"]),
            ("\n\npcb-3\n", &["pcb-3"]),
        ] {
            let batches = decode(text, Names::Stored);
            let ids: Vec<_> = batches.iter().map(|batch| &*batch.batch_id).collect();
            assert_eq!(ids, expected, "{text}");
        }
        let many: String = (0..50).map(|n| format!("pcb-{n}\n")).collect();
        assert_eq!(decode(&many, Names::Stored).len(), MAX_BATCHES);
        assert!(decode(&"a".repeat(200), Names::Stored).is_empty());
    }

    #[test]
    fn a_page_that_masks_account_ids_reads_and_stores_no_names() {
        let stored = "pcb-1 aliuid:1234567890123456\npcb-2 b\n";
        let batches = decode(stored, Names::Left);
        assert_eq!(batches, [batch("pcb-1", ""), batch("pcb-2", "")]);
        let batches = with_opened(batches, batch("pcb-2", "b"), Names::Left);
        assert_eq!(encode(&batches), "pcb-2 \npcb-1 \n");
    }
}
