//! `cargo xtask package`: what is shipped, in `dist/`, and its checksums. It must not know how the parts are built.

use std::{env, fs};

use anyhow::{Context, Result};

use crate::flavour::Flavour;
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{npm, page, proxy, say, sums};

/// Builds the static site, the npm package and the proxy's release binary, and writes their checksums.
///
/// # Errors
/// If something cannot be set up, built or copied.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let toolbox = Toolbox::for_page(workspace)?;
    let flavour = Flavour::to_ship()?;
    page::build(workspace, &toolbox, flavour)?;
    npm::build(workspace, flavour)?;
    let program = proxy::build(workspace)?;
    let dist = workspace.root.join("dist");
    let copy = dist.join(format!("batch-task-proxy{}", env::consts::EXE_SUFFIX));
    // A running program cannot be overwritten, but its name can be given to another.
    let _ = fs::remove_file(&copy);
    fs::copy(&program, &copy).with_context(|| format!("cannot write {}", copy.display()))?;
    let parts = [workspace.page(), workspace.npm(), copy];
    let sums = sums::write(&dist, &parts)?;
    for path in parts.into_iter().chain([sums]) {
        say::line(&format!("wrote {}", workspace.shown(&path)));
    }
    Ok(())
}
