//! `cargo xtask package`: writes the shipped files and their checksums to `dist/`.

use std::{env, fs};

use anyhow::Result;

use crate::build_variant::BuildVariant;
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{checksums, console, files, npm, page, proxy};

/// Builds the static site, the npm package and the proxy's release binary, and writes their checksums.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let toolbox = Toolbox::for_page(workspace)?;
    let variant = BuildVariant::shipped()?;
    page::build(workspace, &toolbox, variant)?;
    npm::build(workspace, variant)?;
    let program = proxy::build_release(workspace)?;
    let dist = workspace.root.join("dist");
    let copy = dist.join(format!("batch-task-proxy{}", env::consts::EXE_SUFFIX));
    // A running program cannot be overwritten, but it can be removed.
    let _ = fs::remove_file(&copy);
    files::copy(&program, &copy)?;
    let parts = [workspace.page(), workspace.npm(), copy];
    let checksums = checksums::write(&dist, &parts)?;
    for path in parts.into_iter().chain([checksums]) {
        console::line(&format!("wrote {}", workspace.relative(&path)));
    }
    Ok(())
}
