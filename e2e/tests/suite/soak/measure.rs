//! What must not grow, as the page counts it and, in Chromium, as the browser does. It must not know what happens in between.

use std::fmt;

use anyhow::{Result, ensure};
use e2e::{Browser, Engine};
use serde::Deserialize;

use crate::counting::{Held, held};
use crate::host::look;

/// How much WebAssembly's memory, which never shrinks, may grow between two measures, however long that is: pieces of it lie
/// differently from round to round.
const MOST_WASM_BYTES: u64 = 4 * 65_536;

/// How much the heap of JavaScript may: the first ten rounds add 100 KB more than the driver's scripts account for, less and less
/// each. The 7,000 polls of a day that leave 50 bytes each behind are more.
const MOST_HEAP_BYTES: u64 = 300_000;

/// What chromedriver leaves in it with each script, on an empty page too: 64 bytes were measured.
const SCRIPT_BYTES: u64 = 80;

/// How many nodes and listeners may: those that the driver leaves in the page.
const MOST_NODES: u64 = 10;

/// What the page counts, in any engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
struct Counts {
    elements: u64,
    timers: u64,
    /// Those on the window and the document, which outlive a widget: added, less removed.
    listeners: i64,
    /// Those that have not ended.
    requests: u64,
    wasm_bytes: u64,
}

/// How much there is of everything at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    counts: Counts,
    /// Once garbage is collected; Chromium alone tells.
    held: Option<Held>,
    /// How many the driver has run there.
    scripts: u64,
}

impl Measure {
    /// Of a page that waits for its next poll.
    pub(super) async fn take(browser: &Browser) -> Result<Self> {
        let held = match browser.engine() {
            Engine::Chromium => Some(held(browser).await?),
            Engine::Firefox | Engine::Webkit => None,
        };
        Ok(Self { counts: look(browser, "return soak.counts();").await?, held, scripts: browser.scripts() })
    }

    /// Fails if there is more than there was, but for what varies.
    pub(super) fn expect_flat(&self, before: &Self) -> Result<()> {
        let (now, then) = (self.counts, before.counts);
        ensure!(Counts { wasm_bytes: then.wasm_bytes, ..now } == then, "{now:?} after {then:?}");
        ensure!(now.wasm_bytes <= then.wasm_bytes + MOST_WASM_BYTES, "{now:?} after {then:?}");
        if let (Some(now), Some(then)) = (self.held, before.held) {
            let scripts = self.scripts - before.scripts;
            let most = then.heap + MOST_HEAP_BYTES + scripts * SCRIPT_BYTES;
            ensure!(now.heap <= most, "{now:?} after {then:?} and {scripts} scripts");
            ensure!(now.nodes <= then.nodes + MOST_NODES, "{now:?} after {then:?}");
            ensure!(now.listeners <= then.listeners + MOST_NODES, "{now:?} after {then:?}");
        }
        Ok(())
    }

    /// Everything by its name.
    fn figures(&self) -> Vec<(&'static str, String)> {
        let Counts { elements, timers, listeners, requests, wasm_bytes } = self.counts;
        let mut figures = vec![
            ("wasm memory in bytes", wasm_bytes.to_string()),
            ("elements", elements.to_string()),
            ("timers", timers.to_string()),
            ("listeners on window and document", listeners.to_string()),
            ("requests under way", requests.to_string()),
        ];
        if let Some(Held { nodes, listeners, heap }) = self.held {
            figures.extend(
                [("JS heap in bytes", heap), ("nodes", nodes), ("listeners", listeners)]
                    .map(|(name, value)| (name, value.to_string())),
            );
        }
        figures
    }
}

/// Measures one after the other.
pub(super) struct Course<'a>(pub(super) &'a [Measure]);

impl fmt::Display for Course<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.0.first() else { return Ok(()) };
        for (place, (name, _)) in first.figures().iter().enumerate() {
            let values: Vec<String> =
                self.0.iter().map(|measure| measure.figures().swap_remove(place).1).collect();
            write!(formatter, "{}{name} {}", if place == 0 { "" } else { ", " }, values.join(" → "))?;
        }
        Ok(())
    }
}
