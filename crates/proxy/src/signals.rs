//! The signals that stop the process: SIGINT and SIGTERM, or Ctrl-C on systems without signals.
//!
//! They are handled by a thread with a runtime of its own, so that nothing that blocks the proxy delays the end of the
//! process beyond the time-out.

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::watch;

use crate::log;

/// Whether a signal to stop was received.
#[derive(Debug, Clone)]
pub(crate) struct StopSignal(watch::Receiver<bool>);

impl StopSignal {
    /// Installs the handlers, which replace the default actions. A second signal ends the process immediately, and so does
    /// the first one after `limit`. SIGHUP is ignored.
    ///
    /// # Errors
    /// If the handlers or the thread cannot be installed.
    pub(crate) fn install(limit: Duration) -> io::Result<Self> {
        let (sender, receiver) = watch::channel(false);
        let (installed, result) = mpsc::channel();
        let thread = thread::Builder::new().name("signals".to_owned());
        thread.spawn(move || handle(&sender, limit, &installed))?;
        // The sender is dropped without a result only if the thread panics.
        result.recv().unwrap_or_else(|_| Err(io::Error::other("the thread has panicked")))?;
        Ok(Self(receiver))
    }

    /// Returns after the first signal.
    pub(crate) async fn received(&self) {
        // The sender is dropped only when the process ends.
        let _ = self.0.clone().wait_for(|is_received| *is_received).await;
    }
}

fn handle(stop: &watch::Sender<bool>, limit: Duration, installed: &mpsc::Sender<io::Result<()>>) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(installed.send(Err(error))),
    };
    runtime.block_on(async {
        let mut signals = match Signals::catch() {
            Ok(signals) => signals,
            Err(error) => return drop(installed.send(Err(error))),
        };
        // Without this thread the process would ignore signals.
        let _exit = ExitOnDrop;
        let _ = installed.send(Ok(()));
        signals.next().await;
        stop.send_replace(true);
        tokio::select! {
            () = signals.next() => tracing::warn!("stopping immediately"),
            () = tokio::time::sleep(limit) => {
                tracing::warn!("stopping immediately, because something blocks the shutdown");
            }
        }
    });
}

/// Ends the process when it is dropped.
struct ExitOnDrop;

impl Drop for ExitOnDrop {
    fn drop(&mut self) {
        log::finish();
        std::process::exit(if thread::panicking() { 1 } else { 0 });
    }
}

struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next signal to stop.
    #[cfg(unix)]
    async fn next(&mut self) {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => return,
                _ = self.terminate.recv() => return,
                _ = self.hangup.recv() => {
                    tracing::info!("SIGHUP is ignored: changed files are reloaded without it, and flags require a restart");
                }
            }
        }
    }

    #[cfg(not(unix))]
    fn catch() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next signal to stop.
    #[cfg(not(unix))]
    async fn next(&mut self) {
        // If the handler cannot be installed, the default action still ends the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
