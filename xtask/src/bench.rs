//! `cargo xtask bench`: builds what is compared, then hands over to the bench, a program of its own.
//!
//! It must not know what is measured.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::args::{BenchOptions, Engine};
use crate::flavour::Flavour;
use crate::process::{self, Output};
use crate::workspace::Workspace;
use crate::{interrupt, module, say, tools};

/// The builds of the widget, by the names that they have in the bench; the targets are for the first.
const OURS: [(&str, Flavour); 2] = [("ours", Flavour::Stable), ("ours-small", Flavour::Small)];

/// Builds and runs.
///
/// # Errors
/// If something cannot be set up or built, or the bench fails.
pub(crate) fn run(workspace: &Workspace, options: &BenchOptions) -> Result<()> {
    let chromium = tools::browser(Engine::Chromium)?;
    peers(workspace)?;
    let modules = modules(workspace, options)?;
    say::step("building the bench (release; about a minute from nothing)", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--quiet", "--release", "--package", "batch-task-bench"]);
        process::run(&mut cargo, Output::ToStderr)
    })?;
    let mut bench = workspace.cargo();
    bench.args(["run", "--quiet", "--release", "--package", "batch-task-bench", "--"]);
    bench.arg("--browser").arg(&chromium.browser);
    for (name, folder) in modules {
        bench.arg("--module").arg(format!("{name}={}", folder.display()));
    }
    bench.args(&options.words);
    process::run(&mut bench, Output::Through)
}

/// The builds that are asked for. One can do without the small one, which takes more than a plain toolchain.
fn modules(workspace: &Workspace, options: &BenchOptions) -> Result<Vec<(&'static str, PathBuf)>> {
    let is_wanted = |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    let mut modules = Vec::new();
    for (name, flavour) in OURS.into_iter().filter(|(name, _)| is_wanted(name)) {
        match module::build(workspace, flavour) {
            Ok(folder) => modules.push((name, folder)),
            Err(error) if flavour == Flavour::Small => {
                interrupt::check()?;
                say::line(&format!("going on without the small build: {error:#}"));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(modules)
}

/// The JavaScript contestants: their packages, if they are not there, and their bundles.
fn peers(workspace: &Workspace) -> Result<()> {
    let folder = tools::npm_packages(workspace, "bench/peers", "20 seconds")?;
    say::step("bundling the peers", || {
        let mut node = Command::new("node");
        process::run(node.arg("build.mjs").current_dir(&folder), Output::ToStderr)
    })
}
