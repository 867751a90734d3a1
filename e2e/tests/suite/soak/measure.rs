//! Counts that must not grow: the page's own and, in Chromium, the browser's.

use std::fmt;

use anyhow::{Result, ensure};
use e2e::{Engine, Stub};
use serde::Deserialize;

use crate::fixture::Page;
use crate::leak_counters::Memory;

/// How much the WebAssembly memory, which never shrinks, may grow in the whole test: its fragmentation differs between
/// rounds.
const MOST_WASM_BYTES: u64 = 4 * 65_536;

/// How much the JavaScript heap may grow. The first ten rounds add 100 KB in total besides what the driver's scripts leave,
/// each less than the one before. A leak of 50 bytes in each of the 7,000 polls of a day is more than this.
const MOST_HEAP_BYTES: u64 = 300_000;

/// Bytes that chromedriver leaves in the heap for each script; 64 were measured, even on an empty page.
const SCRIPT_BYTES: u64 = 80;

/// How many nodes and listeners the driver may leave in the page.
const MOST_NODES: u64 = 10;

/// The page's own counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
struct Counts {
    elements: u64,
    timers: u64,
    /// On window and document: added minus removed.
    listeners: i64,
    /// Open requests.
    requests: u64,
    wasm_bytes: u64,
}

/// A measurement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    counts: Counts,
    /// Only in Chromium.
    memory: Option<Memory>,
    /// How many scripts the driver has run.
    scripts: u64,
}

impl Measure {
    /// Measures a page that waits for its next poll.
    pub(super) async fn take(page: &Page<Stub>) -> Result<Self> {
        let memory = match page.engine() {
            Engine::Chromium => Some(Memory::measure(page).await?),
            Engine::Firefox | Engine::Webkit => None,
        };
        Ok(Self { counts: page.eval("soak.counts()").await?, memory, scripts: page.script_count() })
    }

    /// Fails if anything has grown by more than its limit.
    pub(super) fn expect_flat(&self, before: &Self) -> Result<()> {
        let (now, then) = (self.counts, before.counts);
        ensure!(Counts { wasm_bytes: then.wasm_bytes, ..now } == then, "{now:?} after {then:?}");
        ensure!(now.wasm_bytes <= then.wasm_bytes + MOST_WASM_BYTES, "{now:?} after {then:?}");
        if let (Some(now), Some(then)) = (self.memory, before.memory) {
            let scripts = self.scripts - before.scripts;
            let most = then.heap + MOST_HEAP_BYTES + scripts * SCRIPT_BYTES;
            ensure!(now.heap <= most, "{now:?} after {then:?} and {scripts} scripts");
            ensure!(now.nodes <= then.nodes + MOST_NODES, "{now:?} after {then:?}");
            ensure!(now.listeners <= then.listeners + MOST_NODES, "{now:?} after {then:?}");
        }
        Ok(())
    }

    /// All figures with their names.
    fn figures(&self) -> Vec<(&'static str, String)> {
        let Counts { elements, timers, listeners, requests, wasm_bytes } = self.counts;
        let mut figures = vec![
            ("wasm memory in bytes", wasm_bytes.to_string()),
            ("elements", elements.to_string()),
            ("timers", timers.to_string()),
            ("listeners on window and document", listeners.to_string()),
            ("open requests", requests.to_string()),
        ];
        if let Some(Memory { nodes, listeners, heap }) = self.memory {
            figures.extend(
                [("JS heap in bytes", heap), ("nodes", nodes), ("listeners", listeners)]
                    .map(|(name, value)| (name, value.to_string())),
            );
        }
        figures
    }
}

/// A series of measurements, displayed with arrows between them.
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
