//! How long to wait after failures: exponential, capped, with full jitter. Pure arithmetic.

/// The first failure waits between 0 and this, in milliseconds.
pub const BACKOFF_BASE_MS: u32 = 1_000;

/// No failure waits longer than this, in milliseconds, unless the server asks for it.
pub const BACKOFF_CAP_MS: u32 = 60_000;

/// The wait after `failures` failed fetches in a row (1 for the first): uniform between 0 and the doubled base.
///
/// `random` is uniform over all of `u32`. Full jitter spreads widgets that failed together over the whole span, which
/// a service that is coming back needs most.
pub fn backoff_ms(failures: u32, random: u32) -> u32 {
    let doublings = failures.saturating_sub(1).min(16);
    let ceiling_ms = u64::from(BACKOFF_BASE_MS).saturating_mul(1 << doublings).min(BACKOFF_CAP_MS.into());
    let delay_ms = (ceiling_ms * u64::from(random)) >> 32;
    u32::try_from(delay_ms).unwrap_or(BACKOFF_CAP_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_the_cap_and_spreads_over_the_whole_span() {
        for (failures, ceiling_ms) in
            [(1, 1_000), (2, 2_000), (3, 4_000), (6, 32_000), (7, 60_000), (u32::MAX, 60_000)]
        {
            assert_eq!(backoff_ms(failures, 0), 0);
            assert_eq!(backoff_ms(failures, 1 << 31), ceiling_ms / 2);
            assert_eq!(backoff_ms(failures, u32::MAX), ceiling_ms - 1);
        }
    }
}
