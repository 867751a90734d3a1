//! The paths of the programs and files under test, which `cargo xtask test` passes in environment variables.

use std::path::PathBuf;

use anyhow::{Result, bail};
use batch_task_browser_engines::ENGINE_VARIABLE;

/// The proxy.
pub(crate) fn proxy_program() -> Result<PathBuf> {
    path("BATCH_TASK_PROXY_BIN")
}

/// The folder of the built page.
pub(crate) fn page_directory() -> Result<PathBuf> {
    path("BATCH_TASK_PAGE_DIR")
}

/// The folder of the page that `trunk build` alone writes.
pub(crate) fn trunk_page_directory() -> Result<PathBuf> {
    path("BATCH_TASK_TRUNK_DIR")
}

/// The folder of the npm package.
pub(crate) fn npm_directory() -> Result<PathBuf> {
    path("BATCH_TASK_NPM_DIR")
}

/// The folder of the built host pages.
pub(crate) fn hosts_directory() -> Result<PathBuf> {
    path("BATCH_TASK_HOSTS_DIR")
}

/// The oldest supported Chromium.
pub(crate) fn oldest_chromium() -> Result<PathBuf> {
    path("BATCH_TASK_OLDEST_CHROMIUM")
}

/// The script of axe-core.
pub(crate) fn axe_script() -> Result<PathBuf> {
    path("BATCH_TASK_AXE")
}

/// The name of the browser engine, if one is set.
pub(crate) fn engine() -> Option<String> {
    std::env::var(ENGINE_VARIABLE).ok().filter(|name| !name.is_empty())
}

/// The path in an environment variable.
pub(crate) fn path(variable: &str) -> Result<PathBuf> {
    match std::env::var_os(variable).filter(|value| !value.is_empty()) {
        Some(value) => Ok(value.into()),
        None => {
            bail!("{variable} is not set: run these tests with `cargo xtask test`, which builds their inputs")
        }
    }
}
