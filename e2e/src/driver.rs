//! The WebDriver process and its session. Must not know how the session is used.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use batch_task_browser_engines::Engine;
use thirtyfour::{Capabilities, WebDriver};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Child;

use crate::engine::{self, LOG};
use crate::proxy::announced_port;
use crate::wait::wait_for;

/// How long a browser may take to start. Much longer than usual, because the machine may be busy.
const START: Duration = Duration::from_secs(90);

/// A running WebDriver. Dropping it ends the process.
#[derive(Debug)]
pub(crate) struct Driver {
    engine: Engine,
    process: Child,
    port: u16,
    // Xvfb, for an engine that needs a display. Dropped, and so ended, after the driver.
    display: Option<Child>,
}

impl Driver {
    /// Starts a driver that keeps its files and those of its browser in `scratch`.
    pub(crate) async fn start(engine: Engine, scratch: &Path) -> Result<Self> {
        engine::write_window_style(engine, scratch)?;
        // Two drivers that start at the same time may pick the same port; one of them then exits.
        wait_for(&format!("{engine}'s WebDriver"), async || Self::attempt(engine, scratch).await).await
    }

    async fn attempt(engine: Engine, scratch: &Path) -> Result<Self> {
        let port = match engine::announcement(engine) {
            Some(_) => 0,
            None => TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port(),
        };
        let mut command = engine::driver(engine, port, scratch)?;
        let mut display = None;
        if let Some(mut server) = engine::display(engine)? {
            let mut server = server.spawn().context("cannot start Xvfb")?;
            let number = announced_port(&mut server, |line| Some(line))
                .await
                .context("Xvfb did not print its display")?;
            command.env("DISPLAY", format!(":{number}"));
            display = Some(server);
        }
        let mut process =
            command.spawn().with_context(|| format!("cannot start {:?}", command.as_std().get_program()))?;
        let port = match engine::announcement(engine) {
            Some(words) => announced_port(&mut process, |line| Some(line.split_once(words)?.1)).await?,
            None => {
                listens(&mut process, port).await?;
                port
            }
        };
        Ok(Self { engine, process, port, display })
    }

    /// Opens a browser.
    pub(crate) async fn open(&self, scratch: &Path) -> Result<WebDriver> {
        let engine = self.engine;
        // The tests are built together with the proxy, whose settings of reqwest leave this to the program.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let capabilities: Capabilities = serde_json::from_value(engine::capabilities(engine, scratch)?)?;
        let session = WebDriver::new(format!("http://127.0.0.1:{}", self.port), capabilities);
        let session = tokio::time::timeout(START, session)
            .await
            .with_context(|| format!("{engine} did not start within {} s", START.as_secs()))
            .and_then(|session| Ok(session?));
        session.with_context(|| {
            let log = std::fs::read_to_string(scratch.join(LOG)).unwrap_or_default();
            format!("{engine} did not start; its output: {}", log.trim())
        })
    }

    /// Ends the driver.
    pub(crate) async fn end(&mut self) -> Result<()> {
        self.process.kill().await?;
        if let Some(display) = &mut self.display {
            display.kill().await?;
        }
        Ok(())
    }
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
