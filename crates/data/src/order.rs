//! A stable radix sort of row indices, for all kinds of keys.
//!
//! This module must not know what a key represents.

/// Below this number of rows, insertion sort is used.
const INSERTION_SORT_LIMIT: usize = 32;

/// The number of bytes of a text in one part of its key.
const TEXT_BYTES: usize = 7;
/// The last byte of a part that another part follows.
const CONTINUES: u8 = TEXT_BYTES as u8 + 1;

/// A part of a sort key. Keys are compared part by part. The key of a number has one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part(u64);

impl Part {
    /// Returns the key of a number. Numbers are clamped to the range from −2⁵⁵ to 2⁵⁵ − 1.
    pub fn number(number: i64) -> Self {
        const HALF: i64 = 1 << 55;
        Self(((number.clamp(-HALF, HALF - 1) + HALF) as u64) << 8)
    }

    /// Marks the part as one that other parts follow.
    #[must_use]
    pub fn and_more(self) -> Self {
        Self(self.0 | u64::from(CONTINUES))
    }

    /// Returns the part with index `part` of the key of a text. Texts are compared byte by byte.
    pub fn of_text(text: &str, part: usize) -> Self {
        let rest = text.as_bytes().get(part * TEXT_BYTES..).unwrap_or_default();
        let mut bytes = [0; TEXT_BYTES + 1];
        for (byte, &next) in bytes.iter_mut().zip(rest.iter().take(TEXT_BYTES)) {
            *byte = next;
        }
        // The length makes a prefix sort before a longer text.
        bytes[TEXT_BYTES] = rest.len().min(CONTINUES.into()) as u8;
        Self(u64::from_be_bytes(bytes))
    }

    const fn continues(self) -> bool {
        self.0 as u8 == CONTINUES
    }
}

/// The direction of a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// Sorts `rows` by their keys. `part` returns the key part of a row by index. Rows with equal keys keep their order in both
/// directions.
pub fn sort(rows: &mut [u32], direction: Direction, part: &dyn Fn(u32, usize) -> Part) {
    let flip = if direction == Direction::Descending { u64::MAX } else { 0 };
    let mut scratch = Vec::new();
    let mut pending = vec![(0..rows.len(), 0)];
    while let Some((range, number)) = pending.pop() {
        let Some(rows) = rows.get_mut(range.clone()) else { continue };
        let mut keyed: Vec<(u64, u32)> = rows.iter().map(|&row| (part(row, number).0 ^ flip, row)).collect();
        sort_by_part(&mut keyed, &mut scratch);
        for (row, &(_, sorted)) in rows.iter_mut().zip(&keyed) {
            *row = sorted;
        }
        let mut end = range.start;
        for equal in keyed.chunk_by(|(a, _), (b, _)| a == b) {
            let begin = end;
            end += equal.len();
            if matches!(equal, [(key, _), _, ..] if Part(key ^ flip).continues()) {
                pending.push((begin..end, number + 1));
            }
        }
    }
}

/// Radix sort, from the lowest byte to the highest. Each pass is stable.
fn sort_by_part(keyed: &mut Vec<(u64, u32)>, scratch: &mut Vec<(u64, u32)>) {
    if keyed.len() < INSERTION_SORT_LIMIT {
        return insertion_sort(keyed);
    }
    let first = keyed.first().map_or(0, |&(key, _)| key);
    let differing = keyed.iter().fold(0, |differing, &(key, _)| differing | (key ^ first));
    scratch.clear();
    scratch.resize(keyed.len(), (0, 0));
    for shift in (0..u64::BITS).step_by(8).filter(|shift| differing >> shift & 0xFF != 0) {
        let digit = |key: u64| (key >> shift & 0xFF) as usize;
        let mut positions = [0; 256];
        for &(key, _) in keyed.iter() {
            positions[digit(key)] += 1;
        }
        let mut begin = 0;
        for position in &mut positions {
            begin += std::mem::replace(position, begin);
        }
        for &entry in keyed.iter() {
            let position = &mut positions[digit(entry.0)];
            if let Some(slot) = scratch.get_mut(*position) {
                *slot = entry;
            }
            *position += 1;
        }
        std::mem::swap(keyed, scratch);
    }
}

fn insertion_sort(keyed: &mut [(u64, u32)]) {
    for end in 1..keyed.len() {
        let mut place = end;
        while place > 0 && keyed[place - 1].0 > keyed[place].0 {
            keyed.swap(place - 1, place);
            place -= 1;
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(count: usize) -> Vec<u32> {
        (0..count as u32).collect()
    }

    fn assert_sorted<K: Ord>(keys: &[K], part: &dyn Fn(u32, usize) -> Part) {
        let (mut sorted, mut expected) = (rows(keys.len()), rows(keys.len()));
        sort(&mut sorted, Direction::Ascending, part);
        expected.sort_by_key(|&row| &keys[row as usize]);
        assert_eq!(sorted, expected);
        // Both sorts are stable and start from the same order.
        sort(&mut sorted, Direction::Descending, part);
        expected.sort_by_key(|&row| std::cmp::Reverse(&keys[row as usize]));
        assert_eq!(sorted, expected);
    }

    proptest! {
        #[test]
        fn numbers_sort_like_the_standard_library(
            keys in prop::collection::vec(prop_oneof![-3_i64..4, -(1_i64 << 55)..1 << 55, (0_i64..999).prop_map(|ms| ms << 20)], 0..200),
        ) {
            assert_sorted(&keys, &|row, _| Part::number(keys[row as usize]));
        }

        #[test]
        fn texts_sort_like_the_standard_library(
            texts in prop::collection::vec("[ab\u{0}]{0,3}|a{5,9}[ab]?|(aaaaaaa){1,3}[\u{0}b]{0,2}|\\PC{0,20}", 0..120),
        ) {
            assert_sorted(&texts, &|row, part| Part::of_text(&texts[row as usize], part));
        }

        #[test]
        fn a_text_part_orders_equal_numbers(
            keys in prop::collection::vec((0_i64..3, "[ab]{0,9}"), 0..120),
        ) {
            assert_sorted(&keys, &|row, part| {
                let (number, text) = &keys[row as usize];
                part.checked_sub(1).map_or_else(|| Part::number(*number).and_more(), |part| Part::of_text(text, part))
            });
        }
    }
}
