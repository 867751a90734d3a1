//! Which element a row is drawn in: its own for as long as it is drawn, then another row's.
//!
//! Elements that are filled anew cost less than elements that are made, and a scroll through a long table needs them by the
//! hundred. It owns the choice alone, and knows no element.

/// The rows that were drawn last, by their keys, and the slots that they are in.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// In the order of the keys.
    held: Vec<(String, u32)>,
}

impl Slots {
    /// The slot of each row that is drawn now, in their order. A row that was drawn before keeps its slot; others get those
    /// that have become free, then new ones. The keys must differ.
    pub fn assign(&mut self, keys: Vec<String>) -> Vec<u32> {
        let kept = |key: &String| self.held.binary_search_by(|(held, _)| held.cmp(key)).ok();
        let places: Vec<Option<usize>> = keys.iter().map(kept).collect();
        let mut is_free = vec![true; self.held.len()];
        for &place in places.iter().flatten() {
            if let Some(is_free) = is_free.get_mut(place) {
                *is_free = false;
            }
        }
        let free = self.held.iter().zip(is_free).filter(|(_, is_free)| *is_free).map(|((_, slot), _)| *slot);
        let mut free: Vec<u32> = free.collect();
        free.sort_unstable_by(|a, b| b.cmp(a));
        // All slots up to the last one are held: those of rows that went are given away or end with them.
        let mut new = self.held.iter().map(|(_, slot)| slot + 1).max().unwrap_or(0)..;
        let mut slot_of = |place: Option<usize>| match place.and_then(|place| self.held.get(place)) {
            Some((_, slot)) => *slot,
            None => free.pop().or_else(|| new.next()).unwrap_or(u32::MAX),
        };
        let slots: Vec<u32> = places.into_iter().map(&mut slot_of).collect();
        self.held = keys.into_iter().zip(slots.iter().copied()).collect();
        self.held.sort_unstable();
        slots
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use proptest::prelude::*;

    use super::*;

    fn keys(rows: impl IntoIterator<Item = u32>) -> Vec<String> {
        rows.into_iter().map(|row| row.to_string()).collect()
    }

    #[test]
    fn rows_keep_their_slots_and_new_ones_take_what_is_free() {
        let mut slots = Slots::default();
        assert_eq!(slots.assign(keys([10, 11, 12, 13])), [0, 1, 2, 3]);
        assert_eq!(slots.assign(keys([12, 13, 14, 15])), [2, 3, 0, 1], "a scroll by two");
        assert_eq!(slots.assign(keys([15, 12, 13, 14])), [1, 2, 3, 0], "another order");
        assert_eq!(slots.assign(keys([90, 91, 92, 93, 94])), [0, 1, 2, 3, 4], "a jump, and one more");
        assert_eq!(slots.assign(keys([93])), [3]);
        assert!(slots.assign(Vec::new()).is_empty());
    }

    proptest! {
        #[test]
        fn slots_differ_and_a_row_that_stays_keeps_its_own(
            draws in prop::collection::vec(prop::collection::btree_set(0_u32..40, 0..20), 1..12)
        ) {
            let mut slots = Slots::default();
            let mut before: HashMap<u32, u32> = HashMap::new();
            for draw in draws {
                let given = slots.assign(keys(draw.iter().copied()));
                prop_assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), draw.len());
                let now: HashMap<u32, u32> = draw.into_iter().zip(given).collect();
                for (row, slot) in &now {
                    prop_assert!(before.get(row).is_none_or(|held| held == slot));
                }
                before = now;
            }
        }
    }
}
