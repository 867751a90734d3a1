//! A WebDriver's process and the session in it. It must not know what is done in the session.

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

/// How long a browser may take to start. Far above what is usual, for a machine that is busy with other things.
const START: Duration = Duration::from_secs(90);

/// A running WebDriver; its drop ends it.
#[derive(Debug)]
pub(crate) struct Driver {
    engine: Engine,
    process: Child,
    port: u16,
    // What it draws on; dropped, and with it ended, after the driver.
    display: Option<Child>,
}

impl Driver {
    /// Starts one that keeps its files, and its browser's, in `scratch`.
    ///
    /// # Errors
    /// If the environment does not name the program, or it does not start.
    pub(crate) async fn start(engine: Engine, scratch: &Path) -> Result<Self> {
        engine::furnish(engine, scratch)?;
        // Two drivers that start at the same moment may pick the same port, and then one of them ends at once.
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
            let mut server = server.spawn().context("Xvfb could not be started")?;
            let number =
                announced_port(&mut server, |line| Some(line)).await.context("Xvfb gives no display")?;
            command.env("DISPLAY", format!(":{number}"));
            display = Some(server);
        }
        let mut process = command
            .spawn()
            .with_context(|| format!("{:?} could not be started", command.as_std().get_program()))?;
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
    ///
    /// # Errors
    /// If it does not start in time.
    pub(crate) async fn open(&self, scratch: &Path) -> Result<WebDriver> {
        let engine = self.engine;
        // The tests are built together with the proxy, whose settings of reqwest leave this to the program.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let capabilities: Capabilities = serde_json::from_value(engine::capabilities(engine, scratch)?)?;
        let session = WebDriver::new(format!("http://127.0.0.1:{}", self.port), capabilities);
        let session = tokio::time::timeout(START, session)
            .await
            .with_context(|| format!("{engine} has not started within {} s", START.as_secs()))
            .and_then(|session| Ok(session?));
        session.with_context(|| {
            let log = std::fs::read_to_string(scratch.join(LOG)).unwrap_or_default();
            format!("{engine} did not start; it wrote: {}", log.trim())
        })
    }

    /// Ends it.
    ///
    /// # Errors
    /// If the system refuses.
    pub(crate) async fn end(&mut self) -> Result<()> {
        self.process.kill().await?;
        if let Some(display) = &mut self.display {
            display.kill().await?;
        }
        Ok(())
    }
}

/// Waits until somebody listens on the port of a driver that does not say so itself.
async fn listens(process: &mut Child, port: u16) -> Result<()> {
    wait_for("it to listen", async || {
        let connected = TcpStream::connect(("127.0.0.1", port)).await;
        ensure!(process.try_wait()?.is_none(), "it has ended");
        connected.map(drop).context("nobody listens")
    })
    .await
}
