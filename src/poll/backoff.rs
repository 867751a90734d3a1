//! The wait after failed requests: exponential backoff with a cap and full jitter.

/// The longest wait after the first failure, in milliseconds.
pub const BACKOFF_BASE_MS: u32 = 1_000;

/// The longest wait after any failure, in milliseconds; a server may ask for a longer one.
pub const BACKOFF_CAP_MS: u32 = 60_000;

/// Returns the wait after `failures` failed requests in a row (1 for the first), in milliseconds.
///
/// The ceiling is [`BACKOFF_BASE_MS`], doubled for each further failure. `random`, uniform over all of `u32`, picks the wait
/// between 0 and the ceiling, so that widgets that failed together do not retry together.
pub fn backoff_ms(failures: u32, random: u32) -> u32 {
    let doublings = failures.saturating_sub(1).min(16);
    let ceiling_ms = u64::from(BACKOFF_BASE_MS).saturating_mul(1 << doublings).min(BACKOFF_CAP_MS.into());
    let delay_ms = (ceiling_ms * u64::from(random)) >> 32;
    u32::try_from(delay_ms).unwrap_or(BACKOFF_CAP_MS)
}

/// The shortest wait after an error that is [retried slowly](crate::error::Error::is_retried_slowly), in milliseconds.
pub const SLOW_BACKOFF_BASE_MS: u32 = 60_000;

/// The longest such wait, in milliseconds.
pub const SLOW_BACKOFF_CAP_MS: u32 = 600_000;

/// Returns the wait after `failures` such errors without a success between them (1 for the first), in milliseconds: between
/// [`SLOW_BACKOFF_BASE_MS`], doubled for each further error, and a quarter more, up to [`SLOW_BACKOFF_CAP_MS`]. `random` is
/// uniform over all of `u32`.
pub fn slow_backoff_ms(failures: u32, random: u32) -> u32 {
    let doublings = failures.saturating_sub(1).min(3);
    let floor_ms = SLOW_BACKOFF_BASE_MS << doublings;
    let jitter_ms = (u64::from(floor_ms / 4) * u64::from(random)) >> 32;
    floor_ms.saturating_add(u32::try_from(jitter_ms).unwrap_or(0)).min(SLOW_BACKOFF_CAP_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_the_cap_and_jitter_covers_the_whole_range() {
        for (failures, ceiling_ms) in
            [(1, 1_000), (2, 2_000), (3, 4_000), (6, 32_000), (7, 60_000), (u32::MAX, 60_000)]
        {
            assert_eq!(backoff_ms(failures, 0), 0);
            assert_eq!(backoff_ms(failures, 1 << 31), ceiling_ms / 2);
            assert_eq!(backoff_ms(failures, u32::MAX), ceiling_ms - 1);
        }
    }
    #[test]
    fn slow_retries_are_one_to_ten_minutes_apart() {
        for (failures, floor_ms) in
            [(1, 60_000), (2, 120_000), (3, 240_000), (4, 480_000), (u32::MAX, 480_000)]
        {
            assert_eq!(slow_backoff_ms(failures, 0), floor_ms);
            assert_eq!(slow_backoff_ms(failures, 1 << 31), floor_ms + floor_ms / 8);
            assert_eq!(slow_backoff_ms(failures, u32::MAX), floor_ms + floor_ms / 4 - 1);
        }
    }
}
