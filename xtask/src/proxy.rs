//! Builds the proxy.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::console;
use crate::lint::HOST_FEATURES;
use crate::process::{self, Output};
use crate::workspace::Workspace;

/// Builds the release binary and returns its path.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    console::step("building the proxy (release; about 3 minutes from scratch)", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--package", "batch-task-proxy"]);
        process::run(&mut cargo, Output::ToStderr)
    })?;
    Ok(program(workspace, "release"))
}

/// Builds the binary from the crates that the native tests have compiled, since an optimised build takes minutes. Returns its
/// path.
pub(crate) fn build_for_tests(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--quiet", "--workspace", HOST_FEATURES, "--bin", "batch-task-proxy"]);
    process::run(&mut cargo, Output::ToStderr)?;
    Ok(program(workspace, "debug"))
}

fn program(workspace: &Workspace, profile: &str) -> PathBuf {
    workspace.target.join(profile).join(format!("batch-task-proxy{}", env::consts::EXE_SUFFIX))
}
