//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// How long a condition may take. Far above what is usual, for a machine that is busy with other things.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// How often a condition is looked at.
const PERIOD: Duration = Duration::from_millis(40);

/// Looks at `condition` until it gives a value, and gives that.
///
/// # Errors
/// If it still fails at the [`DEADLINE`]: `what`, and why it failed at the last look.
pub async fn wait_for<T>(what: &str, mut condition: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    loop {
        match condition().await {
            Ok(value) => return Ok(value),
            Err(error) if start.elapsed() > DEADLINE => {
                return Err(error).with_context(|| format!("waited {} s for {what}", DEADLINE.as_secs()));
            }
            Err(_) => tokio::time::sleep(PERIOD).await,
        }
    }
}
