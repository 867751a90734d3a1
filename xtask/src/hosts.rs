//! The host pages of the end-to-end tests, in `e2e/hosts/`: the npm package, packed and installed from its tarball into
//! apps of their own, which are type-checked and built; and Yew apps.
//!
//! It must not know what a host does: each says in its package.json how it is checked and built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::tools::{self, Toolbox, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{files, npm, say};

/// Hosts that npm builds.
pub(crate) const BUNDLED: &[&str] = &["react", "vue", "webpack", "esbuild"];
/// The host that takes the package as it is.
const PLAIN: &str = "plain";
/// Hosts that are Yew apps: folder and package. One has the widget's component in it, the other one its element.
const YEW: [(&str, &str); 2] = [("yew", "host-yew"), ("yew-around", "host-yew-around")];
/// What such an app is called in the browser.
const APP: &str = "host";

/// Builds what is not built yet, and gives the folder of the hosts.
///
/// # Errors
/// If the package cannot be installed somewhere, does not pass a host's type check, or a host cannot be built.
pub(crate) fn build(workspace: &Workspace, toolbox: &Toolbox) -> Result<PathBuf> {
    let folder = workspace.root.join("e2e").join("hosts");
    let mut package = Fingerprint::default();
    package.path(&workspace.root, "dist/npm")?;
    let package = package.finish();
    let mut installed = None;
    for name in [PLAIN].iter().chain(BUNDLED) {
        let host = Host { name, folder: folder.join(name) };
        if host.folder.join("package-lock.json").exists() {
            tools::npm_packages(workspace, &format!("e2e/hosts/{name}"), "5 seconds")?;
        }
        if host.is_built_with(&package)? {
            continue;
        }
        let installed = match &installed {
            Some(installed) => installed,
            None => installed.insert(npm::install_tarball(workspace)?),
        };
        host.build(installed)?;
        host.note(&package)?;
    }
    for (name, package) in YEW {
        yew(workspace, toolbox, &folder.join(name), package)?;
    }
    // What the component's users link.
    let styles = folder.join(YEW[0].0).join("dist").join("batch-task-widget.css");
    fs::copy(workspace.root.join("static/batch-task-widget.css"), &styles)
        .with_context(|| format!("cannot write {}", styles.display()))?;
    Ok(folder)
}

struct Host {
    name: &'static str,
    folder: PathBuf,
}

impl Host {
    /// Copies the installed package into the host's `node_modules`, then type-checks and builds the host.
    fn build(&self, installed: &Path) -> Result<()> {
        say::step(&format!("the npm package in e2e/hosts/{}: installed, checked, built", self.name), || {
            let package = self.folder.join("node_modules").join(npm::PACKAGE);
            // Files of an earlier version must not remain.
            let _ = fs::remove_dir_all(&package);
            files::copy_folder(installed, &package)?;
            for script in ["check", "build"] {
                process::run(&mut self.npm(&["run", "--silent", "--if-present", script]), Output::ToStderr)?;
            }
            Ok(())
        })
    }

    fn npm(&self, args: &[&str]) -> Command {
        let mut npm = Command::new("npm");
        npm.args(args).current_dir(&self.folder);
        npm
    }

    fn is_built_with(&self, package: &str) -> Result<bool> {
        let note = fs::read_to_string(self.stamp()).unwrap_or_default();
        Ok(note == self.contents(package)?)
    }

    fn note(&self, package: &str) -> Result<()> {
        let stamp = self.stamp();
        fs::write(&stamp, self.contents(package)?)
            .with_context(|| format!("cannot write {}", stamp.display()))
    }

    fn stamp(&self) -> PathBuf {
        self.folder.join("node_modules").join(".built")
    }

    /// What it is built of and what came of it.
    fn contents(&self, package: &str) -> Result<String> {
        let mut fingerprint = Fingerprint::default();
        fingerprint.fact(package);
        fingerprint.path(&self.folder, "../contract.d.ts")?;
        for entry in
            fs::read_dir(&self.folder).with_context(|| format!("cannot list {}", self.folder.display()))?
        {
            let name = entry?.file_name();
            if name != "node_modules" {
                fingerprint.path(&self.folder, &name.to_string_lossy())?;
            }
        }
        Ok(fingerprint.finish())
    }
}

/// A Yew app, in the development profile: what is looked at is how it embeds the widget.
fn yew(workspace: &Workspace, toolbox: &Toolbox, folder: &Path, package: &str) -> Result<()> {
    let what = format!("compiling the Yew app of {} (about a minute from nothing)", workspace.shown(folder));
    say::step(&what, || {
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
    toolbox.equip(&mut bindgen)?;
    process::run(&mut bindgen, Output::ToStderr)?;
    fs::write(&stamp, inputs).with_context(|| format!("cannot write {}", stamp.display()))
}
