//! `cargo xtask demo`: builds the page and the proxy, and serves both with simulated tasks until the user interrupts.

mod opener;

use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow, bail};

use crate::args::DemoOptions;
use crate::build_variant::BuildVariant;
use crate::interrupt::Interrupted;
use crate::server::Server;
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{console, gallery, page, proxy};

/// Returns when the user interrupts.
///
/// # Errors
/// If a build fails, or the proxy does not start or exits.
pub(crate) fn run(workspace: &Workspace, options: &DemoOptions) -> Result<()> {
    // Checked before a build of several minutes.
    check_port(options.port)?;
    let toolbox = Toolbox::for_page(workspace)?;
    let variant = BuildVariant::shipped()?;
    // At the same time, because the optimisation of the page uses only one core.
    let (page, program) = thread::scope(|scope| {
        let program = scope.spawn(|| proxy::build(workspace));
        (page::build(workspace, &toolbox, variant), program.join())
    });
    page?;
    let program = program.map_err(|_| anyhow!("the build of the proxy panicked"))??;
    let site = gallery::assemble(workspace)?;

    let mut command = Command::new(program);
    command
        .args(["--simulate", "--list", "--listen", &format!("127.0.0.1:{}", options.port), "--static-dir"])
        .arg(site);
    match serve(options, Server::start(&mut command)?) {
        Err(error) if error.is::<Interrupted>() => {
            console::line("stopped");
            Ok(())
        }
        result => result,
    }
}

fn serve(options: &DemoOptions, mut server: Server) -> Result<()> {
    let url = server.wait_until_ready("ready: ").context("cannot start the proxy")?;
    let mut stdout = io::stdout();
    writeln!(stdout, "ready: {url}").and_then(|()| stdout.flush()).context("cannot write to stdout")?;
    console::line("press Ctrl-C to stop");
    if !options.no_open {
        opener::open(&url);
    }
    let status = server.wait()?;
    bail!("the proxy exited ({status})")
}

fn check_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            bail!(
                "port {port} of 127.0.0.1 is in use: stop the program that uses it, or select another with --port"
            )
        }
        Err(error) => {
            bail!("cannot listen on port {port} of 127.0.0.1 ({error}): select another with --port")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_for_a_port_in_use_names_the_port_and_the_option() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let message = check_port(port).unwrap_err().to_string();
        assert!(message.contains(&port.to_string()) && message.contains("--port"), "{message}");
    }
}
