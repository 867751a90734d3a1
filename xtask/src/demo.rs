//! `cargo xtask demo`: the page, the proxy and its simulator, until the user has seen enough.

mod check;
mod opener;
mod server;

use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result, bail};
use server::Server;

use crate::args::{Browser, DemoOptions};
use crate::flavour::Flavour;
use crate::interrupt::Interrupted;
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{gallery, page, proxy, say};

/// Sets up, builds, serves, and returns when the user asks to stop.
///
/// # Errors
/// If something cannot be set up, built or started, or the proxy ends by itself.
pub(crate) fn run(workspace: &Workspace, options: &DemoOptions) -> Result<()> {
    // Known now, it need not be learnt after minutes of building.
    check_port(options.port)?;
    let toolbox = Toolbox::for_page(workspace)?;
    // What is shown is what is shipped: else the two would take turns in one folder.
    page::build(workspace, &toolbox, Flavour::to_ship()?)?;
    let site = gallery::assemble(workspace)?;
    let program = proxy::build(workspace)?;

    match serve(workspace, options, Server::start(&program, &site, options.port)?) {
        Err(error) if error.is::<Interrupted>() => {
            say::line("stopped");
            Ok(())
        }
        result => result,
    }
}

fn serve(workspace: &Workspace, options: &DemoOptions, mut server: Server) -> Result<()> {
    let url = server.wait_until_ready()?;
    check::page_is_served(&url).with_context(|| {
        format!("the proxy is up but does not serve {}", workspace.shown(&workspace.page()))
    })?;
    let mut stdout = io::stdout();
    writeln!(stdout, "ready: {url}").and_then(|()| stdout.flush()).context("cannot write to stdout")?;
    say::line("Ctrl-C stops it");
    if options.browser == Browser::Open {
        opener::open(&url);
    }
    let status = server.wait()?;
    bail!("the proxy ended by itself ({status})")
}

fn check_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            bail!("port {port} of 127.0.0.1 is taken: stop what listens there, or choose another with --port")
        }
        Err(error) => {
            bail!("cannot listen on port {port} of 127.0.0.1 ({error}): choose another with --port")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_the_way_out() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let message = check_port(port).unwrap_err().to_string();
        assert!(message.contains(&port.to_string()) && message.contains("--port"), "{message}");
    }
}
