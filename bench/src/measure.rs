//! What is measured, by name and unit, and the samples. It must not know how anything is measured.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::stats::Summary;

/// One thing that is measured, of one contestant at one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Measure {
    /// Bytes of js, wasm and css, as brotli 11.
    Transfer,
    /// Navigation to the first row painted, nothing slowed down.
    Load,
    /// Navigation to the first paint, be it a skeleton, nothing slowed down.
    FirstPaint,
    /// As `Load`, on slow 4G with a quarter of the processor, the body as brotli.
    SlowLoad,
    /// As `FirstPaint`, slowed down like `SlowLoad`.
    SlowFirstPaint,
    /// Main-thread CPU of a poll in which 1 % of the rows change; the bytes are already in the page.
    Changed,
    /// Main-thread CPU of a poll in which only the RequestId is new; the bytes are already in the page.
    Unchanged,
    /// As `Changed`, over loopback, as identity.
    ChangedNetwork,
    /// As `Unchanged`, over loopback, as identity.
    UnchangedNetwork,
    /// Main-thread CPU of a poll that the server may answer with 304.
    NotModified,
    /// The longest task of changed polls, by CPU.
    LongestTask,
    /// The longest task while 50,000 failures of 40,000 kinds are grouped, searched as one types, and written as CSV.
    LongestChore,
    /// Mutation records of a changed poll.
    ChangedMutations,
    /// Mutation records of an unchanged poll.
    UnchangedMutations,
    /// From a press on a column's heading, as a frame begins, to the frame that shows it.
    Sort,
    /// The same for a status.
    Filter,
    /// JavaScript heap in use and wasm memory, after mounting.
    MemoryMounted,
    /// The same after half the polls.
    MemoryHalfway,
    /// The same after all polls.
    MemoryPolled,
    /// The wasm memory's part of `MemoryPolled`.
    WasmPolled,
    /// Frames that a scroll through everything in 2 s left out.
    Dropped,
    /// Frames of that scroll in which a place in the table showed no row.
    Blank,
    /// The longest time between two frames of that scroll.
    WorstFrame,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Bytes,
    Megabytes,
    Milliseconds,
    Count,
}

impl Measure {
    /// All, in the order of the report.
    pub(crate) const ALL: [Self; 23] = [
        Self::Transfer,
        Self::Load,
        Self::FirstPaint,
        Self::SlowLoad,
        Self::SlowFirstPaint,
        Self::Changed,
        Self::Unchanged,
        Self::ChangedNetwork,
        Self::UnchangedNetwork,
        Self::NotModified,
        Self::LongestTask,
        Self::LongestChore,
        Self::ChangedMutations,
        Self::UnchangedMutations,
        Self::Sort,
        Self::Filter,
        Self::MemoryMounted,
        Self::MemoryHalfway,
        Self::MemoryPolled,
        Self::WasmPolled,
        Self::Dropped,
        Self::Blank,
        Self::WorstFrame,
    ];

    /// Its name in the report.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Transfer => "transfer, brotli 11, bytes",
            Self::Load => "load to first row, ms",
            Self::FirstPaint => "first paint, ms",
            Self::SlowLoad => "load to first row, slow 4G and CPU ×4, ms",
            Self::SlowFirstPaint => "first paint, slow 4G and CPU ×4, ms",
            Self::Changed => "changed poll, bytes in the page, CPU ms",
            Self::Unchanged => "unchanged poll, bytes in the page, CPU ms",
            Self::ChangedNetwork => "changed poll, loopback, CPU ms",
            Self::UnchangedNetwork => "unchanged poll, loopback, CPU ms",
            Self::NotModified => "unchanged poll, server answers 304, CPU ms",
            Self::LongestTask => "longest task of a changed poll, CPU ms",
            Self::LongestChore => "longest task of grouping, searching and writing a file, CPU ms",
            Self::ChangedMutations => "DOM mutations of a changed poll",
            Self::UnchangedMutations => "DOM mutations of an unchanged poll",
            Self::Sort => "sort to the next frame, ms",
            Self::Filter => "filter to the next frame, ms",
            Self::MemoryMounted => "memory after mount, MB",
            Self::MemoryHalfway => "memory after half the polls, MB",
            Self::MemoryPolled => "memory after all polls, MB",
            Self::WasmPolled => "of it wasm, MB",
            Self::Dropped => "dropped frames of a 2 s scroll",
            Self::Blank => "blank frames of it",
            Self::WorstFrame => "its longest frame, ms",
        }
    }

    /// How its numbers are written.
    pub(crate) const fn unit(self) -> Unit {
        match self {
            Self::Transfer => Unit::Bytes,
            Self::MemoryMounted | Self::MemoryHalfway | Self::MemoryPolled | Self::WasmPolled => {
                Unit::Megabytes
            }
            Self::ChangedMutations | Self::UnchangedMutations | Self::Dropped | Self::Blank => Unit::Count,
            _ => Unit::Milliseconds,
        }
    }
}

/// A size, a measure, and whose.
pub(crate) type Key = (usize, Measure, String);

/// All samples of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(BTreeMap<Key, Vec<f64>>);

impl Samples {
    /// Adds one.
    pub(crate) fn add(&mut self, rows: usize, measure: Measure, contestant: &str, value: f64) {
        self.0.entry((rows, measure, contestant.to_owned())).or_default().push(value);
    }

    /// What the samples come to, if there are any.
    pub(crate) fn summary(&self, rows: usize, measure: Measure, contestant: &str) -> Option<Summary> {
        Summary::of(self.0.get(&(rows, measure, contestant.to_owned()))?)
    }

    /// All of them, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Key, &Vec<f64>)> {
        self.0.iter()
    }
}
