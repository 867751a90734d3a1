//! A virtual display (Xvfb) for browsers without a headless mode.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use batch_task_browser_engines::display_arguments;

use crate::server::Server;

/// The pointer starts at the centre of the screen. Without a window manager the window under the pointer has the focus,
/// so the screen is small enough for the browser window to cover its centre.
const SCREEN: &str = "1024x768x24";

/// A running X server; dropping it stops the process.
#[derive(Debug)]
pub(crate) struct Display {
    _server: Server,
    /// The value for the variable `DISPLAY`.
    pub(crate) name: String,
}

impl Display {
    /// Starts a server, which selects a free display number and prints it.
    pub(crate) fn start(program: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        let mut server = Server::start(command.args(display_arguments(SCREEN)).stderr(Stdio::null()))?;
        let number = server.wait_until_ready("").context("cannot start Xvfb")?;
        Ok(Self { _server: server, name: format!(":{number}") })
    }
}
