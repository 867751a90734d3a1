//! nginx: found, or installed with apt where that is allowed. It must not know what it serves.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{apt, search};

/// Finds or installs nginx; an absolute path.
///
/// # Errors
/// If it is missing and cannot be installed, with what the user can do.
pub(crate) fn nginx() -> Result<PathBuf> {
    // Debian's is in a folder that not every user's PATH has.
    let in_sbin = || Some(PathBuf::from("/usr/sbin/nginx")).filter(|path| search::is_executable(path));
    let find = || search::on_path("nginx").or_else(in_sbin);
    if let Some(found) = find() {
        return Ok(found);
    }
    // The package alone: a machine that tests need not serve.
    apt::install(&["nginx-light"], "to test it in front of several proxies")
        .context("there is no nginx on PATH")?;
    find().context("nginx was installed but is not on PATH")
}
