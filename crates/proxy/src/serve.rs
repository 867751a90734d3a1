//! The process: set-up, sockets, the lines on stdout, and shutdown.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

use crate::access::Access;
use crate::args::{Args, ClientArgs};
use crate::batch_allow_list::BatchAllowList;
use crate::client_address::TrustedProxies;
use crate::client_limit::ClientRateLimit;
use crate::clock::MonotonicClock;
use crate::connections::{ConnectionLimits, Server};
use crate::descriptors::available_connections;
use crate::health::Draining;
use crate::metrics::Metrics;
use crate::prerender::Prerendering;
use crate::router::{AdminRoutes, Settings, admin_router, router};
use crate::signals::StopSignal;
use crate::supervise::{BackgroundTask, BackgroundTasks};
use crate::tls::Certificate;
use crate::upstream::Upstream;
use crate::upstream_setup::{self, PreparedUpstream, bind};
use crate::{log, stdout};

/// The directory of the page if `--static-dir` is not given.
const DEFAULT_STATIC_DIR: &str = "dist/page";
/// The time after the drain time-out in which the process ends, whatever blocks it. Together with the time for the last log
/// lines it is less than the second that the documentation states.
const EXIT_MARGIN: Duration = Duration::from_millis(800);
/// The limit of connections to the address of `--admin-listen`.
const ADMIN_CONNECTIONS: usize = 64;

/// Runs the proxy until SIGINT or SIGTERM.
///
/// # Errors
/// If an address is in use, an argument is not valid, or a socket fails.
pub async fn run(args: Args) -> anyhow::Result<()> {
    // Installed before the line `ready:` is printed, because a program that waits for it may send a signal at once.
    let stop = StopSignal::install(args.client.drain_delay + args.client.drain_timeout + EXIT_MARGIN)
        .context("the signal handlers cannot be installed")?;
    let proxy = tokio::select! {
        proxy = Proxy::set_up(args) => proxy?,
        // There are no requests yet that could complete.
        () = stop.received() => return Ok(()),
    };
    proxy.run(stop).await;
    Ok(())
}

/// A proxy that is ready to serve.
struct Proxy {
    server: Server,
    listener: TcpListener,
    admin: Option<(Server, TcpListener)>,
    draining: Draining,
    drain_delay: Duration,
}

impl Proxy {
    async fn set_up(args: Args) -> anyhow::Result<Self> {
        args.check_list()?;
        let client = args.client.clone();
        let static_dir = args.static_dir.clone();
        // A file may be on a slow network drive, or be a named pipe.
        let Files { static_dir, access, certificate } =
            spawn_blocking(move || Files::read(static_dir.as_deref(), &client)).await??;
        let client = &args.client;
        warn_about_tokens_in_clear(client, &access, certificate.as_ref());
        let listener = bind(client.listen, "--listen").await?;
        let address = listener.local_addr()?;
        let admin_listener = match client.admin_listen {
            Some(address) => Some(bind(address, "--admin-listen").await?),
            None => None,
        };

        let PreparedUpstream { upstream, simulator } = upstream_setup::prepare(&args).await?;
        if let Some(address) = simulator.filter(|_| args.simulator_listen.is_some()) {
            print_line(format!("simulator: http://{address}")).await;
        }
        let draining = Draining::default();
        let settings = Settings {
            static_dir,
            prerendering: if args.no_prerender { Prerendering::Off } else { Prerendering::On },
            cache_ttl: args.cache_ttl,
            memory_limit: Some(args.memory_limit_bytes()),
            clock: MonotonicClock::default(),
            redaction: args.redaction(),
            batch_allow_list: BatchAllowList::new(args.allow_batch_id.clone()),
            is_list_allowed: args.list,
            frame_ancestors: args.frame_ancestors.clone(),
            tasks: background_tasks(&access, certificate.as_ref()),
            access,
            cache_scope: client.cache_scope(),
            admin_routes: if admin_listener.is_some() { AdminRoutes::Separate } else { AdminRoutes::Shared },
            origins: client.allow_origin.clone(),
            trusted_proxies: TrustedProxies::new(client.trusted_proxy.clone()),
            client_rate_limit: ClientRateLimit::new(client.requests_per_second()),
            metrics: Metrics::default(),
            draining: draining.clone(),
        };
        let limits = client.connection_limits(available_connections(client.max_connections.get()));
        let admin = match admin_listener {
            Some(listener) => {
                let server = admin_server(&listener, &upstream, &settings, limits)?;
                print_line(format!("admin: http://{}", listener.local_addr()?)).await;
                Some((server, listener))
            }
            None => None,
        };
        let server = Server {
            metrics: settings.metrics.clone(),
            trusted_proxies: settings.trusted_proxies.clone(),
            limits,
            tls: certificate.as_ref().map(Certificate::acceptor).transpose()?,
            router: router(upstream, settings)?,
        };
        let scheme = if certificate.is_some() { "https" } else { "http" };
        let query = if args.simulate { "?batch-id=pcb-demo" } else { "" };
        print_line(format!("ready: {scheme}://{address}/{query}")).await;
        Ok(Self { server, listener, admin, draining, drain_delay: client.drain_delay })
    }

