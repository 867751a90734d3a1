//! Random delays between the steps of a test, which find tests that depend on a moment.

use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

/// Steps are delayed if this environment variable is set.
const VARIABLE: &str = "BATCH_TASK_E2E_DELAYS";

/// One of so many steps is delayed.
const STEPS: u32 = 25;

/// Longer than the shortest interval between polls, and than an outcome is shown.
const DELAY: Duration = Duration::from_millis(2_500);

static IS_ON: LazyLock<bool> = LazyLock::new(|| std::env::var_os(VARIABLE).is_some());

/// Called before each step.
pub(crate) async fn before_step() {
    // The last digits of the clock are random enough.
    let time = UNIX_EPOCH.elapsed().unwrap_or_default();
    if *IS_ON && (time.subsec_nanos() / 100).is_multiple_of(STEPS) {
        tokio::time::sleep(DELAY).await;
    }
}
