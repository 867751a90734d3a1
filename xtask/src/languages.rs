//! The language files, written from the catalogues. What they say it must not know.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use batch_task_languages::{Language, script};

/// Where they are, beside what loads them.
pub(crate) const FOLDER: &str = "lang";

/// Writes the file of each language into the folder `lang` below `folder`.
///
/// # Errors
/// If one cannot be written.
pub(crate) fn write(folder: &Path, languages: &[Language]) -> Result<()> {
    let folder = folder.join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for &language in languages {
        let path = folder.join(language.tag()).with_added_extension("js");
        fs::write(&path, script(language)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
