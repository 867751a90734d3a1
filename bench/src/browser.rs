//! A headless Chromium and its tabs, each with a profile of its own. Must not know what is measured.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use batch_task_browser_engines::CHROMIUM_FLAGS;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::cdp::Cdp;
use crate::trace;

/// Further flags of Chromium: no background work, and a DevTools port that it prints.
const FLAGS: [&str; 4] = [
    "--disable-extensions",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--remote-debugging-port=0",
];

/// How long the browser may take to start or to exit.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running browser. Dropping it kills the process.
pub(crate) struct Browser {
    cdp: Cdp,
    process: Child,
    _profile: TempDir,
}

/// The throttling of network and CPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speed {
    /// None.
    Plain,
    /// Slow 4G (150 ms round trip, 1.6 Mbit/s down, 0.75 Mbit/s up) and the CPU at a quarter of its speed.
    Slow,
}

impl Browser {
    /// Starts the browser.
    pub(crate) async fn start(program: &Path) -> Result<Self> {
        let profile = tempfile::Builder::new().prefix("batch-task-bench-").tempdir()?;
        let mut process = Command::new(program)
            .args(CHROMIUM_FLAGS)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let stderr = process.stderr.take().context("stderr is not piped")?;
        let mut lines = BufReader::new(stderr).lines();
        let address = tokio::time::timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await? {
                if let Some(address) = line.strip_prefix("DevTools listening on ") {
                    return Ok(address.trim().to_owned());
                }
            }
            bail!("the browser exited")
        })
        .await
        .context("the browser did not start in time")??;
        // Keeps reading, because the browser blocks when the pipe is full.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { cdp: Cdp::connect(&address).await?, process, _profile: profile })
    }

    /// The name and version.
    pub(crate) async fn version(&self) -> Result<String> {
        let version = self.cdp.call(None, "Browser.getVersion", json!({})).await?;
        Ok(version["product"].as_str().unwrap_or_default().to_owned())
    }

    /// Opens a tab with a new profile, so that nothing is cached. `early_script` runs before the page's scripts.
    pub(crate) async fn open(&self, early_script: &str, speed: Speed) -> Result<Tab<'_>> {
        let context = self.cdp.call(None, "Target.createBrowserContext", json!({})).await?;
        let context = text(&context, "browserContextId")?;
        let target = json!({"url": "about:blank", "browserContextId": context, "newWindow": true});
        let target = text(&self.cdp.call(None, "Target.createTarget", target).await?, "targetId")?;
        let attached = json!({"targetId": target, "flatten": true});
        let session = text(&self.cdp.call(None, "Target.attachToTarget", attached).await?, "sessionId")?;
        let tab = Tab { cdp: &self.cdp, context, session };
        tab.call("Page.enable", json!({})).await?;
        tab.call("Performance.enable", json!({"timeDomain": "threadTicks"})).await?;
        let window = json!({"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        tab.call("Emulation.setDeviceMetricsOverride", window).await?;
        tab.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": early_script})).await?;
        if speed == Speed::Slow {
            tab.call("Network.enable", json!({})).await?;
            let line = json!({
                "offline": false,
                "latency": 150,
                "downloadThroughput": 1_600_000 / 8,
                "uploadThroughput": 750_000 / 8,
            });
            tab.call("Network.emulateNetworkConditions", line).await?;
            tab.call("Emulation.setCPUThrottlingRate", json!({"rate": 4})).await?;
        }
        Ok(tab)
    }

    /// Ends the browser.
    pub(crate) async fn close(mut self) -> Result<()> {
        self.cdp.call(None, "Browser.close", json!({})).await?;
        tokio::time::timeout(PATIENCE, self.process.wait())
            .await
            .context("the browser did not exit in time")??;
        Ok(())
    }
}

pub(crate) struct Tab<'a> {
    cdp: &'a Cdp,
    context: String,
    session: String,
}

impl Tab<'_> {
    /// Navigates to a page and waits for the start of the response.
    pub(crate) async fn goto(&self, url: &str) -> Result<()> {
        let navigated = self.call("Page.navigate", json!({"url": url})).await?;
        match navigated["errorText"].as_str() {
            None => Ok(()),
            Some(error) => bail!("cannot load {url}: {error}"),
        }
    }

    /// Evaluates an expression in the page and returns its value. Waits for a promise.
    pub(crate) async fn run<T: DeserializeOwned>(&self, expression: &str) -> Result<T> {
        let parameters = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let mut result = self.call("Runtime.evaluate", parameters).await?;
        if let Some(thrown) = result.get("exceptionDetails") {
            bail!("`{expression}` threw: {}", thrown["exception"]["description"].as_str().unwrap_or("?"));
        }
        serde_json::from_value(result["result"]["value"].take())
            .with_context(|| format!("`{expression}` has a value of another type"))
    }

    /// The CPU time of the main thread since its start, in ms.
    pub(crate) async fn main_thread_ms(&self) -> Result<f64> {
        let metrics = self.call("Performance.getMetrics", json!({})).await?;
        let metrics: HashMap<&str, f64> = metrics["metrics"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|metric| Some((metric["name"].as_str()?, metric["value"].as_f64()?)))
            .collect();
        let seconds = metrics.get("ThreadTime").context("the browser cannot measure thread time")?;
        Ok(seconds * 1_000.0)
    }

    /// The used JavaScript heap after a garbage collection, in bytes.
    pub(crate) async fn heap_bytes(&self) -> Result<f64> {
        // The second collection frees what the finalizers of the first have released.
        for _ in 0..2 {
            self.call("HeapProfiler.collectGarbage", json!({})).await?;
        }
        let usage = self.call("Runtime.getHeapUsage", json!({})).await?;
        usage["usedSize"].as_f64().context("the browser did not report its heap")
    }

    /// Evaluates an expression and returns the main thread's tasks between its two marks.
    pub(crate) async fn traced(&self, expression: &str) -> Result<Vec<trace::Task>> {
        let categories = ["disabled-by-default-devtools.timeline", "blink.user_timing"];
        let config =
            json!({"traceConfig": {"includedCategories": categories}, "transferMode": "ReportEvents"});
        self.cdp.call(None, "Tracing.start", config).await?;
        let outcome = self.run::<Value>(expression).await;
        self.cdp.call(None, "Tracing.end", json!({})).await?;
        let mut events = Vec::new();
        loop {
            let mut event = self.cdp.event().await?;
            match event.method.as_str() {
                "Tracing.tracingComplete" => break,
                "Tracing.dataCollected" => {
                    if let Value::Array(part) = event.params["value"].take() {
                        events.extend(part);
                    }
                }
                _ => {}
            }
        }
        outcome?;
        trace::tasks(&events)
    }

    /// Closes the tab and deletes its profile.
    pub(crate) async fn close(self) -> Result<()> {
        let context = json!({"browserContextId": self.context});
        self.cdp.call(None, "Target.disposeBrowserContext", context).await?;
        Ok(())
    }

    async fn call(&self, method: &str, params: Value) -> Result<Value> {
        self.cdp.call(Some(&self.session), method, params).await
    }
}

fn text(result: &Value, key: &str) -> Result<String> {
    Ok(result[key].as_str().with_context(|| format!("the browser returned no {key}"))?.to_owned())
}
