//! The measures, their units, and the samples. Must not know how anything is measured.

use std::collections::BTreeMap;

use crate::stats::Summary;

/// A measure of one contestant at one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Measure {
    /// Bytes of the JavaScript, WebAssembly and CSS that is loaded before the first row, compressed with brotli 11.
    Transfer,
    /// From the navigation to the paint of the first row, without throttling.
    Load,
    /// From the navigation to the first paint, which may be a skeleton, without throttling.
    FirstPaint,
    /// As `Load`, with slow 4G, the CPU throttled to a quarter, and the body compressed with brotli.
    SlowLoad,
    /// As `FirstPaint`, throttled as `SlowLoad`.
    SlowFirstPaint,
    /// From the navigation to the paint of what the program has drawn, in place of what the server has drawn; throttled as
    /// `SlowLoad`.
    SlowLive,
    /// Main-thread CPU time of a poll in which 1 % of the rows change; the bytes are already in the page.
    Changed,
    /// Main-thread CPU time of a poll in which only the RequestId changes; the bytes are already in the page.
    Unchanged,
    /// As `Changed`, over loopback and compressed with brotli.
    ChangedNetwork,
    /// As `Unchanged`, over loopback and compressed with brotli.
    UnchangedNetwork,
    /// Main-thread CPU time of a poll to which the server can respond with 304. Not of the page, which does not show its end.
    NotModified,
    /// The longest task of changed polls, in CPU time.
    LongestTask,
    /// The longest task while 50,000 failures with 40,000 reasons are grouped, searched while typing, and exported as CSV.
    LongestChore,
    /// Mutation records of a changed poll.
    ChangedMutations,
    /// Mutation records of an unchanged poll.
    UnchangedMutations,
    /// From a click on a column header, at the start of a frame, to the paint of the result.
    Sort,
    /// The same for a click on a status filter.
    Filter,
    /// Main-thread CPU time of a click that sorts by status or removes the sorting.
    SortCpu,
    /// Main-thread CPU time of a key, while an instance ID is typed into the search field.
    SearchCpu,
    /// Used JavaScript heap plus WebAssembly memory, after mounting.
    MemoryMounted,
    /// The same after half the polls.
    MemoryHalfway,
    /// The same after all polls.
    MemoryPolled,
    /// The WebAssembly memory in `MemoryPolled`.
    WasmPolled,
    /// Main-thread CPU time of a frame while all rows are scrolled through in 0.5 s.
    FastScroll,
    /// The same in 2 s.
    Scroll,
    /// The same in 8 s.
    SlowScroll,
    /// Dropped frames while all rows are scrolled through in 2 s.
    Dropped,
    /// Frames of that scroll in which a part of the table showed no row.
    Blank,
    /// The longest time between two frames of that scroll.
    WorstFrame,
}

/// The unit of a number in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Bytes,
    Megabytes,
    Milliseconds,
    Count,
}

impl Measure {
    /// All measures in the order of the report.
    pub(crate) const ALL: [Self; 29] = [
        Self::Transfer,
        Self::Load,
        Self::FirstPaint,
        Self::SlowLoad,
        Self::SlowFirstPaint,
        Self::SlowLive,
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
        Self::SortCpu,
        Self::SearchCpu,
        Self::MemoryMounted,
        Self::MemoryHalfway,
        Self::MemoryPolled,
        Self::WasmPolled,
        Self::FastScroll,
        Self::Scroll,
        Self::SlowScroll,
        Self::Dropped,
        Self::Blank,
        Self::WorstFrame,
    ];

    /// Its name in the report.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Transfer => "bytes before the first row, brotli 11",
            Self::Load => "load to first row, ms",
            Self::FirstPaint => "first paint, ms",
            Self::SlowLoad => "load to first row, slow 4G and CPU ×4, ms",
            Self::SlowFirstPaint => "first paint, slow 4G and CPU ×4, ms",
            Self::SlowLive => "program live, slow 4G and CPU ×4, ms",
            Self::Changed => "changed poll, bytes in the page, CPU ms",
            Self::Unchanged => "unchanged poll, bytes in the page, CPU ms",
            Self::ChangedNetwork => "changed poll, loopback, brotli, CPU ms",
            Self::UnchangedNetwork => "unchanged poll, loopback, brotli, CPU ms",
            Self::NotModified => "unchanged poll, server answers 304, CPU ms",
            Self::LongestTask => "longest task of a changed poll, CPU ms",
            Self::LongestChore => "longest task of grouping, searching and writing a file, CPU ms",
            Self::ChangedMutations => "DOM mutations of a changed poll",
            Self::UnchangedMutations => "DOM mutations of an unchanged poll",
            Self::Sort => "sort to the next frame, ms",
            Self::Filter => "filter to the next frame, ms",
            Self::SortCpu => "sort by status, CPU ms per click",
            Self::SearchCpu => "search, CPU ms per key",
            Self::MemoryMounted => "memory after mount, MB",
            Self::MemoryHalfway => "memory after half the polls, MB",
            Self::MemoryPolled => "memory after all polls, MB",
            Self::WasmPolled => "of it wasm, MB",
            Self::FastScroll => "scroll through all rows in 0.5 s, CPU ms per frame",
            Self::Scroll => "scroll through all rows in 2 s, CPU ms per frame",
            Self::SlowScroll => "scroll through all rows in 8 s, CPU ms per frame",
            Self::Dropped => "dropped frames of a 2 s scroll",
            Self::Blank => "blank frames of it",
            Self::WorstFrame => "its longest frame, ms",
        }
    }

    /// The unit in the report.
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

/// The number of rows, the measure and the contestant.
pub(crate) type Key = (usize, Measure, String);

/// All samples of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(BTreeMap<Key, Vec<f64>>);

impl Samples {
    /// Adds a sample.
    pub(crate) fn add(&mut self, rows: usize, measure: Measure, contestant: &str, value: f64) {
        self.0.entry((rows, measure, contestant.to_owned())).or_default().push(value);
    }

    /// The summary of the samples, if there are any.
    pub(crate) fn summary(&self, rows: usize, measure: Measure, contestant: &str) -> Option<Summary> {
        Summary::of(self.0.get(&(rows, measure, contestant.to_owned()))?)
    }
}
