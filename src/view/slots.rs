//! Assigns elements to rows, so that scrolling reuses elements. A row keeps its element while it is drawn.
//!
//! Updating an element costs less than creating one, and scrolling through a long table needs hundreds.

use crate::model::SubTasks;
use crate::order::{self, Direction, Part};
use crate::redact::scan::add;
use crate::view::row_set::RowSet;

/// How much of a TaskId is used in the key of a row, in bytes.
const KEY_BYTES: usize = 64;

/// The rows drawn last, by their keys, with their slots.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    keys: Vec<String>,
    /// The slot of each key.
    slots: Vec<u32>,
    /// The positions of the keys, sorted by key.
    by_key: Vec<u32>,
    /// How many slots there have been.
    count: u32,
}

impl Slots {
    /// Returns the slots of the rows to draw, in their order. A row that was drawn before keeps its slot. Others get slots
    /// that have become free, in the order in which they are drawn, so that few elements have to move, then new ones. The keys
    /// must be unique.
    pub fn assign(&mut self, keys: Vec<String>) -> Vec<u32> {
        let places: Vec<Option<usize>> = keys.iter().map(|key| self.place_of(key)).collect();
        let mut is_kept = vec![false; self.slots.len()];
        for &place in places.iter().flatten() {
            is_kept[place] = true;
        }
        let mut free = 0;
        let mut slots = Vec::with_capacity(places.len());
        for place in places {
            let place = place.unwrap_or_else(|| {
                while is_kept.get(free) == Some(&true) {
                    free += 1;
                }
                free += 1;
                free - 1
            });
            let slot = self.slots.get(place).copied().unwrap_or(self.count);
            self.count = self.count.max(slot + 1);
            slots.push(slot);
        }
        self.by_key = (0..keys.len() as u32).collect();
        let part = |index: u32, part| Part::of_text(&keys[index as usize], part);
        order::sort(&mut self.by_key, Direction::Ascending, &part);
        self.keys = keys;
        self.slots.clone_from(&slots);
        slots
    }

    /// Returns the place of a row among those drawn last.
    fn place_of(&self, key: &str) -> Option<usize> {
        let index = self.by_key.binary_search_by(|&index| (*self.keys[index as usize]).cmp(key)).ok()?;
        Some(self.by_key[index] as usize)
    }
}

/// Returns a unique key for each of `rows`: its TaskId, or the start of a long one. If that is empty, repeated among
/// `rows`, or contains `#`, the row's number is added after a `#`.
///
/// Only rows that are drawn together need different keys.
pub fn row_keys(sub_tasks: &SubTasks, rows: &[u32]) -> Vec<String> {
    let id = |row: u32| prefix(sub_tasks.task_id(row as usize), KEY_BYTES);
    let mut by_id = rows.to_vec();
    order::sort(&mut by_id, Direction::Ascending, &|row, part| Part::of_text(id(row), part));
    let mut repeated = RowSet::new();
    for pair in by_id.windows(2) {
        if id(pair[0]) == id(pair[1]) {
            pair.iter().for_each(|&row| repeated.insert(row));
        }
    }
    let key = |&row: &u32| match id(row) {
        id if id.is_empty() || id.contains('#') || repeated.contains(row) => format!("{id}#{row}"),
        id => id.to_owned(),
    };
    rows.iter().map(key).collect()
}

/// Returns at most the first `max_bytes` bytes of a text, cut between two characters.
pub(super) fn prefix(text: &str, max_bytes: usize) -> &str {
    add(1);
    text.get(..text.floor_char_boundary(max_bytes)).unwrap_or_default()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use proptest::prelude::*;

    use super::*;
    use crate::model::{SubTask, SubTasksBuilder};
    use crate::test_data::FAILED_ROW;

    fn keys(rows: impl IntoIterator<Item = u32>) -> Vec<String> {
        rows.into_iter().map(|row| row.to_string()).collect()
    }

    #[test]
    fn rows_keep_their_slots_and_new_rows_get_free_ones() {
        let mut slots = Slots::default();
        assert_eq!(slots.assign(keys([10, 11, 12, 13])), [0, 1, 2, 3]);
        assert_eq!(slots.assign(keys([12, 13, 14, 15])), [2, 3, 0, 1], "a scroll by two");
        assert_eq!(slots.assign(keys([15, 12, 13, 14])), [1, 2, 3, 0], "another order");
        assert_eq!(
            slots.assign(keys([90, 91, 92, 93, 94])),
            [1, 2, 3, 0, 4],
            "a jump, and one more: no element moves"
        );
        assert_eq!(slots.assign(keys([93])), [0]);
        assert_eq!(slots.assign(keys([95, 93, 96])), [5, 0, 6]);
        assert!(slots.assign(Vec::new()).is_empty());
    }

    fn rows(ids: &[&str]) -> SubTasks {
        let mut builder = SubTasksBuilder::new();
        for task_id in ids {
            builder.push(&SubTask { task_id, ..FAILED_ROW });
        }
        builder.finish()
    }

    #[test]
    fn repeated_ids_get_different_keys() {
        let sub_tasks = rows(&["7", "7", "", "8"]);
        assert_eq!(row_keys(&sub_tasks, &[3, 1, 0, 2]), ["8", "7#1", "7#0", "#2"]);
        assert_eq!(row_keys(&sub_tasks, &[0, 3]), ["7", "8"]);
        let long = ["x".repeat(1_000), "x".repeat(1_001), "7#1".to_owned()];
        let sub_tasks = rows(&long.each_ref().map(String::as_str));
        let beginning = "x".repeat(KEY_BYTES);
        assert_eq!(
            row_keys(&sub_tasks, &[0, 2, 1]),
            [format!("{beginning}#0"), "7#1#2".to_owned(), format!("{beginning}#1")]
        );
    }

    proptest! {
        #[test]
        fn slots_are_unique_and_a_row_that_stays_keeps_its_slot(
            draws in prop::collection::vec(prop::collection::btree_set(0_u32..40, 0..20), 1..12)
        ) {
            let mut slots = Slots::default();
            let mut before: HashMap<u32, u32> = HashMap::new();
            for draw in draws {
                let assigned = slots.assign(keys(draw.iter().copied()));
                prop_assert_eq!(assigned.iter().collect::<BTreeSet<_>>().len(), draw.len());
                let now: HashMap<u32, u32> = draw.into_iter().zip(assigned).collect();
                for (row, slot) in &now {
                    prop_assert!(before.get(row).is_none_or(|slot_of| slot_of == slot));
                }
                before = now;
            }
        }
    }
}
