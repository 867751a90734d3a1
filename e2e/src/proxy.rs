//! The proxy under test, with its simulator, on a free port.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::environment;
use crate::page_script::{EARLY, EARLY_FILE, with_early_script};
use crate::port::is_new;
use crate::wait::DEADLINE;

/// The proxy's options.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Simulated seconds per real second.
    pub speed: f64,
    /// How long the proxy caches a response, in seconds; 0 disables the cache.
    pub cache_ttl: f64,
    /// A port on this machine whose origin may read responses (CORS).
    pub allow_port: Option<u16>,
    /// Whether the proxy lists batches.
    pub list: bool,
    /// Whether the proxy draws the page. Tests of the program wait for what the program shows.
    pub prerender: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { speed: 1.0, cache_ttl: 0.0, allow_port: None, list: true, prerender: false }
    }
}

/// A running proxy. Dropping it ends the process.
#[derive(Debug)]
pub struct Proxy {
    settings: Settings,
    port: u16,
    child: Child,
    /// A copy of the built page with the early script in its documents.
    pages: TempDir,
}

impl Proxy {
    /// Starts a proxy on a free port and waits until it is ready.
    pub async fn start(settings: Settings) -> Result<Self> {
        Self::start_with(settings, &environment::page_directory()?).await
    }

    /// Starts a proxy that serves the page as `trunk build` alone writes it.
    pub async fn start_with_trunk_page(settings: Settings) -> Result<Self> {
        Self::start_with(settings, &environment::trunk_page_directory()?).await
    }

    async fn start_with(settings: Settings, page: &Path) -> Result<Self> {
        let pages = pages_with_early_script(page)?;
        loop {
            let (child, port) = spawn(settings, 0, pages.path()).await?;
            if is_new(port) {
                return Ok(Self { settings, port, child, pages });
            }
        }
    }

    /// The URL of `path`, which is relative to the proxy's root.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    /// Kills the process.
    pub async fn kill(&mut self) -> Result<()> {
        self.child.kill().await.context("cannot kill the proxy")
    }

    /// Starts the proxy again on the same port.
    pub async fn restart(&mut self) -> Result<()> {
        (self.child, self.port) = spawn(self.settings, self.port, self.pages.path()).await?;
        Ok(())
    }
}

/// Copies the page and adds the early script to each document.
fn pages_with_early_script(built: &Path) -> Result<TempDir> {
    let copy = tempfile::Builder::new().prefix("batch-task-page-").tempdir()?;
    copy_with_early_script(built, copy.path()).with_context(|| format!("cannot copy {}", built.display()))?;
    std::fs::write(copy.path().join(EARLY_FILE), EARLY)?;
    Ok(copy)
}

fn copy_with_early_script(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            std::fs::create_dir(&to)?;
            copy_with_early_script(&from, &to)?;
        } else if from.extension().is_some_and(|extension| extension == "html") {
            std::fs::write(
                to,
                with_early_script(&std::fs::read_to_string(from)?, &format!("/{EARLY_FILE}")),
            )?;
        } else {
            std::fs::copy(from, to)?;
        }
    }
    Ok(())
}

async fn spawn(settings: Settings, port: u16, pages: &Path) -> Result<(Child, u16)> {
    let program = environment::proxy_program()?;
    let mut child = Command::new(&program)
        .args(["--listen", &format!("127.0.0.1:{port}"), "--simulate"])
        .args(["--simulator-speed", &settings.speed.to_string()])
        .args(["--simulator-seed", "1"])
        .args(["--cache-ttl", &settings.cache_ttl.to_string()])
        .args(settings.list.then_some("--list"))
        .args((!settings.prerender).then_some("--no-prerender"))
        .arg("--static-dir")
        .arg(pages)
        .args(settings.allow_port.map(|port| format!("--allow-origin=http://127.0.0.1:{port}")))
        // Each simulated failure logs a warning; only errors are of interest here.
        .env("RUST_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let port = announced_port(&mut child, |line| line.strip_prefix("ready: http://127.0.0.1:"))
        .await
        .context("the proxy did not become ready")?;
    Ok((child, port))
}

/// Reads the output of `child` up to the line with its port. `find` returns the part of a line that starts with the port.
pub(crate) async fn announced_port(child: &mut Child, find: impl Fn(&str) -> Option<&str>) -> Result<u16> {
    let stdout = child.stdout.take().context("the output is not piped")?;
    let mut lines = BufReader::new(stdout).lines();
    let port = tokio::time::timeout(DEADLINE, async {
        while let Some(line) = lines.next_line().await? {
            let digits = find(&line).and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
            if let Some(port) = digits.and_then(|digits| digits.parse().ok()) {
                return Ok(port);
            }
        }
        anyhow::bail!("the program exited")
    })
    .await
    .context("the deadline has passed")??;
    // Keeps reading, because the child blocks when the pipe is full.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(port)
}
