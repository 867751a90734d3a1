//! Ctrl-C, SIGTERM and SIGHUP, counted. It must not know what is to be stopped: whoever waits looks here.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// The error of work that was given up because the user asked to stop.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("stopped, as asked")
    }
}

impl std::error::Error for Interrupted {}

/// From here on a signal no longer ends this process by itself.
///
/// # Errors
/// If the system refuses the handler.
pub(crate) fn listen() -> Result<()> {
    ctrlc::set_handler(|| {
        COUNT.fetch_add(1, Ordering::Relaxed);
    })
    .context("cannot listen for Ctrl-C")
}

/// How often the user has asked to stop.
pub(crate) fn count() -> usize {
    COUNT.load(Ordering::Relaxed)
}

/// Between two steps of work.
///
/// # Errors
/// [`Interrupted`], once the user has asked to stop.
pub(crate) fn check() -> Result<(), Interrupted> {
    if count() == 0 { Ok(()) } else { Err(Interrupted) }
}
