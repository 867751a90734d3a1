//! Pseudo-random numbers and IDs. The same seed gives the same values, so that runs are repeatable.

const ID_ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Returns a pseudo-random number for one property (`salt`) of one row (`index`), mixed as in SplitMix64.
pub(crate) fn mix(seed: u64, index: u64, salt: u64) -> u64 {
    let mut z = seed ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xD1B5_4A32_D192_ED03);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Returns a number below `bound`. The bias of the remainder does not matter for small bounds.
pub(crate) fn below(seed: u64, index: u64, salt: u64, bound: u64) -> u64 {
    mix(seed, index, salt) % bound
}

/// Returns an instance ID: `pc-` and 17 characters of `0-9a-z`.
pub(crate) fn instance_id(seed: u64, index: u64) -> String {
    id("pc-", mix(seed, index, 1), mix(seed, index, 2))
}

/// Returns a batch ID: `pcb-` and 17 characters of `0-9a-z`.
pub(crate) fn batch_id(seed: u64, index: u64) -> String {
    id("pcb-", mix(seed, index, 30), mix(seed, index, 31))
}

fn id(prefix: &str, high: u64, low: u64) -> String {
    let mut bits = u128::from(high) << 64 | u128::from(low);
    let mut id = String::with_capacity(21);
    id.push_str(prefix);
    for _ in 0..17 {
        // The remainder is below 36 and fits into usize.
        id.push(char::from(ID_ALPHABET[(bits % 36) as usize]));
        bits /= 36;
    }
    id
}

/// Returns a subtask ID of nine digits. IDs ascend with `index` and are distinct for a million rows.
pub(crate) fn task_id(seed: u64, index: u64) -> String {
    (629_000_000 + index * 37 + below(seed, index, 3, 37)).to_string()
}

/// Returns `digits` lower-case hexadecimal digits; at most 16.
pub(crate) fn hex(seed: u64, index: u64, salt: u64, digits: usize) -> String {
    format!("{:016x}", mix(seed, index, salt)).chars().take(digits).collect()
}

/// Returns an account ID of 16 digits.
pub(crate) fn account_id(seed: u64, index: u64) -> String {
    (1_000_000_000_000_000 + below(seed, index, 4, 900_000_000_000_000)).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn generated_ids_have_the_real_format_and_are_distinct() {
        let mut seen = HashSet::new();
        for index in 0..1000 {
            let (instance, task) = (instance_id(7, index), task_id(7, index));
            assert_eq!((instance.len(), task.len(), account_id(7, index).len()), (20, 9, 16));
            assert!(seen.insert(instance) && seen.insert(task));
        }
        assert_eq!(instance_id(7, 5), instance_id(7, 5));
        assert_ne!(instance_id(7, 5), instance_id(8, 5));
        assert_eq!(hex(7, 0, 9, 6).len(), 6);
    }
}
