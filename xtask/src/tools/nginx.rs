//! Finds or installs nginx.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{apt, search};

/// Returns the absolute path of nginx.
///
/// # Errors
/// If it is missing and cannot be installed; the message says what the user can do.
pub(crate) fn nginx() -> Result<PathBuf> {
    // Debian installs it in a folder that is not on every user's PATH.
    let in_sbin = || Some(PathBuf::from("/usr/sbin/nginx")).filter(|path| search::is_executable(path));
    let find = || search::on_path("nginx").or_else(in_sbin);
    if let Some(found) = find() {
        return Ok(found);
    }
    apt::install(&["nginx-light"], "to test the proxies behind it").context("nginx is not on PATH")?;
    find().context("nginx was installed but is not on PATH")
}
