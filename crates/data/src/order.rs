//! Rows in the order of their keys, quickly and in few bytes: one stable radix sort for all kinds of keys.
//!
//! It owns how rows are put in order. What a key stands for it must not know.

/// Fewer rows than this are put in order one by one.
const FEW: usize = 32;

/// How many bytes of a text are in a part of its key.
const TEXT_BYTES: usize = 7;
/// The last byte of a part that is not the last one.
const GOES_ON: u8 = TEXT_BYTES as u8 + 1;

/// A key, or a part of one: the first part that differs decides. Keys of numbers have one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part(u64);

impl Part {
    /// The key of a number from −2⁵⁵ to 2⁵⁵ − 1; others are taken for the nearest of them.
    pub fn number(number: i64) -> Self {
        const HALF: i64 = 1 << 55;
        Self(((number.clamp(-HALF, HALF - 1) + HALF) as u64) << 8)
    }

    /// The same, but there are parts after it.
    #[must_use]
    pub fn and_more(self) -> Self {
        Self(self.0 | u64::from(GOES_ON))
    }

    /// The part of that number, from 0, of the key of a text, which is compared byte by byte.
    pub fn of_text(text: &str, part: usize) -> Self {
        let rest = text.as_bytes().get(part * TEXT_BYTES..).unwrap_or_default();
        let mut bytes = [0; TEXT_BYTES + 1];
        for (byte, &next) in bytes.iter_mut().zip(rest.iter().take(TEXT_BYTES)) {
            *byte = next;
        }
        // Of two texts that are equal as far as one of them goes, that one comes first.
        bytes[TEXT_BYTES] = rest.len().min(GOES_ON.into()) as u8;
        Self(u64::from_be_bytes(bytes))
    }

    const fn goes_on(self) -> bool {
        self.0 as u8 == GOES_ON
    }
}

/// Which way rows are put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest, earliest first.
    Ascending,
    /// Largest, latest first.
    Descending,
}

/// Sorts `rows` by their keys, of which `part` gives the part of that number. Rows of equal keys stay in the order that they
/// are in, whichever way the others go.
pub fn sort(rows: &mut [u32], direction: Direction, part: &dyn Fn(u32, usize) -> Part) {
    let flip = if direction == Direction::Descending { u64::MAX } else { 0 };
    let mut scratch = Vec::new();
    let mut undecided = vec![(0..rows.len(), 0)];
    while let Some((range, number)) = undecided.pop() {
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
            if matches!(equal, [(key, _), _, ..] if Part(key ^ flip).goes_on()) {
                undecided.push((begin..end, number + 1));
            }
        }
    }
}

/// By the lowest byte first, then by the next: each pass keeps what the ones before have put in order.
fn sort_by_part(keyed: &mut Vec<(u64, u32)>, scratch: &mut Vec<(u64, u32)>) {
    if keyed.len() < FEW {
        return insert(keyed);
    }
    let first = keyed.first().map_or(0, |&(key, _)| key);
    let differing = keyed.iter().fold(0, |differing, &(key, _)| differing | (key ^ first));
    scratch.clear();
    scratch.resize(keyed.len(), (0, 0));
    for shift in (0..u64::BITS).step_by(8).filter(|shift| differing >> shift & 0xFF != 0) {
        let digit = |key: u64| (key >> shift & 0xFF) as usize;
        let mut places = [0; 256];
        for &(key, _) in keyed.iter() {
            places[digit(key)] += 1;
        }
        let mut begin = 0;
        for place in &mut places {
            begin += std::mem::replace(place, begin);
        }
        for &entry in keyed.iter() {
            let place = &mut places[digit(entry.0)];
            if let Some(room) = scratch.get_mut(*place) {
                *room = entry;
            }
            *place += 1;
        }
        std::mem::swap(keyed, scratch);
    }
}

fn insert(keyed: &mut [(u64, u32)]) {
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

    fn agree<K: Ord>(keys: &[K], part: &dyn Fn(u32, usize) -> Part) {
        let (mut sorted, mut expected) = (rows(keys.len()), rows(keys.len()));
        sort(&mut sorted, Direction::Ascending, part);
        expected.sort_by_key(|&row| &keys[row as usize]);
        assert_eq!(sorted, expected);
        // Both sorts are stable, and begin with the same order.
        sort(&mut sorted, Direction::Descending, part);
        expected.sort_by_key(|&row| std::cmp::Reverse(&keys[row as usize]));
        assert_eq!(sorted, expected);
    }

    proptest! {
        #[test]
        fn numbers_sort_as_the_standard_library_sorts_them(
            keys in prop::collection::vec(prop_oneof![-3_i64..4, -(1_i64 << 55)..1 << 55, (0_i64..999).prop_map(|ms| ms << 20)], 0..200),
        ) {
            agree(&keys, &|row, _| Part::number(keys[row as usize]));
        }

        #[test]
        fn texts_sort_as_the_standard_library_sorts_them(
            texts in prop::collection::vec("[ab\u{0}]{0,3}|a{5,9}[ab]?|(aaaaaaa){1,3}[\u{0}b]{0,2}|\\PC{0,20}", 0..120),
        ) {
            agree(&texts, &|row, part| Part::of_text(&texts[row as usize], part));
        }

        #[test]
        fn a_text_after_a_number_decides_between_equal_numbers(
            keys in prop::collection::vec((0_i64..3, "[ab]{0,9}"), 0..120),
        ) {
            agree(&keys, &|row, part| {
                let (number, text) = &keys[row as usize];
                part.checked_sub(1).map_or_else(|| Part::number(*number).and_more(), |part| Part::of_text(text, part))
            });
        }
    }
}