    /// Serves until the signal, and then until the requests in progress have completed.
    async fn run(self, stop: StopSignal) {
        let Self { server, listener, admin, draining, drain_delay } = self;
        if let Some((server, listener)) = admin {
            // It also answers while the proxy shuts down.
            tokio::spawn(server.run(listener, std::future::pending()));
        }
        let stopped = async {
            stop.received().await;
            tracing::info!("stopping");
            draining.begin();
            tokio::time::sleep(drain_delay).await;
        };
        server.run(listener, stopped).await;
    }
}

/// The files that the flags for clients name.
struct Files {
    static_dir: Option<PathBuf>,
    access: Access,
    certificate: Option<Certificate>,
}

impl Files {
    fn read(static_dir: Option<&Path>, client: &ClientArgs) -> anyhow::Result<Self> {
        Ok(Self {
            static_dir: find_static_dir(static_dir)?,
            access: client.access()?,
            certificate: client.certificate()?,
        })
    }
}

fn find_static_dir(given: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
    let Some(directory) = given else {
        return Ok(Some(PathBuf::from(DEFAULT_STATIC_DIR)).filter(|directory| directory.is_dir()));
    };
    if !directory.is_dir() {
        bail!("--static-dir {}: the directory does not exist", directory.display());
    }
    if !directory.join("index.html").is_file() {
        tracing::warn!(
            "--static-dir {} contains no index.html: is it the directory of the built page?",
            directory.display()
        );
    }
    Ok(Some(directory.to_owned()))
}

fn warn_about_tokens_in_clear(client: &ClientArgs, access: &Access, certificate: Option<&Certificate>) {
    if matches!(access, Access::Tokens(_)) && certificate.is_none() && !client.listen.ip().is_loopback() {
        tracing::warn!(
            "clients of {} send their tokens in clear text, which others on the network can read: use --tls-cert and --tls-key, \
             or accept connections only from a server in front of the proxy that uses TLS",
            client.listen
        );
    }
}

fn background_tasks(access: &Access, certificate: Option<&Certificate>) -> BackgroundTasks {
    let tasks = BackgroundTasks::default();
    tasks.add(BackgroundTask::spawn("report of dropped log lines", log::report_periodically));
    if let Access::Tokens(tokens) = access {
        let tokens = tokens.clone();
        tasks.add(BackgroundTask::spawn("reload of the token file", move || tokens.clone().watch()));
    }
    if let Some(certificate) = certificate.cloned() {
        tasks.add(BackgroundTask::spawn("reload of the certificate", move || certificate.clone().watch()));
    }
    tasks
}

fn admin_server(
    listener: &TcpListener,
    upstream: &Upstream,
    settings: &Settings,
    limits: ConnectionLimits,
) -> anyhow::Result<Server> {
    let is_loopback = listener.local_addr()?.ip().is_loopback();
    let access = if is_loopback { Access::Loopback } else { Access::Open };
    Ok(Server {
        router: admin_router(upstream, settings, access)?,
        // The metric of connections is that of the other address.
        metrics: Metrics::default(),
        limits: ConnectionLimits { connections: ADMIN_CONNECTIONS, per_client: None, ..limits },
        trusted_proxies: TrustedProxies::default(),
        tls: None,
    })
}

/// Prints a line. A stdout that is not read does not block a thread of the runtime.
async fn print_line(line: String) {
    let _ = spawn_blocking(move || stdout::print(&line)).await;
}
