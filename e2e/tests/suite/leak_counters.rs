//! Counts of the timers, listeners, requests, nodes and memory that a page still holds after a widget was removed.

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, wait_for};
use serde_json::{Value, json};

/// Counts timers, listeners and requests. Must run before all other scripts.
pub(crate) const COUNTERS: &str = include_str!("leak_counters.js");

/// Chromium's counts for a page after a garbage collection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Memory {
    pub(crate) nodes: u64,
    pub(crate) listeners: u64,
    /// In bytes.
    pub(crate) heap: u64,
}

impl Memory {
    /// Collects garbage and measures. Only Chromium can.
    pub(crate) async fn measure(browser: &Browser) -> Result<Self> {
        for _ in 0..3 {
            browser.devtools("HeapProfiler.collectGarbage", json!({})).await?;
        }
        let counters = browser.devtools("Memory.getDOMCounters", json!({})).await?;
        let heap = browser.devtools("Runtime.getHeapUsage", json!({})).await?;
        let number =
            |value: &Value, name: &str| value[name].as_f64().map(|it| it as u64).context(name.to_owned());
        Ok(Self {
            nodes: number(&counters, "nodes")?,
            listeners: number(&counters, "jsEventListeners")?,
            heap: number(&heap, "usedSize")?,
        })
    }
}

/// The bytes that a hundred rounds may leave. Yew forgets the closures of an app's root, six or seven of 160 bytes of JavaScript for
/// each of two widgets per round, whose places in the table of references cannot be freed: 215 to 235 KB. A widget that is kept
/// would be larger.
const MAX_LEFT: u64 = 500_000;

/// Waits until the page holds no more than `before`, except what does not come from a widget.
pub(crate) async fn wait_for_no_more_memory(browser: &Browser, before: Memory) -> Result<()> {
    wait_for("garbage to be collected", async || {
        let after = Memory::measure(browser).await?;
        ensure!(after.nodes <= before.nodes + 10, "{after:?}, before {before:?}");
        ensure!(after.listeners <= before.listeners + 10, "{after:?}, before {before:?}");
        ensure!(after.heap <= before.heap + MAX_LEFT, "{after:?}, before {before:?}");
        Ok(())
    })
    .await
}
