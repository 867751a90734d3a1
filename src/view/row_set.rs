//! A set of row numbers, stored as one bit per row. Hits of a search and members of a group are such sets.

/// A set of row numbers. 100,000 rows take at most 12.5 KB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
    len: u32,
}

impl RowSet {
    /// Creates an empty set.
    pub const fn new() -> Self {
        Self { words: Vec::new(), len: 0 }
    }

    /// Adds `row`, if it is not in the set.
    pub fn insert(&mut self, row: u32) {
        let (word, bit) = position(row);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        if self.words[word] & bit == 0 {
            self.words[word] |= bit;
            self.len += 1;
        }
    }

    /// Whether the set contains `row`.
    pub fn contains(&self, row: u32) -> bool {
        let (word, bit) = position(row);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Returns the number of rows.
    pub const fn len(&self) -> u32 {
        self.len
    }

    /// Whether the set is empty.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

const fn position(row: u32) -> (usize, u64) {
    (row as usize / 64, 1 << (row % 64))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_contains_what_was_inserted(rows in prop::collection::vec(0_u32..300, 0..60)) {
            let mut set = RowSet::new();
            rows.iter().for_each(|&row| set.insert(row));
            let expected: BTreeSet<u32> = rows.into_iter().collect();
            prop_assert_eq!(set.len() as usize, expected.len());
            prop_assert_eq!(set.is_empty(), expected.is_empty());
            for row in 0..400 {
                prop_assert_eq!(set.contains(row), expected.contains(&row), "{}", row);
            }
        }
    }
}
