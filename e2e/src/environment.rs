//! Where the programs and the page under test are. It must not look for them: `cargo xtask test` says where they are.

use std::path::PathBuf;

use anyhow::{Result, bail};
use batch_task_browser_engines::ENGINE_VARIABLE;

/// The proxy's release binary.
pub(crate) fn proxy_program() -> Result<PathBuf> {
    path("BATCH_TASK_PROXY_BIN")
}

/// The directory of the built page.
pub(crate) fn page_directory() -> Result<PathBuf> {
    path("BATCH_TASK_PAGE_DIR")
}

/// The directory of the npm package.
pub(crate) fn npm_directory() -> Result<PathBuf> {
    path("BATCH_TASK_NPM_DIR")
}

/// The directory of the host pages, built.
pub(crate) fn hosts_directory() -> Result<PathBuf> {
    path("BATCH_TASK_HOSTS_DIR")
}

/// The browser engine's name, if one is given.
pub(crate) fn engine() -> Option<String> {
    std::env::var(ENGINE_VARIABLE).ok().filter(|name| !name.is_empty())
}

/// The script of axe-core.
pub(crate) fn axe_script() -> Result<PathBuf> {
    path("BATCH_TASK_AXE")
}

/// The path that a variable gives.
pub(crate) fn path(variable: &str) -> Result<PathBuf> {
    match std::env::var_os(variable).filter(|value| !value.is_empty()) {
        Some(value) => Ok(value.into()),
        None => bail!(
            "{variable} is not set: run these tests with `cargo xtask test`, which builds what they need"
        ),
    }
}
