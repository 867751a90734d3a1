//! A Chromium that is driven over the DevTools protocol: for a version that the installed WebDriver does not support, and for
//! flags that no other test uses.
//!
//! Must not know the page, only what any page can be asked.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use batch_task_browser_engines::{CHROMIUM_FLAGS, Engine};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;

use crate::driver::Group;
use crate::engine::LOG;
use crate::environment;
use crate::wait::{DEADLINE, wait_for};
use crate::window::{Scheme, Size};

/// Moves standard input and output to the file descriptors that `--remote-debugging-pipe` uses.
const ON_PIPE: &str = r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null"#;

/// A browser with one page. Dropping it ends the browser.
#[derive(Debug)]
pub struct DevTools {
    connection: Mutex<Connection>,
    session: String,
    _process: Group,
    _profile: TempDir,
}

impl DevTools {
    /// Starts the installed Chromium with additional flags.
    pub async fn start(flags: &[&str]) -> Result<Self> {
        Self::start_program(&environment::path(Engine::Chromium.variables().browser)?, flags).await
    }

    /// Starts the oldest supported Chromium.
    pub async fn start_oldest() -> Result<Self> {
        Self::start_program(&environment::oldest_chromium()?, &[]).await
    }

    async fn start_program(program: &Path, flags: &[&str]) -> Result<Self> {
        let profile = tempfile::Builder::new().prefix("batch-task-e2e-").tempdir()?;
        let mut data = OsStr::new("--user-data-dir=").to_owned();
        data.push(profile.path());
        let mut command = Command::new("sh");
        command.args(["-c", ON_PIPE, "sh"]).arg(program).args(CHROMIUM_FLAGS).args(flags);
        command.arg("--remote-debugging-pipe").arg(data).arg("about:blank");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(std::fs::File::create(profile.path().join(LOG))?);
        let mut process = Group::spawn(&mut command, profile.path())?;
        let input = process.leader.stdin.take().context("the input is not piped")?;
        let output = process.leader.stdout.take().context("the output is not piped")?;
        let mut connection = Connection { input, output: BufReader::new(output), last_id: 0 };
        let target = connection.send("Target.createTarget", json!({"url": "about:blank"}), None).await?;
        let target = json!({"targetId": target["targetId"], "flatten": true});
        let attached = connection.send("Target.attachToTarget", target, None).await?;
        let session = attached["sessionId"].as_str().context("the page has no session")?.to_owned();
        Ok(Self { connection: Mutex::new(connection), session, _process: process, _profile: profile })
    }

    /// Navigates to `url` and waits for the load event.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.command("Page.navigate", json!({"url": url})).await?;
        wait_for(&format!("{url} to load"), async || {
            let is_loaded = "return document.readyState === 'complete' && location.href === arguments[0]";
            ensure!(self.run::<bool>(is_loaded, &[url.into()]).await?, "it has not loaded");
            Ok(())
        })
        .await
    }

    /// Runs `script` as the body of a function with `arguments`, and returns its result. Waits for a promise.
    pub async fn run<T: DeserializeOwned>(&self, script: &str, arguments: &[Value]) -> Result<T> {
        let arguments = serde_json::to_string(arguments)?;
        let expression = format!("(function () {{ {script} }}).apply(null, {arguments})");
        let parameters = json!({"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true});
        let outcome = self.command("Runtime.evaluate", parameters).await?;
        if let Some(exception) = outcome.get("exceptionDetails") {
            bail!("{}: {exception}", exception["exception"]["description"].as_str().unwrap_or_default());
        }
        Ok(serde_json::from_value(outcome["result"].get("value").cloned().unwrap_or_default())?)
    }

    /// Sets the size of the viewport.
    pub async fn resize(&self, size: Size) -> Result<()> {
        let Size { width, height } = size;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", metrics).await.map(drop)
    }

    /// Sets the preferred color scheme.
    pub async fn prefer(&self, scheme: Scheme) -> Result<()> {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme.keyword()}]});
        self.command("Emulation.setEmulatedMedia", media).await.map(drop)
    }

    /// Clicks at a point of the viewport.
    pub async fn click(&self, x: f64, y: f64) -> Result<()> {
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            self.command("Input.dispatchMouseEvent", event).await?;
        }
        Ok(())
    }

    /// Writes a PNG of the viewport.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        let image = self.command("Page.captureScreenshot", json!({"format": "png"})).await?;
        let image = BASE64_STANDARD.decode(image["data"].as_str().context("there is no image")?)?;
        Ok(std::fs::write(path, image)?)
    }

    async fn command(&self, method: &str, parameters: Value) -> Result<Value> {
        self.connection.lock().await.send(method, parameters, Some(&self.session)).await
    }
}

#[derive(Debug)]
struct Connection {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    last_id: u64,
}

/// The response to a command, or an event, which has no ID.
#[derive(Deserialize)]
struct Message {
    id: Option<u64>,
    result: Option<Value>,
    error: Option<Value>,
}

impl Connection {
    /// Sends a command and returns its result.
    async fn send(&mut self, method: &str, parameters: Value, session: Option<&str>) -> Result<Value> {
        self.last_id += 1;
        let mut command = json!({"id": self.last_id, "method": method, "params": parameters});
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        let mut bytes = serde_json::to_vec(&command)?;
        bytes.push(0);
        self.input.write_all(&bytes).await.with_context(|| format!("cannot send {method}"))?;
        let response = tokio::time::timeout(DEADLINE, self.response());
        let response = response.await.with_context(|| format!("{method} has no response"))??;
        match (response.result, response.error) {
            (Some(result), None) => Ok(result),
            (_, error) => bail!("{method} failed: {}", error.unwrap_or_default()),
        }
    }

    /// Reads up to the response to the last command.
    async fn response(&mut self) -> Result<Message> {
        loop {
            let mut bytes = Vec::new();
            self.output.read_until(0, &mut bytes).await?;
            ensure!(bytes.pop() == Some(0), "the browser has exited");
            let message: Message = serde_json::from_slice(&bytes)?;
            if message.id == Some(self.last_id) {
                return Ok(message);
            }
        }
    }
}
