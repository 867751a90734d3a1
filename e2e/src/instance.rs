//! Running browsers, which tests use one after another because a start takes longer than most tests.
//!
//! Only one test at a time uses a browser. All servers have a port of their own, so the pages of two tests never have the
//! same origin. Must not know what a test does with a browser.

use std::sync::{LazyLock, Mutex, PoisonError};

use anyhow::{Context as _, Result, anyhow, ensure};
use batch_task_browser_engines::Engine;
use thirtyfour::WebDriver;
use tokio::runtime::Runtime;

use crate::driver::Driver;

/// The browsers that no test uses. They end with the test process.
static IDLE: Mutex<Vec<Instance>> = Mutex::new(Vec::new());

/// Owns the processes of all browsers. The runtime of a test ends before the browser that it has started.
static RUNTIME: LazyLock<std::io::Result<Runtime>> = LazyLock::new(Runtime::new);

/// A running browser. Dropping it ends the browser.
#[derive(Debug)]
pub(crate) struct Instance {
    // Dropped first: this ends the session, and with it the browser, while the driver still runs.
    pub(crate) session: WebDriver,
    driver: Driver,
    engine: Engine,
}

impl Instance {
    /// Returns an idle browser, or starts one with a new profile.
    pub(crate) async fn get(engine: Engine) -> Result<Self> {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(instance) = idle {
            return Ok(instance);
        }
        let runtime = RUNTIME.as_ref().map_err(|error| anyhow!("cannot start a runtime: {error}"))?;
        tokio::task::spawn_blocking(move || runtime.block_on(Self::start(engine))).await?
    }

    async fn start(engine: Engine) -> Result<Self> {
        let driver = Driver::start(engine).await?;
        Ok(Self { session: driver.open().await?, driver, engine })
    }

    /// Leaves the page, so that another test can use the browser.
    pub(crate) async fn release(self) -> Result<()> {
        ensure!(self.session.windows().await?.len() == 1, "the page has opened a window");
        // Over a part of the next page, the pointer would act as a user's.
        self.session.action_chain().move_to(0, 0).perform().await?;
        self.session.goto("about:blank").await.context("cannot leave the page")?;
        if self.engine == Engine::Chromium {
            // Later log lines of this page are not the next test's.
            self.session.browser_log().await?;
        }
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(self);
        Ok(())
    }

    /// Ends the browser.
    pub(crate) async fn end(self) -> Result<()> {
        self.session.quit().await?;
        self.driver.end().await
    }
}
