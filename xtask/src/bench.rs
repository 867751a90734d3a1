//! `cargo xtask bench`: builds what is compared, then hands over to the bench, a program of its own.
//!
//! It must not know what is measured.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::args::BenchOptions;
use crate::fingerprint::Fingerprint;
use crate::module::{self, Flavour};
use crate::process::{self, Output};
use crate::workspace::Workspace;
use crate::{interrupt, say, tools};

/// The builds of the widget, by the names that they have in the bench; the targets are for the first.
const OURS: [(&str, Flavour); 2] = [("ours", Flavour::Stable), ("ours-small", Flavour::Small)];

/// Builds and runs.
///
/// # Errors
/// If something cannot be set up or built, or the bench fails.
pub(crate) fn run(workspace: &Workspace, options: &BenchOptions) -> Result<()> {
    let chromium = tools::chromium()?;
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
    let folder = workspace.root.join("bench").join("peers");
    let packages = folder.join("node_modules");
    let stamp = packages.join(".installed");
    let mut inputs = Fingerprint::default();
    inputs.path(&folder, "package-lock.json")?;
    let inputs = inputs.finish();
    if fs::read_to_string(&stamp).ok().as_deref() != Some(inputs.as_str()) {
        say::step("installing the peers' npm packages into bench/peers (about 20 seconds, once)", || {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder);
            process::run(&mut npm, Output::ToStderr).context("the peers need npm, version 10 or later")
        })?;
        fs::write(&stamp, inputs).with_context(|| format!("cannot write {}", stamp.display()))?;
    }
    say::step("bundling the peers", || {
        let mut node = Command::new("node");
        process::run(node.arg("build.mjs").current_dir(&folder), Output::ToStderr)
    })
}
