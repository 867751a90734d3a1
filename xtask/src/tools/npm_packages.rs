//! Installs the npm packages of a `package-lock.json`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::workspace::Workspace;
use crate::{console, files};

/// Installs the packages for a folder of the workspace unless they are up to date. Returns the folder's path.
pub(crate) fn ensure(workspace: &Workspace, folder: &str, install_time: &str) -> Result<PathBuf> {
    let path = workspace.root.join(folder);
    let stamp = path.join("node_modules").join(".installed");
    let mut inputs = Fingerprint::default();
    inputs.path(&path, "package-lock.json")?;
    let inputs = inputs.finish();
    if !fs::read_to_string(&stamp).is_ok_and(|last| last == inputs) {
        console::step(
            &format!("installing the npm packages of {folder} (about {install_time}, once)"),
            || {
                let mut npm = Command::new("npm");
                npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&path);
                process::run(&mut npm, Output::ToStderr).context("npm 10 or later is required")
            },
        )?;
        files::write(&stamp, inputs)?;
    }
    Ok(path)
}
