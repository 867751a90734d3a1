//! A screen that nobody sees, for browsers that draw on none without. It must not know which.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use batch_task_browser_engines::display_arguments;

use crate::process;

/// So large that the pointer, which begins in its middle, is in the window: without a window manager that is what gives a
/// window the focus.
const SCREEN: &str = "1024x768x24";
/// How long the server may take to start.
const START: Duration = Duration::from_secs(30);

/// A running X server; its drop ends it.
#[derive(Debug)]
pub(crate) struct Display {
    server: Child,
    /// As it stands in `DISPLAY`.
    pub(crate) name: String,
}

impl Display {
    /// Starts one under a number that nobody has, whatever others may have left behind.
    ///
    /// # Errors
    /// If it does not start in time.
    pub(crate) fn start(program: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(display_arguments(SCREEN));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut display = Self { server: process::spawn(&mut command)?, name: String::new() };
        let output = display.server.stdout.take().context("its output is not piped")?;
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            // Whoever waits has the time-out to go by.
            let _ = BufReader::new(output).read_line(&mut line).map(|_| tell.send(line));
        });
        let number = told.recv_timeout(START).ok().filter(|number| !number.trim().is_empty());
        let number = number.with_context(|| format!("Xvfb has not started within {} s", START.as_secs()))?;
        display.name = format!(":{}", number.trim());
        Ok(display)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Whether it has just ended by itself is of no interest.
        let _ = process::stop_server(&mut self.server);
    }
}
