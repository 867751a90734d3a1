//! npm packages in the versions that a lock file names, beside that lock file. It must not know what they are for.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::say;
use crate::workspace::Workspace;

/// Installs what `package-lock.json` in a folder of the workspace names, unless it is there, and gives that folder.
///
/// # Errors
/// If npm is missing or fails.
pub(crate) fn ensure(workspace: &Workspace, folder: &str, how_long: &str) -> Result<PathBuf> {
    let path = workspace.root.join(folder);
    let stamp = path.join("node_modules").join(".installed");
    let mut inputs = Fingerprint::default();
    inputs.path(&path, "package-lock.json")?;
    let inputs = inputs.finish();
    if fs::read_to_string(&stamp).ok().as_deref() != Some(inputs.as_str()) {
        say::step(&format!("installing the npm packages of {folder} (about {how_long}, once)"), || {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&path);
            process::run(&mut npm, Output::ToStderr).context("this needs npm, version 10 or later")
        })?;
        fs::write(&stamp, inputs).with_context(|| format!("cannot write {}", stamp.display()))?;
    }
    Ok(path)
}
