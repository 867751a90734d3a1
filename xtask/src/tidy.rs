//! The project's own rules, as far as a program can check them: which files are checked, and by which rules.

mod css;
mod prose;
mod rules;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use rules::Problem;

use crate::files;
use crate::tools::wasm_bindgen_version;
use crate::workspace::Workspace;

/// Folders, anywhere in the repository, whose files are generated or installed.
const SKIPPED: &[&str] = &[".angular", ".git", ".next", "dist", "node_modules", "target"];

/// File name extensions of the files that are checked.
const EXTENSIONS: &[&str] =
    &["css", "html", "js", "jsx", "md", "mjs", "rs", "toml", "ts", "tsx", "vue", "yml"];

/// Files that may be longer than the limit, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Folders of fixtures. Files with the same name have the same content.
const FIXTURES: &[&str] =
    &["tests/fixtures", "crates/data/fixtures", "crates/proxy/tests/fixtures", "crates/simulator/fixtures"];

/// A broken rule and its place.
#[derive(Debug)]
pub(crate) struct Finding {
    file: String,
    problem: Problem,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { line, text } = &self.problem;
        write!(formatter, "{}:{line}: {text}", self.file)
    }
}

/// Checks all files of the repository.
///
/// # Errors
/// If a file cannot be read. A broken rule is a finding, not an error.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let wasm_bindgen = wasm_bindgen_version(workspace)?;
    let mut files = Vec::new();
    for path in sources(&workspace.root)? {
        let name = workspace.relative(&path).to_string().replace('\\', "/");
        files.push((name, files::read(&path)?));
    }
    let hosts: Vec<&str> =
        files.iter().filter(|(name, _)| name.starts_with("e2e/hosts/")).map(|(_, text)| &**text).collect();
    ensure!(!hosts.is_empty(), "e2e/hosts/ is empty: tidy.rs looks there for the examples of npm/README.md");
    let mut findings = Vec::new();
    for (name, text) in &files {
        let mut problems = match name.rsplit_once('.') {
            Some((_, "rs")) => {
                let mut problems = rust_file(name, text);
                problems.extend(rules::included_files(text, depth_in_crate(&workspace.root.join(name))));
                problems
            }
            Some((_, "css")) => css::braces(text),
            _ => Vec::new(),
        };
        problems.extend(match &**name {
            "index.html" => rules::page(text),
            "static/batch-task-widget.css" => css::tokens(text),
            "Trunk.toml" => {
                let mut problems = watched(text, |path| workspace.root.join(path).exists());
                problems.extend(trunk(text, &wasm_bindgen));
                problems
            }
            "npm/README.md" => rules::examples(text, &hosts),
            _ => Vec::new(),
        });
        if !prose::EXEMPT.contains(&&**name) {
            problems.extend(prose::habits(text, name.ends_with(".md")));
        }
        findings.extend(problems.into_iter().map(|problem| Finding { file: name.clone(), problem }));
    }
    findings.extend(fixtures(workspace)?);
    Ok(findings)
}

/// Returns the text files below a folder that some rule is for.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for path in files::list(folder)? {
        if path.is_dir() {
            if !SKIPPED.iter().any(|name| path.ends_with(name)) {
                sources.extend(self::sources(&path)?);
            }
        } else if path.extension().is_some_and(|kind| EXTENSIONS.iter().any(|known| kind == *known)) {
            sources.push(path);
        }
    }
    Ok(sources)
}

fn rust_file(name: &str, text: &str) -> Vec<Problem> {
    let may_be_long = LONG_FILES.iter().any(|(file, _reason)| *file == name);
    let mut problems: Vec<Problem> = rules::opening(text).into_iter().collect();
    if !may_be_long {
        problems.extend(rules::length(text));
    }
    if name.starts_with("src/") {
        problems.extend(rules::style_attributes(text));
    }
    problems
}

/// Returns the number of folders between a file and the folder of its crate.
fn depth_in_crate(file: &Path) -> usize {
    file.ancestors().skip(1).take_while(|folder| !folder.join("Cargo.toml").exists()).count()
}

/// A published crate contains only its own folder, so some fixtures exist in several crates: they must have the same content.
fn fixtures(workspace: &Workspace) -> Result<Vec<Finding>> {
    let mut first: BTreeMap<OsString, PathBuf> = BTreeMap::new();
    let mut findings = Vec::new();
    for folder in FIXTURES {
        for path in files::list(&workspace.root.join(folder))? {
            let Some(name) = path.file_name().map(ToOwned::to_owned) else { continue };
            let other = first.entry(name).or_insert_with(|| path.clone());
            if files::read_bytes(other)? != files::read_bytes(&path)? {
                let text = format!("differs from {}", workspace.relative(other));
                let file = workspace.relative(&path).to_string();
                findings.push(Finding { file, problem: rules::problem(1, &text) });
            }
        }
    }
    Ok(findings)
}

/// Trunk downloads a tool whose installed version differs from its settings, so the settings must name the installed version.
fn trunk(settings: &str, wasm_bindgen: &str) -> Option<Problem> {
    let setting = format!("wasm_bindgen = \"{wasm_bindgen}\"");
    let is_installed = settings.lines().any(|line| line == setting);
    (!is_installed)
        .then(|| rules::problem(1, &format!("[tools] must have the version of Cargo.lock: {setting}")))
}

/// `trunk serve` does not start if a path that it watches is missing. Only this check reads the paths otherwise.
fn watched(settings: &str, exists: impl Fn(&str) -> bool) -> Vec<Problem> {
    let Some((index, list)) = settings
        .lines()
        .enumerate()
        .find_map(|(index, line)| Some((index, line.strip_prefix("watch = [")?.strip_suffix(']')?)))
    else {
        return vec![rules::problem(1, "there is no line `watch = […]`")];
    };
    let paths = list.split(',').map(|path| path.trim().trim_matches('"'));
    let missing = paths.filter(|path| !exists(path));
    missing.map(|path| rules::problem(index + 1, &format!("{path} does not exist"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trunk_settings_must_name_the_installed_version() {
        let good = "[tools]\nwasm_bindgen = \"0.2.130\"";
        assert_eq!(trunk(good, "0.2.130"), None);
        assert!(trunk(good, "0.2.131").is_some());
        assert!(trunk("", "0.2.130").is_some());
    }

    #[test]
    fn trunk_watches_what_exists() {
        let exists = |path: &str| path == "src" || path == "index.html";
        assert_eq!(watched("[watch]\nwatch = [\"src\", \"index.html\"]\n", exists), []);
        let problems = watched("[watch]\nwatch = [\"src\", \"gone\"]\n", exists);
        assert_eq!(problems, [rules::problem(2, "gone does not exist")]);
        assert_eq!(watched("[watch]\n", exists).len(), 1);
    }

    #[test]
    fn only_the_widget_is_checked_for_style_attributes() {
        let text = "//! x\nhtml! { <p style=\"a\"/> }\n";
        assert_eq!(rust_file("src/components/row.rs", text).len(), 1);
        assert!(rust_file("xtask/src/row.rs", text).is_empty());
    }
}
