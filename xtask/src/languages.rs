//! The language files, generated from the catalogues: those in the repository, which Trunk copies into the page, and those of the
//! npm package and the gallery. It must not know what the messages say.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use batch_task_languages::{Language, script};

use crate::console;
use crate::workspace::Workspace;

/// The folder's name, beside the script that loads the files.
pub(crate) const FOLDER: &str = "lang";
/// The folder of the repository that `FOLDER` is in.
const PARENT: &str = "static";
const COMMAND: &str = "cargo xtask languages";

/// Writes the files that are in the repository.
///
/// # Errors
/// If one cannot be written.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let parent = workspace.root.join(PARENT);
    let folder = parent.join(FOLDER);
    // A language that has been removed must not stay.
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    write(&parent, &Language::ALL)?;
    console::line(&format!("wrote {}", workspace.relative(&folder)));
    Ok(())
}

/// Checks that the files in the repository are what the catalogues give.
///
/// # Errors
/// If they are not, with the command that writes them.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    check_folder(&workspace.root.join(PARENT).join(FOLDER))
}

fn check_folder(folder: &Path) -> Result<()> {
    let advice = format!("run `{COMMAND}`");
    for language in Language::ALL {
        let path = folder.join(file_name(language));
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}: {advice}", path.display()))?;
        // Git may have checked it out with other line ends.
        ensure!(
            text.replace("\r\n", "\n") == script(language),
            "{} is not what the catalogue gives: {advice}",
            path.display()
        );
    }
    let count = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?.count();
    ensure!(count == Language::ALL.len(), "{} has other files, too: {advice}", folder.display());
    Ok(())
}

/// Writes the file of each language into the folder `lang` below `parent`.
///
/// # Errors
/// If one cannot be written.
pub(crate) fn write(parent: &Path, languages: &[Language]) -> Result<()> {
    let folder = parent.join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for &language in languages {
        let path = folder.join(file_name(language));
        fs::write(&path, script(language)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// The name of a language's file.
pub(crate) fn file_name(language: Language) -> String {
    format!("{}.js", language.tag())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_missing_or_extra_file_is_found() {
        let parent = std::env::temp_dir().join(format!("xtask-languages-{}", std::process::id()));
        let folder = parent.join(FOLDER);
        let found = || check_folder(&folder).unwrap_err().to_string();
        let current = || write(&parent, &Language::ALL).unwrap();

        assert!(found().contains(COMMAND), "{}", found());
        current();
        check_folder(&folder).unwrap();

        let japanese = folder.join("ja.js");
        fs::write(&japanese, script(Language::Japanese) + "\n").unwrap();
        assert!(found().contains("ja.js") && found().contains(COMMAND), "{}", found());
        fs::remove_file(&japanese).unwrap();
        assert!(found().contains("ja.js") && found().contains(COMMAND), "{}", found());

        current();
        fs::write(folder.join("de.js"), "").unwrap();
        assert!(found().contains("other files") && found().contains(COMMAND), "{}", found());
        fs::remove_dir_all(&parent).unwrap();
    }
}
