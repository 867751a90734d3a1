//! A virtual display (Xvfb) for browsers without a headless mode.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use batch_task_engines::display_arguments;

use crate::process;

/// The pointer starts at the centre of the screen. Without a window manager the window under the pointer has the focus,
/// so the screen is small enough for the browser window to cover its centre.
const SCREEN: &str = "1024x768x24";
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A running X server; dropping it stops the process.
#[derive(Debug)]
pub(crate) struct Display {
    server: Child,
    /// The value for the variable `DISPLAY`.
    pub(crate) name: String,
}

impl Display {
    /// Starts a server, which picks a free display number.
    ///
    /// # Errors
    /// If it does not start in time.
    pub(crate) fn start(program: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(display_arguments(SCREEN));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut display = Self { server: process::spawn(&mut command)?, name: String::new() };
        let output = display.server.stdout.take().context("its output is not piped")?;
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            // Nothing is sent on an error: the receiver then times out.
            let _ = BufReader::new(output).read_line(&mut line).map(|_| sender.send(line));
        });
        let number = receiver.recv_timeout(START_TIMEOUT).ok().filter(|number| !number.trim().is_empty());
        let number =
            number.with_context(|| format!("Xvfb did not start within {} s", START_TIMEOUT.as_secs()))?;
        display.name = format!(":{}", number.trim());
        Ok(display)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = process::stop_server(&mut self.server);
    }
}
