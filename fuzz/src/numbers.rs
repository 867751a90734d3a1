//! Pseudo-random numbers that depend only on the input, so that an input reproduces a failure.

/// A SplitMix64 generator, seeded with a hash of the input (FNV-1a).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn of(input: &[u8]) -> Self {
        Self(input.iter().fold(0xcbf2_9ce4_8422_2325, |digest: u64, &byte| {
            (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    /// A number from 0 to `bound` - 1. `bound` is positive.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}
