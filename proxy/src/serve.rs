//! The process: sockets, the lines on stdout that say where it listens, signals, the end.
//!
//! Must not know what is answered.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::serve::ListenerExt as _;
use tokio::sync::oneshot;

use crate::Settings;
use crate::allowed::Allowed;
use crate::args::Args;
use crate::outbound::{self, Outbound, bind};
use crate::signals::Signals;

/// What is under way at a signal gets this long to end; a call that hangs must not keep the process.
const GRACE: Duration = Duration::from_secs(3);

/// Where the page is looked for when `--static-dir` is not given.
const DEFAULT_STATIC_DIR: &str = "dist/page";

/// Runs the proxy until SIGINT or SIGTERM.
///
/// # Errors
/// If an address is taken, an argument does not fit, or a socket fails.
pub async fn run(args: Args) -> anyhow::Result<()> {
    // Before anybody is told that the proxy is ready, lest a signal that answers it finds no handler.
    let signals = Signals::catch().context("signals cannot be caught")?;
    let static_dir = static_dir(args.static_dir.as_deref())?;
    let listener = bind(args.listen, "--listen").await?;
    let address = listener.local_addr()?;

    let Outbound { upstream, simulator } = outbound::prepare(&args).await?;
    if let Some(address) = simulator.filter(|_| args.simulator_listen.is_some()) {
        say(&format!("simulator: http://{address}"));
    }
    let settings = Settings {
        static_dir,
        cache_ttl: args.cache_ttl,
        allowed: Allowed::new(args.allow_batch_id.clone()),
        frame_ancestors: args.frame_ancestors.clone(),
    };
    let router = crate::router(upstream, settings)?;
    let (stop, stopped) = oneshot::channel::<()>();
    // A compressed body goes out in many small writes, which must not wait for one another's acknowledgement.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let serving = axum::serve(listener, router).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let query = if args.simulate { "?batch-id=pcb-demo" } else { "" };
    say(&format!("ready: http://{address}/{query}"));

    tokio::select! {
        ended = serving => ended.context("the server stopped")?,
        () = stop_after_signal(signals, stop) => {}
    }
    Ok(())
}

/// Ends a while after a signal, or at a second one; `stop` is told at the first.
async fn stop_after_signal(mut signals: Signals, stop: oneshot::Sender<()>) {
    signals.next().await;
    tracing::info!("stopping");
    let _ = stop.send(());
    tokio::select! {
        () = tokio::time::sleep(GRACE) => {}
        () = signals.next() => {}
    }
}

fn static_dir(given: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
    match given {
        Some(directory) if directory.is_dir() => Ok(Some(directory.to_owned())),
        Some(directory) => bail!("--static-dir {}: there is no such directory", directory.display()),
        None => Ok(Some(PathBuf::from(DEFAULT_STATIC_DIR)).filter(|directory| directory.is_dir())),
    }
}

/// A line on stdout, out at once: whoever started the proxy may be waiting for it. That nobody reads is no reason to
/// stop.
fn say(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}
