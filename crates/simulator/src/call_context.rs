//! The input of a scenario: time, seed and the number of the call.

use std::time::Duration;

use time::OffsetDateTime;

/// Everything that the response to one call depends on, besides the scenario.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// Real time of the first call for this batch.
    pub began: OffsetDateTime,
    /// Simulated time since the first call.
    pub elapsed: Duration,
    /// Simulated seconds per real second.
    pub speed: f64,
    /// The seed of all generated values.
    pub seed: u64,
    /// The number of this call for this batch, starting at 1.
    pub call_number: u64,
    /// The RequestId of the response.
    pub request_id: String,
}

impl CallContext {
    /// Converts simulated milliseconds since the first call to a real time. At a higher speed the events of a batch lie
    /// closer together in real time.
    pub(crate) fn real_time(&self, simulated_ms: i64) -> OffsetDateTime {
        // The length of a batch in milliseconds is far below 2^53, so the conversion is exact.
        self.began + time::Duration::seconds_f64(simulated_ms as f64 / 1000.0 / self.speed)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use time::macros::datetime;

    use super::*;

    /// A call `elapsed_s` simulated seconds after the first one, at speed 1.
    pub(crate) fn context(elapsed_s: u64, call_number: u64) -> CallContext {
        CallContext {
            began: datetime!(2026-05-28 16:38:20 UTC),
            elapsed: Duration::from_secs(elapsed_s),
            speed: 1.0,
            seed: 7,
            call_number,
            request_id: "00000000-0000-4000-8000-000000000000".into(),
        }
    }
}
