//! A real browser: headless Chromium, driven over W3C WebDriver, in a session of its own.
//!
//! It must not know the page, only what any page may be asked.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;
use tokio::process::{Child, Command};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::environment;
use crate::page_script;
use crate::proxy::announced_port;
use crate::wait::wait_for;

/// More browsers at a time than this would only make each other slow.
static SEATS: Semaphore = Semaphore::const_new(2);

/// What Chromium needs to run as root, without a screen, and without calls of its own to the outside.
const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
];

/// The size of the viewport, in CSS px.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

impl Size {
    /// A laptop's.
    pub const WIDE: Self = Self { width: 1280, height: 800 };
    /// A phone's.
    pub const NARROW: Self = Self { width: 360, height: 740 };
}

/// What `prefers-color-scheme` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A browser with one page; its drop ends it.
#[derive(Debug)]
pub struct Browser {
    // Dropped first, which ends the session and with it the browser, as long as its driver still runs.
    session: WebDriver,
    driver: Child,
    // The profile and the like, which a killed driver leaves behind.
    scratch: TempDir,
    _seat: SemaphorePermit<'static>,
}

impl Browser {
    /// Opens a browser with a fresh profile, once there is a seat for it.
    ///
    /// # Errors
    /// If the environment does not name the programs, or they do not start.
    pub async fn open(size: Size) -> Result<Self> {
        let seat = SEATS.acquire().await?;
        let program = environment::driver_program()?;
        let scratch = tempfile::Builder::new().prefix("batch-task-e2e-").tempdir()?;
        // Two drivers that start at the same moment may pick the same port, and then one of them ends at once.
        let (driver, port) =
            wait_for("a WebDriver", async || start_driver(&program, scratch.path()).await).await?;
        let session = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities()?)
            .await
            .context("the browser did not start")?;
        let browser = Self { session, driver, scratch, _seat: seat };
        browser
            .devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": page_script::EARLY}))
            .await?;
        browser.resize(size).await?;
        Ok(browser)
    }

    /// Goes to a URL.
    ///
    /// # Errors
    /// If it cannot be loaded.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.session.goto(url).await.with_context(|| format!("cannot go to {url}"))
    }

    /// Loads the page anew.
    ///
    /// # Errors
    /// If it cannot be loaded.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.session.refresh().await?)
    }

    /// The page's URL.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn url(&self) -> Result<String> {
        Ok(self.session.current_url().await?.to_string())
    }

    /// The document's title.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn title(&self) -> Result<String> {
        Ok(self.session.title().await?)
    }

    /// Runs a function's body in the page, with `arguments`, and gives what it returns.
    ///
    /// # Errors
    /// If it throws, or returns something else than a `T`.
    pub async fn run<T: DeserializeOwned>(&self, script: &str, arguments: &[Value]) -> Result<T> {
        Ok(self.session.execute(script, arguments.to_vec()).await?.convert()?)
    }

    /// The text of the first element that `selector` finds, as it is laid out.
    ///
    /// # Errors
    /// If there is none.
    pub async fn text(&self, selector: &str) -> Result<String> {
        let text: Option<String> = self.run(page_script::TEXT, &[selector.into()]).await?;
        text.with_context(|| format!("there is no {selector}"))
    }

    /// The texts of all elements that `selector` finds.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn texts(&self, selector: &str) -> Result<Vec<String>> {
        self.run(page_script::TEXTS, &[selector.into()]).await
    }

    /// How many elements `selector` finds.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn count(&self, selector: &str) -> Result<usize> {
        self.run("return document.querySelectorAll(arguments[0]).length;", &[selector.into()]).await
    }

    /// An attribute of the first element that `selector` finds.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn attribute(&self, selector: &str, name: &str) -> Result<Option<String>> {
        self.run(page_script::ATTRIBUTE, &[selector.into(), name.into()]).await
    }

    /// Waits until the element that `selector` finds has a text that `holds`, and gives it.
    ///
    /// # Errors
    /// If that does not come.
    pub async fn wait_for_text(&self, selector: &str, holds: impl Fn(&str) -> bool) -> Result<String> {
        wait_for(&format!("the right text in {selector}"), async || {
            let text = self.text(selector).await?;
            ensure!(holds(&text), "it is {text:?}");
            Ok(text)
        })
        .await
    }

    /// Clicks on the button of this text, as a viewer does: it has to be in sight and not covered.
    ///
    /// # Errors
    /// If there is none in time, or something covers it.
    pub async fn press(&self, text: &str) -> Result<()> {
        wait_for(&format!("the button {text:?}"), async || {
            let found = self.session.execute(page_script::BUTTON, vec![Value::from(text)]).await?;
            ensure!(!found.json().is_null(), "there is none");
            // A render between finding and clicking replaces the element: then it is looked for again.
            Ok(found.element()?.click().await?)
        })
        .await
    }

    /// Clicks on the element that `selector` finds.
    ///
    /// # Errors
    /// If there is none in time, or something covers it.
    pub async fn click(&self, selector: &str) -> Result<()> {
        wait_for(&format!("{selector} to click on"), async || Ok(self.find(selector).await?.click().await?))
            .await
    }

    /// Types into the element that `selector` finds.
    ///
    /// # Errors
    /// If there is none in time.
    pub async fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        wait_for(&format!("{selector} to type into"), async || {
            Ok(self.find(selector).await?.send_keys(text).await?)
        })
        .await
    }

    async fn find(&self, selector: &str) -> Result<WebElement> {
        Ok(self.session.find(By::Css(selector)).await?)
    }

    /// Sets the size of the viewport, which a headless window alone does not get to the px.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn resize(&self, size: Size) -> Result<()> {
        let Size { width, height } = size;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await
    }

    /// Sets what `prefers-color-scheme` says.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn prefer(&self, scheme: Scheme) -> Result<()> {
        let value = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", media).await
    }

    /// Writes a PNG of the viewport.
    ///
    /// # Errors
    /// If it cannot be taken or written.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        Ok(self.session.screenshot(path).await?)
    }

    /// What has gone wrong in the page without the page saying so, since the last look: lines on the console, errors
    /// that nobody caught, violations of the content security policy. The browser's own line for an API request that
    /// failed is no such thing.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let mut complaints: Vec<String> = self
            .run("return window.e2e?.complaints.splice(0) ?? [\"the page has no early script\"];", &[])
            .await?;
        let is_own_line = |message: &str| {
            message.contains("/api/DescribeBatchTask") && message.contains("Failed to load resource: ")
        };
        let logged = self.session.browser_log().await?.into_iter();
        complaints.extend(logged.map(|entry| entry.message).filter(|message| !is_own_line(message)));
        Ok(complaints)
    }

    /// Fails if there are [complaints](Self::complaints).
    ///
    /// # Errors
    /// With all of them.
    pub async fn expect_quiet(&self) -> Result<()> {
        let complaints = self.complaints().await?;
        ensure!(complaints.is_empty(), "the page is not quiet: {complaints:#?}");
        Ok(())
    }

    /// Ends the browser, and fails if the page was not quiet to its end.
    ///
    /// # Errors
    /// If there are [complaints](Self::complaints), or the session does not end.
    pub async fn close(mut self) -> Result<()> {
        self.expect_quiet().await?;
        self.session.quit().await?;
        self.driver.kill().await?;
        // The last of the browser's processes may still be writing when its session has ended.
        wait_for("the browser's files to go", async || match std::fs::remove_dir_all(self.scratch.path()) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        })
        .await
    }

    /// Sends a command of the DevTools protocol.
    ///
    /// # Errors
    /// If the browser refuses it.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<()> {
        self.ask_devtools(command, parameters).await.map(drop)
    }

    /// Sends a command of the DevTools protocol and gives its result.
    ///
    /// # Errors
    /// If the browser refuses it.
    pub async fn ask_devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        self.session.cdp().send_raw(command, parameters).await.with_context(|| format!("{command} failed"))
    }
}

async fn start_driver(program: &Path, scratch: &Path) -> Result<(Child, u16)> {
    let mut driver = Command::new(program)
        .arg("--port=0")
        .env("TMPDIR", scratch)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} could not be started", program.display()))?;
    let port = announced_port(&mut driver, |line| Some(line.split_once("successfully on port ")?.1)).await?;
    Ok((driver, port))
}

fn capabilities() -> Result<thirtyfour::ChromeCapabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    let program = environment::browser_program()?;
    capabilities.set_binary(program.to_str().context("CHROMIUM is not UTF-8")?)?;
    for flag in FLAGS {
        capabilities.add_arg(flag)?;
    }
    // Without a --user-data-dir the driver makes a fresh one, in the directory for temporary files.
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(capabilities)
}
