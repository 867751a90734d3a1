//! The language files, generated from the catalogues: those in the repository, which Trunk copies into the page, and those of the
//! npm package and the gallery. It must not know what the messages say.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use batch_task_languages::{self as texts, Language, ListMessages, Messages};

use crate::workspace::Workspace;
use crate::{console, files};

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
    let expected = generated(&Language::ALL);
    for (name, script) in &expected {
        let path = folder.join(name);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}: {advice}", path.display()))?;
        // Git may have checked it out with other line ends.
        ensure!(
            text.replace("\r\n", "\n") == *script,
            "{} is not what the catalogue gives: {advice}",
            path.display()
        );
    }
    let count = files::below(folder)?.len();
    ensure!(count == expected.len(), "{} has other files, too: {advice}", folder.display());
    Ok(())
}

/// Writes the files of these languages into the folder `lang` below `parent`.
///
/// # Errors
/// If one cannot be written.
pub(crate) fn write(parent: &Path, languages: &[Language]) -> Result<()> {
    let folder = parent.join(FOLDER);
    generated(languages).into_iter().try_for_each(|(name, script)| files::write(&folder.join(name), script))
}

/// Returns the names of the files with the messages of a language, one per catalogue. They are without the suffix `.js`, as the
/// program asks for them.
pub(crate) fn names(language: Language) -> [String; 2] {
    [texts::file_name::<Messages>(language), texts::file_name::<ListMessages>(language)]
}

/// Returns the path in the folder of a file with this name.
pub(crate) fn path_of(name: &str) -> String {
    format!("{name}.js")
}

/// Returns path and contents of each file.
fn generated(languages: &[Language]) -> Vec<(String, String)> {
    let of_language = |&language: &Language| {
        let scripts = [texts::script::<Messages>(language), texts::script::<ListMessages>(language)];
        names(language).map(|name| path_of(&name)).into_iter().zip(scripts)
    };
    languages.iter().flat_map(of_language).collect()
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
        fs::write(&japanese, texts::script::<Messages>(Language::Japanese) + "\n").unwrap();
        assert!(found().contains("ja.js") && found().contains(COMMAND), "{}", found());
        fs::remove_file(&japanese).unwrap();
        assert!(found().contains("ja.js") && found().contains(COMMAND), "{}", found());

        current();
        fs::remove_file(folder.join("list/ja.js")).unwrap();
        assert!(found().contains("list/ja.js"), "{}", found());

        current();
        fs::write(folder.join("de.js"), "").unwrap();
        assert!(found().contains("other files") && found().contains(COMMAND), "{}", found());
        fs::remove_dir_all(&parent).unwrap();
    }
}
