//! `cargo xtask load`: runs the proxy's load test, which compares it with nginx.

use anyhow::Result;

use crate::process::{self, Output};
use crate::workspace::Workspace;
use crate::{proxy, tools};

/// Builds the proxy, finds or installs nginx, and measures both; takes about two minutes.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let nginx = tools::nginx()?;
    let program = proxy::build_release(workspace)?;
    let mut cargo = workspace.cargo();
    cargo.args(["run", "--quiet", "--release", "--package", "batch-task-proxy", "--example", "load", "--"]);
    process::run(cargo.arg(program).arg(nginx), Output::Inherit)
}
