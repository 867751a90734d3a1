//! Creates the upstream from the arguments: the cloud's API, or a simulator in this process.

use std::io::ErrorKind;
use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use batch_task_simulator::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, Simulator};
use tokio::net::TcpListener;

use crate::args::Args;
use crate::clock;
use crate::credentials::{CredentialCache, Credentials, Environment};
use crate::endpoint::Endpoint;
use crate::http_proxy::HttpProxy;
use crate::target::{Source, Sourced, TargetSettings};
use crate::upstream::Upstream;

/// An upstream that is ready to be called.
pub struct PreparedUpstream {
    /// The upstream.
    pub upstream: Upstream,
    /// The address of the simulator, if there is one.
    pub simulator: Option<SocketAddr>,
}

/// Creates the upstream, and starts the simulator if requested. Credentials are loaded in the background.
///
/// # Errors
/// If an argument is not valid, an address is in use, or the CA certificates cannot be loaded.
pub async fn prepare(args: &Args) -> anyhow::Result<PreparedUpstream> {
    let (target, credentials, simulator) = if args.simulate {
        let address = start_simulator(args).await?;
        let credentials = CredentialCache::fixed(Ok(simulator_credentials()));
        let endpoint = Endpoint::parse(&format!("http://{address}"))?;
        let endpoint = Sourced { value: endpoint, source: Source::Setting("--simulate") };
        let target = TargetSettings { endpoint: Some(endpoint), ..TargetSettings::default() };
        (target, credentials, Some(address))
    } else {
        if let Err(error) = HttpProxy::of_process() {
            bail!(*error);
        }
        let environment = Environment::of_process(args.profile.clone());
        let target = args.endpoint.settings(&environment)?;
        let environment = Environment { target: target.clone(), ..environment };
        (target, CredentialCache::start(environment), None)
    };
    let upstream = Upstream::new(target, credentials, args.timeouts(), clock::system())
        .context("the HTTP client cannot be created; are the system's CA certificates installed?")?
        .with_limits(args.upstream_limits());
    Ok(PreparedUpstream { upstream, simulator })
}

/// Returns the access key that the simulator accepts.
fn simulator_credentials() -> Credentials {
    Credentials {
        access_key_id: ACCESS_KEY_ID.to_owned(),
        access_key_secret: ACCESS_KEY_SECRET.to_owned(),
        security_token: None,
    }
}

async fn start_simulator(args: &Args) -> anyhow::Result<SocketAddr> {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = bind(args.simulator_listen.unwrap_or(any_port), "--simulator-listen").await?;
    let address = listener.local_addr()?;
    let simulator = Simulator::new(args.simulator_speed, args.simulator_seed, clock::system());
    tokio::spawn(async move { axum::serve(listener, simulator.router()).await });
    Ok(address)
}

/// Listens on an address. `flag` is the flag that sets the address, for the error message.
///
/// # Errors
/// If the address is in use or cannot be used.
pub async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("{address} is in use by another program: stop it, or choose another port with {flag}")
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on {address}")),
    }
}
