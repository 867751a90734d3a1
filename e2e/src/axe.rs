//! axe-core, which knows what can be told of a page's accessibility without a person.
//!
//! It must not know what the page is.

use anyhow::{Context as _, Result};

use crate::environment;

/// Its script, which leaves `axe` in the page that runs it.
///
/// # Errors
/// If the environment does not name it, or it cannot be read.
pub fn axe_source() -> Result<String> {
    let script = environment::axe_script()?;
    std::fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))
}
