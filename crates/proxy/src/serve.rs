//! The process: sockets, the lines on stdout that say where it listens, signals, the end.
//!
//! Must not know what is answered.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::sync::watch;

use crate::access::Access;
use crate::allowed::Allowed;
use crate::args::Args;
use crate::client::TrustedProxies;
use crate::health::Draining;
use crate::metrics::Metrics;
use crate::outbound::{self, Outbound, bind};
use crate::rate::RateLimit;
use crate::signals::Signals;
use crate::{Settings, connections};

/// What is open beside clients' connections: files of the page, calls of the API, logs.
const OTHER_DESCRIPTORS: u64 = 512;

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
    let access = args.front.access()?;
    raise_descriptor_limit(args.front.max_connections.get());
    let listener = bind(args.front.listen, "--listen").await?;
    let address = listener.local_addr()?;

    let Outbound { upstream, simulator } = outbound::prepare(&args).await?;
    if let Some(address) = simulator.filter(|_| args.simulator_listen.is_some()) {
        say(&format!("simulator: http://{address}"));
    }
    if let Access::Tokens(tokens) = &access {
        tokio::spawn(tokens.clone().follow());
    }
    let (metrics, draining) = (Metrics::default(), Draining::default());
    let settings = Settings {
        static_dir,
        cache_ttl: args.cache_ttl,
        accounts: args.accounts(),
        allowed: Allowed::new(args.allow_batch_id.clone()),
        frame_ancestors: args.frame_ancestors.clone(),
        access,
        origins: args.front.allow_origin.clone(),
        trusted_proxies: TrustedProxies::new(args.front.trusted_proxy.clone()),
        rate_limit: RateLimit::new(args.front.requests_per_second()),
        metrics: metrics.clone(),
        draining: draining.clone(),
    };
    let router = crate::router(upstream, settings)?;
    let (asked_to_stop, asked_again) = watch::channel(0_u8);
    tokio::spawn(count_signals(signals, asked_to_stop));
    let stop = stop_after_signal(asked_again.clone(), draining, args.front.drain_delay);
    let query = if args.simulate { "?batch-id=pcb-demo" } else { "" };
    say(&format!("ready: http://{address}/{query}"));

    tokio::select! {
        () = connections::serve(listener, router, metrics, args.front.limits(), stop) => {}
        () = signal_number(2, asked_again) => tracing::warn!("stopping at once"),
    }
    Ok(())
}

/// Tells how many signals there have been.
async fn count_signals(mut signals: Signals, count: watch::Sender<u8>) {
    loop {
        signals.next().await;
        count.send_modify(|count| *count = count.saturating_add(1));
    }
}

/// Ends a while after the first signal, or at the second.
async fn stop_after_signal(signals: watch::Receiver<u8>, draining: Draining, delay: Duration) {
    signal_number(1, signals).await;
    tracing::info!("stopping");
    draining.begin();
    tokio::time::sleep(delay).await;
}

async fn signal_number(number: u8, mut signals: watch::Receiver<u8>) {
    // Its sender lives as long as the process.
    let _ = signals.wait_for(|count| *count >= number).await;
}

/// Every connection takes a file descriptor, of which a process gets 1,024 unless it asks for more.
fn raise_descriptor_limit(connections: usize) {
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OTHER_DESCRIPTORS);
    match rlimit::increase_nofile_limit(wanted) {
        Ok(limit) if limit < wanted => tracing::warn!(
            "--max-connections {connections} needs {wanted} file descriptors, of which this process may have {limit}"
        ),
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the limit of file descriptors cannot be raised"),
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
