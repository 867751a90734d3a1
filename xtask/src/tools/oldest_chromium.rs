//! Installs the oldest Chromium that the widget supports, from an npm package that contains a build of it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::npm_packages;
use crate::console;
use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::workspace::Workspace;

/// The folder with the `package-lock.json`.
const FOLDER: &str = "e2e/oldest-chromium";

/// Installs the browser unless it is up to date. Returns its path.
///
/// # Errors
/// If npm or Node.js is missing or fails.
pub(crate) fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    let mut version = Fingerprint::default();
    version.path(&workspace.root, &format!("{FOLDER}/package-lock.json"))?;
    let folder = workspace.build_folder().join("oldest-chromium");
    let program = folder.join(version.finish());
    if program.exists() {
        return Ok(program);
    }
    let package =
        npm_packages::ensure(workspace, FOLDER, "10 seconds")?.join("node_modules/@sparticuz/chromium");
    console::step("unpacking the oldest supported Chromium", || {
        // Removes another version.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        // Complete once it has its name.
        let partial = folder.join("partial");
        let mut node = Command::new("node");
        node.args(["--eval", include_str!("decompress.js"), "--"])
            .arg(package.join("bin/chromium.br"))
            .arg(&partial);
        process::run(&mut node, Output::ToStderr)?;
        fs::rename(&partial, &program).with_context(|| format!("cannot write {}", program.display()))
    })?;
    Ok(program)
}
