//! A real browser of the engine under test, driven over W3C WebDriver, in a session of its own.
//!
//! It must not know the page, only what any page may be asked.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail, ensure};
use batch_task_browser_engines::Engine;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::driver::Driver;
use crate::engine::{self, place};
use crate::page_script;
use crate::wait::wait_for;
use crate::window::{Scheme, Size};

/// More browsers at a time than this would only make each other slow.
static SEATS: Semaphore = Semaphore::const_new(2);

/// A browser with one page; its drop ends it.
#[derive(Debug)]
pub struct Browser {
    engine: Engine,
    // Dropped first, which ends the session and with it the browser, as long as its driver still runs.
    session: WebDriver,
    driver: Driver,
    // The profile and the like, which a killed driver leaves behind.
    scratch: TempDir,
    scripts: AtomicU64,
    _seat: SemaphorePermit<'static>,
}

impl Browser {
    /// Opens a browser with a fresh profile, once there is a seat for it.
    ///
    /// # Errors
    /// If the environment does not name the programs, or they do not start.
    pub async fn open(size: Size) -> Result<Self> {
        let seat = SEATS.acquire().await?;
        let engine = engine::under_test()?;
        let scratch = tempfile::Builder::new().prefix("batch-task-e2e-").tempdir()?;
        let driver = Driver::start(engine, scratch.path()).await?;
        let session = driver.open(scratch.path()).await?;
        let browser = Self { engine, session, driver, scratch, scripts: AtomicU64::new(0), _seat: seat };
        browser.resize(size).await?;
        Ok(browser)
    }

    /// The engine of this browser.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
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
        self.scripts.fetch_add(1, Ordering::Relaxed);
        Ok(self.session.execute(script, arguments.to_vec()).await?.convert()?)
    }

    /// How many scripts have been [run](Self::run) so far.
    #[must_use]
    pub fn scripts(&self) -> u64 {
        self.scripts.load(Ordering::Relaxed)
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

    /// Moves the pointer to the middle of the element that `selector` finds.
    ///
    /// # Errors
    /// If there is none, or it is not in sight.
    pub async fn point_at(&self, selector: &str) -> Result<()> {
        let element = self.find(selector).await?;
        Ok(self.session.action_chain().move_to_element_center(&element).perform().await?)
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

    /// Presses keys, one after the other, where the focus is.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn press_keys(&self, keys: &str) -> Result<()> {
        Ok(self.session.action_chain().send_keys(keys).perform().await?)
    }

    async fn find(&self, selector: &str) -> Result<WebElement> {
        Ok(self.session.find(By::Css(selector)).await?)
    }

    /// Sets the size of the viewport, to the px.
    ///
    /// # Errors
    /// If the browser does not answer, or a window cannot be had so small or so large.
    pub async fn resize(&self, size: Size) -> Result<()> {
        let Size { width, height } = size;
        if self.engine == Engine::Chromium {
            let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
            return self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        }
        wait_for(&format!("a viewport of {width} × {height} px"), async || {
            let [inner_width, inner_height, outer_width, outer_height]: [u32; 4] =
                self.run(page_script::SIZES, &[]).await?;
            if (inner_width, inner_height) != (width, height) {
                let [width, height] =
                    [outer_width + width - inner_width, outer_height + height - inner_height];
                let (x, y) = place(width, height);
                self.session.set_window_rect(x, y, width, height).await?;
                bail!("it is {inner_width} × {inner_height}");
            }
            Ok(())
        })
        .await
    }

    /// Shows the page that is there in these colours, as a viewer's system would ask for them.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn prefer(&self, scheme: Scheme) -> Result<()> {
        let value = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        if self.engine == Engine::Chromium {
            let media = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
            return self.devtools("Emulation.setEmulatedMedia", media).await;
        }
        self.run("document.documentElement.style.colorScheme = arguments[0];", &[value.into()]).await
    }

    /// Takes the network away, or gives it back.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_online(&self, is_online: bool) -> Result<()> {
        if self.engine == Engine::Chromium {
            self.devtools("Network.enable", json!({})).await?;
            let conditions = json!({"offline": !is_online, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
            return self.devtools("Network.emulateNetworkConditions", conditions).await;
        }
        self.run(page_script::SET_ONLINE, &[is_online.into()]).await
    }

    /// Writes a PNG of the viewport.
    ///
    /// # Errors
    /// If it cannot be taken or written.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        Ok(self.session.screenshot(path).await?)
    }

    /// What has gone wrong in the page without the page saying so, since the last look: lines on the console, errors
    /// that nobody caught, violations of the content security policy. In Chromium the browser's own lines are among
    /// them, but for the one about an API request that failed.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let mut complaints: Vec<String> = self
            .run("return window.e2e?.complaints.splice(0) ?? [\"the page has no early script\"];", &[])
            .await?;
        if self.engine != Engine::Chromium {
            return Ok(complaints);
        }
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
        self.driver.end().await?;
        // The last of the browser's processes may still be writing when its session has ended.
        wait_for("the browser's files to go", async || match std::fs::remove_dir_all(self.scratch.path()) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        })
        .await
    }

    /// Sends a command of the DevTools protocol, which Chromium alone has: a test that cannot do without says so with
    /// `#[ignore = "only in Chromium: …"]`.
    ///
    /// # Errors
    /// If the browser refuses it.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<()> {
        self.ask_devtools(command, parameters).await.map(drop)
    }

    /// Sends a command of the DevTools protocol and gives its result; in Chromium alone.
    ///
    /// # Errors
    /// If the browser refuses it.
    pub async fn ask_devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        ensure!(
            self.engine == Engine::Chromium,
            "{command} is for Chromium alone, and this is {}",
            self.engine
        );
        self.session.cdp().send_raw(command, parameters).await.with_context(|| format!("{command} failed"))
    }
}
