//! `cargo xtask load`: how much the proxy carries, next to nginx. It must not know how the load is made.

use anyhow::Result;

use crate::process::{self, Output};
use crate::workspace::Workspace;
use crate::{proxy, tools};

/// Builds the proxy, finds nginx, and measures both; takes about two minutes.
///
/// # Errors
/// If something cannot be set up, or a measurement fails.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let nginx = tools::nginx()?;
    let program = proxy::build(workspace)?;
    let mut cargo = workspace.cargo();
    cargo.args(["run", "--quiet", "--release", "--package", "batch-task-proxy", "--example", "load", "--"]);
    process::run(cargo.arg(program).arg(nginx), Output::Through)
}
