//! `cargo xtask bench`: builds the compared widgets and runs the benchmark program, which owns the measurements.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::args::{BenchOptions, Engine};
use crate::build_variant::BuildVariant;
use crate::process::{self, Output};
use crate::program::Program;
use crate::workspace::Workspace;
use crate::{console, interrupt, module, tools};

/// The builds of the widget and their names in the benchmark. The performance targets apply to the first.
const OURS: [(&str, BuildVariant); 2] = [("ours", BuildVariant::Stable), ("ours-small", BuildVariant::Small)];

pub(crate) fn run(workspace: &Workspace, options: &BenchOptions) -> Result<()> {
    let chromium = tools::browser(Engine::Chromium)?;
    bundle_peers(workspace)?;
    let modules = modules(workspace, options)?;
    console::step("building the benchmark (release; about 1 minute from scratch)", || {
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
    bench.args(options.arguments());
    process::run(&mut bench, Output::Inherit)
}

/// Builds the selected modules. The small one is optional, since not every toolchain supports it.
fn modules(workspace: &Workspace, options: &BenchOptions) -> Result<Vec<(&'static str, PathBuf)>> {
    let is_selected = |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    let mut modules = Vec::new();
    for (name, variant) in OURS.into_iter().filter(|(name, _)| is_selected(name)) {
        match module::build(workspace, Program::Widget, variant) {
            Ok(folder) => modules.push((name, folder)),
            Err(error) if variant == BuildVariant::Small => {
                interrupt::check()?;
                console::line(&format!("continuing without the small build: {error:#}"));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(modules)
}

/// Installs the packages of the JavaScript peers and bundles them.
fn bundle_peers(workspace: &Workspace) -> Result<()> {
    let folder = tools::npm_packages(workspace, "bench/peers", "20 seconds")?;
    console::step("bundling the peers", || {
        let mut node = Command::new("node");
        process::run(node.arg("build.mjs").current_dir(&folder), Output::ToStderr)
    })
}
