//! The WebDriver process and its session. Must not know how the session is used.

use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use batch_task_browser_engines::Engine;
use tempfile::TempDir;
use thirtyfour::{Capabilities, WebDriver};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::engine::{self, LOG};
use crate::proxy::announced_port;
use crate::wait::wait_for;

/// How long a browser may take to start. Much longer than usual, because the machine may be busy.
const START: Duration = Duration::from_secs(90);

/// How long a request to the driver may take.
const REQUEST: Duration = Duration::from_secs(120);

/// Waits for the end of its input, then kills a process group and removes a directory.
const CLEAN_UP: &str = r#"read -r _; kill -s KILL -- "-$1"; rm -rf "$2""#;

/// A running WebDriver. Dropping it ends the driver and its browser.
#[derive(Debug)]
pub(crate) struct Driver {
    engine: Engine,
    process: Group,
    port: u16,
    /// The files of the driver and the browser's profile.
    scratch: TempDir,
    // Xvfb, for an engine that needs a display. Dropped, and so ended, after the driver.
    display: Option<Group>,
}

impl Driver {
    /// Starts a driver.
    pub(crate) async fn start(engine: Engine) -> Result<Self> {
        // Two drivers that start at the same time may pick the same port; one of them then exits.
        wait_for(&format!("{engine}'s WebDriver"), async || Self::attempt(engine).await).await
    }

    async fn attempt(engine: Engine) -> Result<Self> {
        let scratch = tempfile::Builder::new().prefix("batch-task-e2e-").tempdir()?;
        engine::write_window_style(engine, scratch.path())?;
        let port = match engine::announcement(engine) {
            Some(_) => 0,
            None => free_port().await?,
        };
        let mut command = engine::driver(engine, port, scratch.path())?;
        let mut display = None;
        if let Some(mut server) = engine::display(engine)? {
            let mut server = Group::spawn(&mut server, scratch.path())?;
            let number = announced_port(&mut server.leader, |line| Some(line))
                .await
                .context("Xvfb did not print its display")?;
            command.env("DISPLAY", format!(":{number}"));
            display = Some(server);
        }
        let mut process = Group::spawn(&mut command, scratch.path())?;
        let port = match engine::announcement(engine) {
            Some(words) => {
                announced_port(&mut process.leader, |line| Some(line.split_once(words)?.1)).await?
            }
            None => {
                listens(&mut process.leader, port).await?;
                port
            }
        };
        Ok(Self { engine, process, port, scratch, display })
    }

    /// Opens a browser.
    pub(crate) async fn open(&self) -> Result<WebDriver> {
        let (engine, scratch) = (self.engine, self.scratch.path());
        // The tests are built together with the proxy, whose settings of reqwest leave this to the program.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let capabilities: Capabilities = serde_json::from_value(engine::capabilities(engine, scratch)?)?;
        // A connection that stayed open would belong to the runtime of the test that opened it, and could be lost with it while the
        // next test already sends a request.
        let client = reqwest::Client::builder().timeout(REQUEST).pool_max_idle_per_host(0).build()?;
        let session =
            WebDriver::builder(format!("http://127.0.0.1:{}", self.port), capabilities).client(client);
        let session = tokio::time::timeout(START, session.connect())
            .await
            .with_context(|| format!("{engine} did not start within {} s", START.as_secs()))
            .and_then(|session| Ok(session?));
        session.with_context(|| {
            let log = std::fs::read_to_string(scratch.join(LOG)).unwrap_or_default();
            format!("{engine} did not start; its output: {}", log.trim())
        })
    }

    /// Ends the driver and its browser, and waits until their files are removed.
    pub(crate) async fn end(self) -> Result<()> {
        self.process.end().await?;
        if let Some(display) = self.display {
            display.end().await?;
        }
        Ok(())
    }
}

/// A process and its descendants. They are killed when this is dropped, and when the test process exits, for whatever reason.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) leader: Child,
    /// Runs [`CLEAN_UP`].
    cleaner: Child,
}

impl Group {
    /// Starts a process. `scratch` is removed after its end.
    pub(crate) fn spawn(command: &mut Command, scratch: &Path) -> Result<Self> {
        let leader = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {:?}", command.as_std().get_program()))?;
        let id = leader.id().context("the process has no ID")?.to_string();
        let mut cleaner = Command::new("sh");
        cleaner.args(["-c", CLEAN_UP, "sh", &id]).arg(scratch).stdin(Stdio::piped()).process_group(0);
        let cleaner = cleaner.spawn().context("cannot start sh")?;
        Ok(Self { leader, cleaner })
    }

    async fn end(mut self) -> Result<()> {
        drop(self.cleaner.stdin.take());
        self.cleaner.wait().await?;
        self.leader.wait().await?;
        Ok(())
    }
}

/// Returns a port for a driver that cannot choose one itself. It is below those that systems give to others meanwhile, such as a
/// stub: a driver of another browser there would answer in this one's place.
async fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 12_000 + (std::process::id() % 200) as u16 * 100;
    for _ in 0..100 {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 100;
        if TcpListener::bind(("127.0.0.1", port)).await.is_ok() {
            return Ok(port);
        }
    }
    bail!("no port from {first} on is free")
}

/// Waits until a driver that does not print its port accepts connections.
async fn listens(process: &mut Child, port: u16) -> Result<()> {
    wait_for("the driver to listen", async || {
        let connected = TcpStream::connect(("127.0.0.1", port)).await;
        ensure!(process.try_wait()?.is_none(), "the driver has exited");
        connected.map(drop).context("the port is closed")
    })
    .await
}
