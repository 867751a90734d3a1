//! Reloads files that change while the proxy runs. If a new version is not valid, the previous one stays in use.

use std::fmt::Display;
use std::ops::ControlFlow;
use std::time::Duration;

/// How often files are checked for changes. The content is compared, because a copy may keep the modification time.
const INTERVAL: Duration = Duration::from_secs(2);

/// The result of reading a file again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReloadOutcome {
    /// The content is the same.
    Unchanged,
    /// The new content is in use. The value describes it, as in "contains 2 tokens".
    Changed(String),
    /// The file is not valid. The value is the reason.
    Failed(String),
}

/// Calls `reload` periodically, and logs changes of `file`. Ends only if `reload` panics.
pub(crate) async fn watch(
    file: impl Display,
    reload: impl Fn() -> ReloadOutcome + Clone + Send + 'static,
) -> ControlFlow<()> {
    let (mut last, mut reported) = (ReloadOutcome::Unchanged, ReloadOutcome::Unchanged);
    loop {
        tokio::time::sleep(INTERVAL).await;
        let reload = reload.clone();
        let Ok(outcome) = tokio::task::spawn_blocking(reload).await else { return ControlFlow::Continue(()) };
        match &outcome {
            ReloadOutcome::Changed(what) => tracing::info!("{file} was reloaded and {what}"),
            // One failure is expected while a file is being replaced.
            ReloadOutcome::Failed(why) if outcome == last && outcome != reported => {
                tracing::error!("{file} cannot be reloaded, the previous version stays in use: {why}");
                reported = outcome.clone();
            }
            ReloadOutcome::Failed(_) | ReloadOutcome::Unchanged => {}
        }
        if !matches!(outcome, ReloadOutcome::Failed(_)) {
            reported = ReloadOutcome::Unchanged;
        }
        last = outcome;
    }
}
