//! axe-core, the accessibility checker.

use anyhow::{Context as _, Result};

use crate::environment;

/// The source of axe-core, which defines `axe` in the page that runs it.
pub fn axe_source() -> Result<String> {
    let script = environment::axe_script()?;
    std::fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))
}
