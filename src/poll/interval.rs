//! The polling interval: the time from the end of one request to the start of the next.

/// The default interval, in milliseconds.
pub const DEFAULT_INTERVAL_MS: u32 = 5_000;

/// The minimum interval, in milliseconds. Shorter ones are raised to it, except 0, which fetches once.
pub const MIN_INTERVAL_MS: u32 = 2_000;

/// The minimum interval while the page is hidden and the viewer waits for the end, and of a widget that is not rendered, in
/// milliseconds.
pub const HIDDEN_INTERVAL_MS: u32 = 30_000;

/// Raises an interval to [`MIN_INTERVAL_MS`]; 0 stays 0.
pub const fn clamp_interval_ms(interval_ms: u32) -> u32 {
    match interval_ms {
        0 => 0,
        1..MIN_INTERVAL_MS => MIN_INTERVAL_MS,
        _ => interval_ms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_intervals_are_raised_to_the_minimum_and_zero_stays() {
        for (given_ms, expected_ms) in [(0, 0), (1, 2_000), (1_999, 2_000), (2_000, 2_000), (60_000, 60_000)]
        {
            assert_eq!(clamp_interval_ms(given_ms), expected_ms);
        }
    }
}
