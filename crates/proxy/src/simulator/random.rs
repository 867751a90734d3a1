//! Numbers and ids that a seed decides, so that two runs show the same rows.
//!
//! Must not know batches.

const ID_ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// A well-mixed number for one thing (`salt`) of one row (`index`): SplitMix64's finalizer.
pub(super) fn mix(seed: u64, index: u64, salt: u64) -> u64 {
    let mut z = seed ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xD1B5_4A32_D192_ED03);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A number below `bound`, which is small enough for the bias not to matter.
pub(super) fn below(seed: u64, index: u64, salt: u64, bound: u64) -> u64 {
    mix(seed, index, salt) % bound
}

/// An instance's id: `pc-` and 17 of `0-9a-z`.
pub(super) fn instance_id(seed: u64, index: u64) -> String {
    let mut bits = u128::from(mix(seed, index, 1)) << 64 | u128::from(mix(seed, index, 2));
    let mut id = String::with_capacity(20);
    id.push_str("pc-");
    for _ in 0..17 {
        // The remainder is below 36, so the cast keeps it whole.
        id.push(char::from(ID_ALPHABET[(bits % 36) as usize]));
        bits /= 36;
    }
    id
}

/// A subtask's id: nine digits, ascending and distinct for a million rows.
pub(super) fn task_id(seed: u64, index: u64) -> String {
    (629_000_000 + index * 37 + below(seed, index, 3, 37)).to_string()
}

/// `digits` lower-case hexadecimal digits, at most 16.
pub(super) fn hex(seed: u64, index: u64, salt: u64, digits: usize) -> String {
    format!("{:016x}", mix(seed, index, salt)).chars().take(digits).collect()
}

/// An account's id: 16 digits.
pub(super) fn account_id(seed: u64, index: u64) -> String {
    (1_000_000_000_000_000 + below(seed, index, 4, 900_000_000_000_000)).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_look_real_and_do_not_repeat() {
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
