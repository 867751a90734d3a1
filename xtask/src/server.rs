//! A child process that runs until it is stopped and prints a line when it is ready: the proxy, or an X server.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{interrupt, process};

const START_TIMEOUT: Duration = Duration::from_secs(60);
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A running server; dropping it stops the process.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    lines: Receiver<String>,
}

impl Server {
    /// Starts a program without stdin.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut child = process::spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
        let stdout = child.stdout.take().context("stdout is not piped")?;
        let (sender, lines) = mpsc::channel();
        // Reads to the end, so that the server never blocks on a full pipe.
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Err(unread) = sender.send(line) {
                    eprintln!("{}", unread.0);
                }
            }
        });
        Ok(Self { child, lines })
    }

    /// Waits for the line that starts with `prefix`, prints those before it, and returns the rest of the line.
    ///
    /// # Errors
    /// If the server exits or is not ready in time, or the user interrupts.
    pub(crate) fn wait_until_ready(&mut self, prefix: &str) -> Result<String> {
        let start = Instant::now();
        while start.elapsed() < START_TIMEOUT {
            interrupt::check()?;
            match self.lines.recv_timeout(POLL_INTERVAL) {
                Ok(line) => match line.strip_prefix(prefix) {
                    Some(rest) => return Ok(rest.trim().to_owned()),
                    None => eprintln!("{line}"),
                },
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => bail!("exited before it was ready ({})", self.wait()?),
            }
        }
        bail!("was not ready within {} s", START_TIMEOUT.as_secs())
    }

    /// Waits until the server exits. If the user interrupts, stops it and returns [`interrupt::Interrupted`].
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        process::wait(&mut self.child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = process::stop(&mut self.child);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn start(script: &str) -> Result<Server> {
        Server::start(Command::new("sh").args(["-c", script]))
    }

    #[test]
    fn the_line_that_starts_with_the_prefix_is_returned() {
        let mut server = start("echo starting; echo ready: here; exec sleep 600").unwrap();
        assert_eq!(server.wait_until_ready("ready: ").unwrap(), "here");
    }

    #[test]
    fn a_server_that_exits_is_reported() {
        let error = start("echo no; exit 3").unwrap().wait_until_ready("ready: ").unwrap_err();
        assert_eq!(error.to_string(), "exited before it was ready (exit status: 3)");
    }
}
