//! Waits for a condition.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// How long a condition may take. Much longer than usual, because the machine may be busy.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// The time between two checks of a condition.
const PERIOD: Duration = Duration::from_millis(40);

/// Runs `condition` until it succeeds, and returns its value.
///
/// # Errors
/// If it still fails after [`DEADLINE`]: `what`, and the last error.
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
