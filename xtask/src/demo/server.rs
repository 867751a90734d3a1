//! The proxy as a child process: starts it, waits for its `ready:` line, stops it.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{interrupt, process};

const START_TIMEOUT: Duration = Duration::from_secs(60);
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A running proxy; dropping it stops the process.
pub(super) struct Server {
    child: Child,
    lines: Receiver<String>,
}

impl Server {
    /// Starts the proxy with its simulator and the files in `site`.
    pub(super) fn start(program: &Path, site: &Path, port: u16) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["--simulate", "--listen", &format!("127.0.0.1:{port}"), "--static-dir"]).arg(site);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = process::spawn(&mut command)?;
        let stdout = child.stdout.take().context("the proxy has no stdout")?;
        Ok(Self { child, lines: lines_of(stdout) })
    }

    /// Waits for the line that names the URL, and returns the URL.
    pub(super) fn wait_until_ready(&mut self) -> Result<String> {
        let start = Instant::now();
        loop {
            interrupt::check()?;
            match self.lines.recv_timeout(POLL_INTERVAL) {
                Ok(line) => match line.strip_prefix("ready: ") {
                    Some(url) => return Ok(url.trim().to_owned()),
                    None => eprintln!("{line}"),
                },
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.wait()?;
                    bail!("the proxy did not start ({status})");
                }
            }
            if start.elapsed() > START_TIMEOUT {
                bail!("the proxy was not ready within {} s", START_TIMEOUT.as_secs());
            }
        }
    }

    /// Waits until the proxy exits or the user interrupts.
    pub(super) fn wait(&mut self) -> Result<ExitStatus> {
        process::wait_for_server(&mut self.child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = process::stop_server(&mut self.child);
        }
    }
}

/// Reads to the end, also after the `ready:` line, so that the proxy never blocks on a full pipe.
fn lines_of(stdout: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Err(unread) = sender.send(line) {
                eprintln!("{}", unread.0);
            }
        }
    });
    lines
}
