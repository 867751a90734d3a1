//! Builds the host pages of the end-to-end tests in `e2e/hosts/`: apps that install the packed npm package, with a type check
//! and a build that their package.json defines, and Yew apps.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::tools::{self, Toolbox, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{console, files, npm};

/// Hosts with npm packages of their own. `vitest` has tests instead of a build, `typings` only a type check.
pub(crate) const BUNDLED: &[&str] =
    &["react", "react18", "vue", "webpack", "esbuild", "rollup", "vitest", "typings"];
/// Hosts that take minutes to build; only `cargo xtask hosts` builds and tests them.
pub(crate) const SLOW: &[&str] = &["angular", "next"];
/// The host that uses the package without a bundler.
const PLAIN: &str = "plain";
/// Yew apps, by folder and package. The first uses the widget's component, the second its custom element.
const YEW: [(&str, &str); 2] = [("yew", "host-yew"), ("yew-around", "host-yew-around")];
/// Folders of a host that belong to npm and to the caches of Angular and Next.
const NOT_INPUTS: [&str; 3] = ["node_modules", ".angular", ".next"];
/// File name of a Yew app in the browser.
const APP: &str = "host";

/// Builds the hosts that are not up to date. Returns their folder.
///
/// # Errors
/// If the package cannot be installed, or the type check or build of a host fails.
pub(crate) fn build(workspace: &Workspace, toolbox: &Toolbox) -> Result<PathBuf> {
    let folder = workspace.root.join("e2e").join("hosts");
    bundle(workspace, &[&[PLAIN], BUNDLED].concat())?;
    for (name, package) in YEW {
        yew(workspace, toolbox, &folder.join(name), package)?;
    }
    // Apps that use the component link its stylesheet.
    let styles = folder.join(YEW[0].0).join("dist").join("batch-task-widget.css");
    files::copy(&workspace.root.join("static/batch-task-widget.css"), &styles)?;
    Ok(folder)
}

/// Builds the hosts of this list that are not up to date, with the npm package.
///
/// # Errors
/// If the package cannot be installed, or the type check or build of a host fails.
pub(crate) fn bundle(workspace: &Workspace, names: &[&'static str]) -> Result<()> {
    let folder = workspace.root.join("e2e").join("hosts");
    let mut package = Fingerprint::default();
    package.path(&workspace.root, "dist/npm")?;
    let package = package.finish();
    let mut installed = None;
    for name in names {
        let host = Host { name, folder: folder.join(name) };
        if host.folder.join("package-lock.json").exists() {
            let install_time = if SLOW.contains(name) { "1 minute" } else { "5 seconds" };
            tools::npm_packages(workspace, &format!("e2e/hosts/{name}"), install_time)?;
        }
        if host.is_built_with(&package)? {
            continue;
        }
        let installed = match &installed {
            Some(installed) => installed,
            None => installed.insert(npm::install_tarball(workspace)?),
        };
        host.build(installed)?;
        host.write_stamp(&package)?;
    }
    Ok(())
}

struct Host {
    name: &'static str,
    folder: PathBuf,
}

impl Host {
    /// Copies the installed package into the host's `node_modules`, then type-checks and builds the host.
    fn build(&self, installed: &Path) -> Result<()> {
        console::step(&format!("building e2e/hosts/{} with the npm package", self.name), || {
            let package = self.folder.join("node_modules").join(npm::PACKAGE);
            // Files of an earlier version must not remain, nor what Vite's development server has made of them.
            let _ = fs::remove_dir_all(&package);
            let _ = fs::remove_dir_all(self.folder.join("node_modules/.vite"));
            files::copy_folder(installed, &package)?;
            for script in ["check", "build"] {
                process::run(&mut self.npm(&["run", "--silent", "--if-present", script]), Output::ToStderr)?;
            }
            Ok(())
        })
    }

    fn npm(&self, args: &[&str]) -> Command {
        let mut npm = Command::new("npm");
        npm.args(args).current_dir(&self.folder).env("NEXT_TELEMETRY_DISABLED", "1");
        npm
    }

    fn is_built_with(&self, package: &str) -> Result<bool> {
        let stamp = fs::read_to_string(self.stamp()).unwrap_or_default();
        Ok(stamp == self.contents(package)?)
    }

    fn write_stamp(&self, package: &str) -> Result<()> {
        let stamp = self.stamp();
        fs::write(&stamp, self.contents(package)?)
            .with_context(|| format!("cannot write {}", stamp.display()))
    }

    fn stamp(&self) -> PathBuf {
        self.folder.join("node_modules").join(".built")
    }

    /// Returns the fingerprint of its inputs and outputs.
    fn contents(&self, package: &str) -> Result<String> {
        let mut fingerprint = Fingerprint::default();
        fingerprint.fact(package);
        fingerprint.path(&self.folder, "../contract.d.ts")?;
        for entry in
            fs::read_dir(&self.folder).with_context(|| format!("cannot list {}", self.folder.display()))?
        {
            let name = entry?.file_name();
            if !NOT_INPUTS.iter().any(|it| name == *it) {
                fingerprint.path(&self.folder, &name.to_string_lossy())?;
            }
        }
        Ok(fingerprint.finish())
    }
}

/// Builds a Yew app in the development profile, which is sufficient to test embedding.
fn yew(workspace: &Workspace, toolbox: &Toolbox, folder: &Path, package: &str) -> Result<()> {
    let what =
        format!("compiling the Yew app of {} (about 1 minute from scratch)", workspace.relative(folder));
    console::step(&what, || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--quiet", "--package", package, "--target", WASM_TARGET]);
        process::run(&mut cargo, Output::ToStderr)
    })?;
    let compiled = format!("{WASM_TARGET}/debug/{package}.wasm");
    let dist = folder.join("dist");
    let stamp = dist.join(".built");
    let mut inputs = Fingerprint::default();
    inputs.fact(&toolbox.versions.join(", "));
    inputs.path(&workspace.target, &compiled)?;
    let inputs = inputs.finish();
    if fs::read_to_string(&stamp).is_ok_and(|last| last == inputs) {
        return Ok(());
    }
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--out-name", APP, "--out-dir"]).arg(&dist);
    bindgen.arg(workspace.target.join(&compiled));
    toolbox.set_path(&mut bindgen)?;
    process::run(&mut bindgen, Output::ToStderr)?;
    fs::write(&stamp, inputs).with_context(|| format!("cannot write {}", stamp.display()))
}
