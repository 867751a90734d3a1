//! The proxy's release binary. It must not start it.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::process::{self, Output};
use crate::say;
use crate::workspace::Workspace;

/// Builds the proxy, which is quick while nothing changes, and gives its path.
///
/// # Errors
/// If cargo fails; what it printed says why.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    say::step("building the proxy (release; about 3 minutes from nothing)", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--package", "batch-task-proxy"]);
        process::run(&mut cargo, Output::ToStderr)
    })?;
    Ok(workspace.target.join("release").join(format!("batch-task-proxy{}", env::consts::EXE_SUFFIX)))
}
