//! Counts Ctrl-C, SIGTERM and SIGHUP. Code that waits polls the count.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// The error of work that stopped because the user interrupted.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Installs the handler. From then on a signal no longer ends this process.
pub(crate) fn listen() -> Result<()> {
    ctrlc::set_handler(|| {
        COUNT.fetch_add(1, Ordering::Relaxed);
    })
    .context("cannot handle Ctrl-C")
}

/// Returns how often the user has interrupted.
pub(crate) fn count() -> usize {
    COUNT.load(Ordering::Relaxed)
}

/// Called between two steps of work.
///
/// # Errors
/// [`Interrupted`], if the user has interrupted.
pub(crate) fn check() -> Result<(), Interrupted> {
    if count() == 0 { Ok(()) } else { Err(Interrupted) }
}
