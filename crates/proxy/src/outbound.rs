//! From arguments to the upstream that is called: the cloud's, or a simulator inside this process.
//!
//! Must not know what the proxy answers.

use std::io::ErrorKind;
use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use tokio::net::TcpListener;

use crate::args::Args;
use crate::clock;
use crate::credentials::{Keeper, Places};
use crate::endpoint::Endpoint;
use crate::simulator::{self, Simulator};
use crate::upstream::Upstream;

/// What is called.
pub struct Outbound {
    /// The API, ready to be called.
    pub upstream: Upstream,
    /// Where the simulator listens, if there is one.
    pub simulator: Option<SocketAddr>,
}

/// Prepares the upstream, and starts the simulator if it is asked for; credentials are looked for in the background.
///
/// # Errors
/// If an argument does not fit, an address is taken, or the machine's certificates cannot be loaded.
pub async fn prepare(args: &Args) -> anyhow::Result<Outbound> {
    let (endpoint, credentials, simulator) = if args.simulate {
        let address = start_simulator(args).await?;
        let credentials = Keeper::settled(Ok(simulator::credentials()));
        (Endpoint::parse(&format!("http://{address}"))?, credentials, Some(address))
    } else {
        let places = Places::of_process(args.profile.clone());
        (args.upstream_endpoint()?, Keeper::start(places), None)
    };
    let upstream = Upstream::new(endpoint, credentials, args.timeouts(), clock::system())
        .context("the HTTP client cannot be set up; are the system's CA certificates installed?")?
        .with_limits(args.limits());
    Ok(Outbound { upstream, simulator })
}

async fn start_simulator(args: &Args) -> anyhow::Result<SocketAddr> {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = bind(args.simulator_listen.unwrap_or(any_port), "--simulator-listen").await?;
    let address = listener.local_addr()?;
    let simulator = Simulator::new(args.simulator_speed, args.simulator_seed, clock::system());
    tokio::spawn(async move { axum::serve(listener, simulator.router()).await });
    Ok(address)
}

/// Listens on an address that `flag` gave.
///
/// # Errors
/// If that cannot be done; one that is taken is explained.
pub async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("{address} is taken by another program: stop it, or choose another port with {flag}")
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on {address}")),
    }
}
