//! Builds the proxy's release binary.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::console;
use crate::process::{self, Output};
use crate::workspace::Workspace;

/// Builds the proxy and returns the path of its program.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    console::step("building the proxy (release; about 3 minutes from scratch)", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--package", "batch-task-proxy"]);
        process::run(&mut cargo, Output::ToStderr)
    })?;
    Ok(workspace.target.join("release").join(format!("batch-task-proxy{}", env::consts::EXE_SUFFIX)))
}
