//! `cargo xtask bench`: builds the compared pages and runs the benchmark program, which owns the measurements.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::args::{BenchOptions, Engine};
use crate::build_variant::BuildVariant;
use crate::process::{self, Output};
use crate::tools::{self, Toolbox};
use crate::workspace::Workspace;
use crate::{console, files, npm, page};

/// The arguments of esbuild in `npm/README.md`, and fixed names, by which the page preloads the WebAssembly.
const ESBUILD: &[&str] = &[
    "--bundle",
    "--format=esm",
    "--minify",
    "--loader:.wasm=file",
    "--asset-names=[name]",
    "--log-level=warning",
];

pub(crate) fn run(workspace: &Workspace, options: &BenchOptions) -> Result<()> {
    let chromium = tools::browser(Engine::Chromium)?;
    bundle_peers(workspace)?;
    let ours = assemble(workspace)?;
    console::step("building the benchmark (release; about 1 minute from scratch)", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--quiet", "--release", "--package", "batch-task-bench"]);
        process::run(&mut cargo, Output::ToStderr)
    })?;
    let mut bench = workspace.cargo();
    bench.args(["run", "--quiet", "--release", "--package", "batch-task-bench", "--"]);
    bench.arg("--browser").arg(&chromium.browser).arg("--ours").arg(ours).args(options.arguments());
    process::run(&mut bench, Output::Inherit)
}

/// Builds what is shipped. Returns a folder with three sites: `script` (the npm package by script tag), `bundle` (the same with
/// esbuild) and `page` (the standalone page).
fn assemble(workspace: &Workspace) -> Result<PathBuf> {
    let variant = BuildVariant::shipped()?;
    page::build(workspace, &Toolbox::for_page(workspace)?, variant)?;
    let (sources, folder) = (workspace.root.join("bench/ours"), workspace.build_folder().join("bench"));
    let packages = folder.join("script/node_modules");
    files::recreate_folder(&folder)?;
    npm::assemble(workspace, variant, &packages.join(npm::PACKAGE))?;
    files::copy_folder(&sources, &folder)?;
    files::copy_folder(&workspace.page(), &folder.join("page"))?;
    let mut esbuild = Command::new("esbuild");
    esbuild.arg(sources.join("bundle/main.js")).args(ESBUILD).env("NODE_PATH", packages);
    esbuild.arg(format!("--outdir={}", folder.join("bundle").display()));
    Toolbox::for_npm()?.set_path(&mut esbuild)?;
    process::run(&mut esbuild, Output::ToStderr)?;
    Ok(folder)
}

/// Installs the packages of the JavaScript peers and bundles them.
fn bundle_peers(workspace: &Workspace) -> Result<()> {
    let folder = tools::npm_packages(workspace, "bench/peers", "20 seconds")?;
    console::step("bundling the peers", || {
        let mut node = Command::new("node");
        process::run(node.arg("build.mjs").current_dir(&folder), Output::ToStderr)
    })
}
