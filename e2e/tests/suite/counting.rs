//! What a page still has of a widget that went: timers, listeners, requests, trees, memory. It must not know any page.

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, wait_for};
use serde_json::{Value, json};

/// A script that has to run before all others. It counts timers that are set and not over, requests that have not ended,
/// and listeners on what outlives a widget; `window.left()` gives these, and how many elements there are, what a host notes aside.
pub(crate) const COUNTING: &str = r#"
window.timers = new Set();
window.now = { setTimeout: window.setTimeout.bind(window) };
for (const [set, clear] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"]]) {
  const [realSet, realClear] = [window[set], window[clear]];
  window[set] = (f, ...rest) => {
    const id = realSet((...args) => { if (set === "setTimeout") timers.delete(id); f(...args); }, ...rest);
    // WebKit's driver has a timer of its own in the page while it runs a script.
    if (!/^.*\n.*\nPromise@.*\n_execute@/.test(new Error().stack)) timers.add(id);
    return id;
  };
  window[clear] = (id) => { timers.delete(id); realClear(id); };
}
window.listeners = 0;
for (const lasting of [window, document]) {
  const [add, remove] = [lasting.addEventListener, lasting.removeEventListener];
  lasting.addEventListener = function (...args) { listeners += 1; return add.apply(this, args); };
  lasting.removeEventListener = function (...args) { listeners -= 1; return remove.apply(this, args); };
}
window.requests = 0;
const realFetch = window.fetch;
window.fetch = (...args) => {
  requests += 1;
  const answer = realFetch(...args);
  answer.then(() => { requests -= 1; }, () => { requests -= 1; });
  return answer;
};
window.left = () => ({ timers: timers.size, listeners, requests, elements: document.querySelectorAll(":not(#heard *)").length });
"#;

/// What the browser holds for a page, once all that can be collected has been.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) nodes: u64,
    pub(crate) listeners: u64,
    pub(crate) heap: u64,
}

/// Collects garbage and counts. Chromium alone tells.
pub(crate) async fn held(browser: &Browser) -> Result<Held> {
    for _ in 0..3 {
        browser.devtools("HeapProfiler.collectGarbage", json!({})).await?;
    }
    let counters = browser.ask_devtools("Memory.getDOMCounters", json!({})).await?;
    let heap = browser.ask_devtools("Runtime.getHeapUsage", json!({})).await?;
    let number =
        |value: &Value, name: &str| value[name].as_f64().map(|number| number as u64).context(name.to_owned());
    Ok(Held {
        nodes: number(&counters, "nodes")?,
        listeners: number(&counters, "jsEventListeners")?,
        heap: number(&heap, "usedSize")?,
    })
}

/// Waits until the browser holds no more than `before`, but for what is not a widget's.
pub(crate) async fn expect_no_more(browser: &Browser, before: Held) -> Result<()> {
    wait_for("all to be collected", async || {
        let after = held(browser).await?;
        ensure!(after.nodes <= before.nodes + 10, "{after:?} after {before:?}");
        ensure!(after.listeners <= before.listeners + 10, "{after:?} after {before:?}");
        ensure!(after.heap <= before.heap + 300_000, "{after:?} after {before:?}");
        Ok(())
    })
    .await
}
