//! The only place that reads the system clock.
//!
//! Everything else receives a [`Clock`], so that tests control the time.

use std::sync::Arc;

use time::OffsetDateTime;

/// Returns the current time in UTC.
pub type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// Returns the system clock.
#[must_use]
pub fn system() -> Clock {
    Arc::new(OffsetDateTime::now_utc)
}
