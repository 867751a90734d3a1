//! Numbers made of the input itself, so that an input alone repeats what was done with it.

/// A generator that begins with a digest of the input (FNV-1a) and goes on by SplitMix64.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn of(input: &[u8]) -> Self {
        Self(input.iter().fold(0xcbf2_9ce4_8422_2325, |digest: u64, &byte| {
            (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    /// A number below `bound`, which is above 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}
