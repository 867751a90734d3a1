//! The machine and the time of a run. Must not know the measures.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The machine and versions that the numbers depend on.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// In UTC.
    pub(crate) began: String,
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) memory: String,
    pub(crate) system: String,
    pub(crate) browser: String,
    /// The commit of this repository, marked as dirty if files have changed.
    pub(crate) commit: String,
    /// The versions of the peers' packages.
    pub(crate) versions: Vec<String>,
    /// The load average of the last minute, before the run.
    pub(crate) load_before: String,
    /// The same after it.
    pub(crate) load_after: String,
}

impl Machine {
    /// Collects the information; unknown values are empty.
    pub(crate) fn look(bench: &Path, browser: String) -> Self {
        Self {
            began: OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
            processor: line_of("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
            memory: line_of("/proc/meminfo", "MemTotal"),
            system: output(Command::new("uname").args(["-sr"])),
            browser,
            commit: output(Command::new("git").args(["describe", "--always", "--dirty"]).current_dir(bench)),
            versions: versions(bench),
            load_before: load_average(),
            load_after: String::new(),
        }
    }
}

/// The load average of the last minute.
pub(crate) fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// The text after the colon in the first line of a file that starts with `key`.
fn line_of(file: &str, key: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(key));
    line.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim()).to_owned()
}

fn output(command: &mut Command) -> String {
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}

fn versions(bench: &Path) -> Vec<String> {
    let text = fs::read_to_string(bench.join("peers").join("package.json")).unwrap_or_default();
    let manifest: Value = serde_json::from_str(&text).unwrap_or_default();
    let mut versions: Vec<String> = ["dependencies", "devDependencies"]
        .into_iter()
        .filter_map(|key| manifest[key].as_object())
        .flatten()
        .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or("?")))
        .collect();
    versions.push(format!("batch-task-widget {}", env!("CARGO_PKG_VERSION")));
    versions
}
