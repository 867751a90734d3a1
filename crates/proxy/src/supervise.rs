//! Background tasks that are restarted if they end or panic.
//!
//! This module must not know what the tasks do.

use std::fmt;
use std::future::Future;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The delay before a task is restarted. It doubles with each further failure.
const RESTART_MIN: Duration = Duration::from_secs(1);
/// The maximum delay before a task is restarted. A task that ran for longer starts again with the minimum.
const RESTART_MAX: Duration = Duration::from_secs(60);

/// A background task. Clones refer to the same task; dropping them does not end it.
#[derive(Debug, Clone)]
pub struct BackgroundTask {
    name: &'static str,
    is_running: Arc<AtomicBool>,
}

impl BackgroundTask {
    /// Starts a task. `run` is called for the first start and for each restart. The task is restarted if the future returns
    /// `Continue` or panics; it ends if the future returns `Break`.
    pub fn spawn<F>(name: &'static str, run: impl Fn() -> F + Send + 'static) -> Self
    where
        F: Future<Output = ControlFlow<()>> + Send + 'static,
    {
        let task = Self { name, is_running: Arc::new(AtomicBool::new(true)) };
        tokio::spawn(task.clone().supervise(run));
        task
    }

    async fn supervise<F>(self, run: impl Fn() -> F + Send)
    where
        F: Future<Output = ControlFlow<()>> + Send + 'static,
    {
        let mut delay = RESTART_MIN;
        loop {
            self.is_running.store(true, Ordering::Relaxed);
            let started = Instant::now();
            // A task of its own, because only that catches a panic.
            let why = match tokio::spawn(run()).await {
                Ok(ControlFlow::Break(())) => return,
                Ok(ControlFlow::Continue(())) => "has ended",
                Err(error) if error.is_panic() => "has panicked",
                // The runtime shuts down.
                Err(_) => return,
            };
            self.is_running.store(false, Ordering::Relaxed);
            if started.elapsed() >= RESTART_MAX {
                delay = RESTART_MIN;
            }
            tracing::error!(
                "the background task \"{}\" {why}; it is restarted in {} s",
                self.name,
                delay.as_secs()
            );
            tokio::time::sleep(delay).await;
            delay = (delay * 2).min(RESTART_MAX);
        }
    }

    /// Returns the name, if the task is waiting for its restart.
    #[must_use]
    pub fn failed(&self) -> Option<&'static str> {
        (!self.is_running.load(Ordering::Relaxed)).then_some(self.name)
    }
}

/// The background tasks of a proxy. Clones share the list.
#[derive(Clone, Default)]
pub struct BackgroundTasks(Arc<Mutex<Vec<BackgroundTask>>>);

impl BackgroundTasks {
    /// Adds a task.
    pub fn add(&self, task: BackgroundTask) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    /// Returns the names of the tasks that are waiting for their restart.
    #[must_use]
    pub fn failed(&self) -> Vec<&'static str> {
        let tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.iter().filter_map(BackgroundTask::failed).collect()
    }
}

impl fmt::Debug for BackgroundTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackgroundTasks").field("failed", &self.failed()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_task_that_ends_or_panics_is_restarted_with_growing_delays() {
        let (starts, tasks) = (Arc::new(AtomicU32::new(0)), BackgroundTasks::default());
        let begin = Instant::now();
        let counter = Arc::clone(&starts);
        tasks.add(BackgroundTask::spawn("example", move || {
            let number = counter.fetch_add(1, Ordering::SeqCst);
            async move {
                match number {
                    0 => ControlFlow::Continue(()),
                    1..=9 => panic!("start {number}"),
                    _ => std::future::pending().await,
                }
            }
        }));
        // The delays are 1, 2, 4, 8, 16, 32, 60, 60, 60 and 60 s.
        for (second, expected) in [(0, 1), (1, 2), (3, 3), (7, 4), (63, 7), (123, 8), (303, 11)] {
            let later = Duration::from_secs(second) + Duration::from_millis(500);
            tokio::time::sleep_until(begin + later).await;
            assert_eq!(starts.load(Ordering::SeqCst), expected, "after {second} s");
            let failed: &[_] = if expected < 11 { &["example"] } else { &[] };
            assert_eq!(tasks.failed(), failed, "after {second} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_is_finished_is_not_restarted() {
        let starts = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&starts);
        let task = BackgroundTask::spawn("example", move || {
            counter.fetch_add(1, Ordering::SeqCst);
            async { ControlFlow::Break(()) }
        });
        tokio::time::sleep(RESTART_MAX * 2).await;
        assert_eq!((starts.load(Ordering::SeqCst), task.failed()), (1, None));
    }
}
