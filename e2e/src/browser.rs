//! A real browser of the engine under test, driven over W3C WebDriver.
//!
//! Must not know the page, only what any page can be asked.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail, ensure};
use batch_task_browser_engines::Engine;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::delays;
use crate::engine::{self, position};
use crate::instance::Instance;
use crate::page_script;
use crate::wait::wait_for;
use crate::window::{Scheme, Size};

/// A browser with one page, which no other test uses at the same time. Dropping it ends the browser.
///
/// Every method fails if the browser does not answer.
#[derive(Debug)]
pub struct Browser {
    engine: Engine,
    instance: Instance,
    /// Whether the test has changed a setting that outlives the page.
    is_changed: AtomicBool,
    script_count: AtomicU64,
}

impl Browser {
    /// Opens a browser that has no page yet.
    pub async fn open(size: Size) -> Result<Self> {
        let engine = engine::under_test()?;
        let instance = Instance::get(engine).await?;
        let (is_changed, script_count) = (AtomicBool::new(false), AtomicU64::new(0));
        let browser = Self { engine, instance, is_changed, script_count };
        browser.resize(size).await?;
        Ok(browser)
    }

    /// The engine of this browser.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Navigates to `url` and waits for the load event.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.instance.session.goto(url).await.with_context(|| format!("cannot load {url}"))
    }

    /// Reloads the page.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.instance.session.refresh().await?)
    }

    /// The page's URL.
    pub async fn url(&self) -> Result<String> {
        Ok(self.instance.session.current_url().await?.to_string())
    }

    /// The document's title.
    pub async fn title(&self) -> Result<String> {
        Ok(self.instance.session.title().await?)
    }

    /// Runs `script` as the body of a function with `arguments`, and returns its result. Waits for a promise.
    pub async fn run<T: DeserializeOwned>(&self, script: &str, arguments: &[Value]) -> Result<T> {
        self.script_count.fetch_add(1, Ordering::Relaxed);
        delays::before_step().await;
        Ok(self.instance.session.execute(script, arguments.to_vec()).await?.convert()?)
    }

    /// How many scripts [`Browser::run`] has run.
    pub fn script_count(&self) -> u64 {
        self.script_count.load(Ordering::Relaxed)
    }

    /// The rendered text of the first element that matches `selector`; an error if there is none.
    pub async fn text(&self, selector: &str) -> Result<String> {
        let script = "const found = document.querySelector(arguments[0]);
            return [found?.innerText.trim() ?? null, document.body?.innerText.slice(0, 500)];";
        let (text, all): (Option<String>, Option<String>) = self.run(script, &[selector.into()]).await?;
        text.with_context(|| format!("there is no {selector}; the page shows {:?}", all.unwrap_or_default()))
    }

    /// The rendered texts of all elements that match `selector`.
    pub async fn texts(&self, selector: &str) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((it) => it.innerText.trim());";
        self.run(script, &[selector.into()]).await
    }

    /// How many elements match `selector`.
    pub async fn count(&self, selector: &str) -> Result<usize> {
        self.run("return document.querySelectorAll(arguments[0]).length;", &[selector.into()]).await
    }

    /// An attribute of the first element that matches `selector`.
    pub async fn attribute(&self, selector: &str, name: &str) -> Result<Option<String>> {
        let script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? null;";
        self.run(script, &[selector.into(), name.into()]).await
    }

    /// Waits until the text of the first element that matches `selector` fulfils `condition`, and returns the text.
    pub async fn wait_for_text(&self, selector: &str, condition: impl Fn(&str) -> bool) -> Result<String> {
        wait_for(&format!("the right text in {selector}"), async || {
            let text = self.text(selector).await?;
            ensure!(condition(&text), "it is {text:?}");
            Ok(text)
        })
        .await
    }

    /// Waits until exactly `expected` elements match `selector`.
    pub async fn wait_for_count(&self, selector: &str, expected: usize) -> Result<()> {
        wait_for(&format!("{expected} × {selector}"), async || {
            let count = self.count(selector).await?;
            ensure!(count == expected, "there are {count}");
            Ok(())
        })
        .await
    }

    /// Waits for a button with this text and clicks it as a user does: it must be visible and not covered.
    pub async fn click_button(&self, text: &str) -> Result<()> {
        wait_for(&format!("the button {text:?}"), async || {
            delays::before_step().await;
            let found = self.instance.session.execute(page_script::BUTTON, vec![Value::from(text)]).await?;
            ensure!(!found.json().is_null(), "there is none");
            // A render in between may replace the element; the next attempt looks it up again.
            Ok(found.element()?.click().await?)
        })
        .await
    }

    /// Waits for an element that matches `selector` and clicks it as a user does.
    pub async fn click(&self, selector: &str) -> Result<()> {
        wait_for(&format!("{selector} to click"), async || Ok(self.find(selector).await?.click().await?))
            .await
    }

    /// Moves the pointer to the centre of the element that matches `selector`.
    pub async fn hover(&self, selector: &str) -> Result<()> {
        let element = self.find(selector).await?;
        Ok(self.instance.session.action_chain().move_to_element_center(&element).perform().await?)
    }

    /// Waits for an element that matches `selector` and types into it.
    pub async fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        wait_for(&format!("{selector} to type into"), async || {
            Ok(self.find(selector).await?.send_keys(text).await?)
        })
        .await
    }

    /// Presses keys where the focus is.
    pub async fn press_keys(&self, keys: &str) -> Result<()> {
        Ok(self.instance.session.action_chain().send_keys(keys).perform().await?)
    }

    async fn find(&self, selector: &str) -> Result<WebElement> {
        Ok(self.instance.session.find(By::Css(selector)).await?)
    }

    /// Sets the size of the viewport to the pixel.
    pub async fn resize(&self, size: Size) -> Result<()> {
        let Size { width, height } = size;
        if self.engine == Engine::Chromium {
            let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
            return self.command("Emulation.setDeviceMetricsOverride", metrics).await.map(drop);
        }
        wait_for(&format!("a viewport of {width} × {height} px"), async || {
            let sizes = "return [innerWidth, innerHeight, outerWidth, outerHeight];";
            let [inner_width, inner_height, outer_width, outer_height]: [u32; 4] =
                self.run(sizes, &[]).await?;
            if (inner_width, inner_height) != (width, height) {
                let [width, height] =
                    [outer_width + width - inner_width, outer_height + height - inner_height];
                let (x, y) = position(width, height);
                self.instance.session.set_window_rect(x, y, width, height).await?;
                bail!("it is {inner_width} × {inner_height}");
            }
            Ok(())
        })
        .await
    }

    /// Sets the colour scheme. Only Chromium can emulate `prefers-color-scheme`; in the other engines, the loaded
    /// document's own `color-scheme` is set.
    pub async fn prefer(&self, scheme: Scheme) -> Result<()> {
        let value = scheme.keyword();
        if self.engine == Engine::Chromium {
            let media = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
            return self.devtools("Emulation.setEmulatedMedia", media).await.map(drop);
        }
        self.run("document.documentElement.style.colorScheme = arguments[0];", &[value.into()]).await
    }

    /// Takes the network away, or gives it back.
    pub async fn set_online(&self, is_online: bool) -> Result<()> {
        if self.engine == Engine::Chromium {
            self.devtools("Network.enable", json!({})).await?;
            let conditions = json!({"offline": !is_online, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
            return self.devtools("Network.emulateNetworkConditions", conditions).await.map(drop);
        }
        self.run(page_script::SET_ONLINE, &[is_online.into()]).await
    }

    /// Writes a PNG of the viewport.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        Ok(self.instance.session.screenshot(path).await?)
    }

    /// Returns and clears the page errors since the last call: console output, uncaught errors, violations of the
    /// content security policy. In Chromium this includes the browser's own log, except its line for a failed API
    /// request.
    pub async fn page_errors(&self) -> Result<Vec<String>> {
        let script = "return window.e2e?.pageErrors.splice(0) ?? [\"the page has no early script\"];";
        let mut errors: Vec<String> = self.run(script, &[]).await?;
        if self.engine == Engine::Chromium {
            let is_failed_request = |line: &str| {
                line.contains("/api/DescribeBatchTask") && line.contains("Failed to load resource: ")
            };
            let log = self.instance.session.browser_log().await?.into_iter().map(|entry| entry.message);
            errors.extend(log.filter(|line| !is_failed_request(line)));
        }
        Ok(errors)
    }

    /// Fails if there are [page errors](Self::page_errors).
    pub async fn expect_no_page_errors(&self) -> Result<()> {
        let errors = self.page_errors().await?;
        ensure!(errors.is_empty(), "page errors: {errors:#?}");
        Ok(())
    }

    /// Leaves the page. Fails if there are [page errors](Self::page_errors).
    pub async fn close(self) -> Result<()> {
        self.expect_no_page_errors().await?;
        self.leave().await
    }

    /// Leaves the page, whatever errors it has: one that still polls may report another at any moment.
    pub async fn leave(self) -> Result<()> {
        if self.is_changed.into_inner() { self.instance.end().await } else { self.instance.release().await }
    }

    /// Sends a command of the DevTools protocol and returns its result. Only Chromium has it: a test that needs it is
    /// marked `#[ignore = "only in Chromium: …"]`.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        ensure!(self.engine == Engine::Chromium, "{command} works only in Chromium, not in {}", self.engine);
        self.is_changed.store(true, Ordering::Relaxed);
        self.command(command, parameters).await
    }

    async fn command(&self, command: &str, parameters: Value) -> Result<Value> {
        let session = &self.instance.session;
        session.cdp().send_raw(command, parameters).await.with_context(|| format!("{command} failed"))
    }
}
