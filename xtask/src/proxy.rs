//! Builds the proxy.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::console;
use crate::lint::HOST_FEATURES;
use crate::process::{self, Output};
use crate::workspace::Workspace;

/// Builds the release binary and returns its path.
pub(crate) fn build_release(workspace: &Workspace) -> Result<PathBuf> {
    console::step("building the proxy (release; about 3 minutes from scratch)", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--package", "batch-task-proxy"]);
        process::run(&mut cargo, Output::ToStderr)
    })?;
    Ok(program(workspace, "release"))
}

/// Builds the binary for the demo and for tests, in half the time, from the crates that the native tests use as well. Returns
/// its path.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    console::step("building the proxy (about 1 minute from scratch)", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--workspace", HOST_FEATURES, "--bin", "batch-task-proxy"]);
        process::run(&mut cargo, Output::ToStderr)
    })?;
    Ok(program(workspace, "debug"))
}

fn program(workspace: &Workspace, profile: &str) -> PathBuf {
    workspace.target.join(profile).join(format!("batch-task-proxy{}", env::consts::EXE_SUFFIX))
}
