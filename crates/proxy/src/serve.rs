//! The process: sockets, the lines on stdout, signals and shutdown.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::sync::watch;

use crate::access::Access;
use crate::args::Args;
use crate::batch_allow_list::BatchAllowList;
use crate::client_address::TrustedProxies;
use crate::client_limit::ClientRateLimit;
use crate::clock::MonotonicClock;
use crate::health::Draining;
use crate::metrics::Metrics;
use crate::signals::Signals;
use crate::upstream_setup::{self, PreparedUpstream, bind};
use crate::{Settings, connections};

/// File descriptors besides client connections: files of the page, calls to the API, logs.
const OTHER_DESCRIPTORS: u64 = 512;

/// The directory of the page if `--static-dir` is not given.
const DEFAULT_STATIC_DIR: &str = "dist/page";

/// Runs the proxy until SIGINT or SIGTERM.
///
/// # Errors
/// If an address is in use, an argument is not valid, or a socket fails.
pub async fn run(args: Args) -> anyhow::Result<()> {
    // Installed before the line `ready:` is printed, because a program that waits for it may send a signal at once.
    let signals = Signals::catch().context("the signal handlers cannot be installed")?;
    let static_dir = static_dir(args.static_dir.as_deref())?;
    let access = args.client.access()?;
    raise_descriptor_limit(args.client.max_connections.get());
    let listener = bind(args.client.listen, "--listen").await?;
    let address = listener.local_addr()?;

    let PreparedUpstream { upstream, simulator } = upstream_setup::prepare(&args).await?;
    if let Some(address) = simulator.filter(|_| args.simulator_listen.is_some()) {
        print_line(&format!("simulator: http://{address}"));
    }
    if let Access::Tokens(tokens) = &access {
        tokio::spawn(tokens.clone().watch());
    }
    let (metrics, draining) = (Metrics::default(), Draining::default());
    let settings = Settings {
        static_dir,
        cache_ttl: args.cache_ttl,
        memory_limit: Some(args.memory_limit_bytes()),
        clock: MonotonicClock::default(),
        accounts: args.accounts(),
        batch_allow_list: BatchAllowList::new(args.allow_batch_id.clone()),
        frame_ancestors: args.frame_ancestors.clone(),
        access,
        origins: args.client.allow_origin.clone(),
        trusted_proxies: TrustedProxies::new(args.client.trusted_proxy.clone()),
        client_rate_limit: ClientRateLimit::new(args.client.requests_per_second()),
        metrics: metrics.clone(),
        draining: draining.clone(),
    };
    let router = crate::router(upstream, settings)?;
    let (signal_sender, signal_count) = watch::channel(0_u8);
    tokio::spawn(count_signals(signals, signal_sender));
    let stop = stop_after_signal(signal_count.clone(), draining, args.client.drain_delay);
    let query = if args.simulate { "?batch-id=pcb-demo" } else { "" };
    print_line(&format!("ready: http://{address}/{query}"));

    tokio::select! {
        () = connections::serve(listener, router, metrics, args.client.connection_limits(), stop) => {}
        () = signal_number(2, signal_count) => tracing::warn!("stopping immediately"),
    }
    Ok(())
}

/// Publishes the number of signals received.
async fn count_signals(mut signals: Signals, count: watch::Sender<u8>) {
    loop {
        signals.next().await;
        count.send_modify(|count| *count = count.saturating_add(1));
    }
}

/// Returns after the first signal and the drain delay.
async fn stop_after_signal(signals: watch::Receiver<u8>, draining: Draining, delay: Duration) {
    signal_number(1, signals).await;
    tracing::info!("stopping");
    draining.begin();
    tokio::time::sleep(delay).await;
}

async fn signal_number(number: u8, mut signals: watch::Receiver<u8>) {
    // The sender is never dropped.
    let _ = signals.wait_for(|count| *count >= number).await;
}

/// Raises the limit of file descriptors, which is often 1,024. Each connection needs one.
fn raise_descriptor_limit(connections: usize) {
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OTHER_DESCRIPTORS);
    match rlimit::increase_nofile_limit(wanted) {
        Ok(limit) if limit < wanted => tracing::warn!(
            "--max-connections {connections} requires {wanted} file descriptors, but the limit of this process is {limit}"
        ),
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the limit on file descriptors cannot be raised"),
    }
}

fn static_dir(given: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
    match given {
        Some(directory) if directory.is_dir() => Ok(Some(directory.to_owned())),
        Some(directory) => bail!("--static-dir {}: the directory does not exist", directory.display()),
        None => Ok(Some(PathBuf::from(DEFAULT_STATIC_DIR)).filter(|directory| directory.is_dir())),
    }
}

/// Prints and flushes a line on stdout, because the parent process may wait for it. A closed stdout is ignored.
fn print_line(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}
