//! The proxy under test: its real binary with its simulator, on a port of its own.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::environment;
use crate::page_script::{EARLY, EARLY_FILE, with_early_script};
use crate::wait::DEADLINE;

/// How the simulator runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Simulated seconds per real second.
    pub speed: f64,
    /// Decides the rows.
    pub seed: u64,
    /// For how long the proxy keeps an answer, in seconds; 0 keeps none.
    pub cache_ttl: f64,
    /// The port of this machine whose pages may read answers, besides its own.
    pub allow_port: Option<u16>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { speed: 1.0, seed: 1, cache_ttl: 0.0, allow_port: None }
    }
}

/// A running proxy; its drop ends it.
#[derive(Debug)]
pub struct Proxy {
    settings: Settings,
    port: u16,
    child: Child,
    /// The built page with the early script in its documents.
    pages: TempDir,
}

impl Proxy {
    /// Starts a proxy on a free port and waits until it is ready.
    ///
    /// # Errors
    /// If the environment does not name the program, or it does not say that it is ready.
    pub async fn start(settings: Settings) -> Result<Self> {
        Self::start_with(settings, &environment::page_directory()?).await
    }

    /// Starts a proxy that serves the page as `trunk build` alone makes it.
    ///
    /// # Errors
    /// As for [`Proxy::start`].
    pub async fn start_with_trunk_page(settings: Settings) -> Result<Self> {
        Self::start_with(settings, &environment::trunk_page_directory()?).await
    }

    async fn start_with(settings: Settings, page: &Path) -> Result<Self> {
        let pages = watched_pages(page)?;
        let (child, port) = spawn(settings, 0, pages.path()).await?;
        Ok(Self { settings, port, child, pages })
    }

    /// The URL of `path` on it, which begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Kills it, as a crash would.
    ///
    /// # Errors
    /// If the system refuses.
    pub async fn kill(&mut self) -> Result<()> {
        self.child.kill().await.context("the proxy could not be killed")
    }

    /// Starts it anew, on the same port.
    ///
    /// # Errors
    /// As for [`Proxy::start`].
    pub async fn restart(&mut self) -> Result<()> {
        (self.child, self.port) = spawn(self.settings, self.port, self.pages.path()).await?;
        Ok(())
    }
}

/// A copy of the page in which each document begins with the early script.
fn watched_pages(built: &Path) -> Result<TempDir> {
    let copy = tempfile::Builder::new().prefix("batch-task-page-").tempdir()?;
    copy_watched(built, copy.path()).with_context(|| format!("{} cannot be copied", built.display()))?;
    std::fs::write(copy.path().join(EARLY_FILE), EARLY)?;
    Ok(copy)
}

fn copy_watched(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            std::fs::create_dir(&to)?;
            copy_watched(&from, &to)?;
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
        .args(["--simulator-seed", &settings.seed.to_string()])
        .args(["--cache-ttl", &settings.cache_ttl.to_string()])
        .arg("--static-dir")
        .arg(pages)
        .args(settings.allow_port.map(|port| format!("--allow-origin=http://127.0.0.1:{port}")))
        // Each simulated failure is a warning; only what is worse is of interest here.
        .env("RUST_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} could not be started", program.display()))?;
    let port = announced_port(&mut child, |line| line.strip_prefix("ready: http://127.0.0.1:"))
        .await
        .context("the proxy did not say that it is ready")?;
    Ok((child, port))
}

/// Reads a child's lines up to the one that names its port, which `find` cuts down to what begins with the port.
pub(crate) async fn announced_port(child: &mut Child, find: impl Fn(&str) -> Option<&str>) -> Result<u16> {
    let stdout = child.stdout.take().context("its output is not piped")?;
    let mut lines = BufReader::new(stdout).lines();
    let port = tokio::time::timeout(DEADLINE, async {
        while let Some(line) = lines.next_line().await? {
            let digits = find(&line).and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
            if let Some(port) = digits.and_then(|digits| digits.parse().ok()) {
                return Ok(port);
            }
        }
        anyhow::bail!("it ended first")
    })
    .await
    .context("it is too late")??;
    // A child whose pipe nobody reads would stop at a full one.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(port)
}
