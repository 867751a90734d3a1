//! The project's own rules, as far as a program can check them: where to look, and what each file is asked for.

mod css;
mod rules;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use rules::Problem;

use crate::fingerprint::files_below;
use crate::lockfile::toml_string;
use crate::tools::wasm_bindgen_version;
use crate::workspace::Workspace;

/// Where the project's own Rust is.
const SOURCES: &[&str] = &[
    "src",
    "tests",
    "data/src",
    "engines/src",
    "languages/src",
    "proxy/src",
    "proxy/tests",
    "proxy/examples",
    "redact/src",
    "xtask/src",
    "e2e/src",
    "e2e/tests",
    "e2e/examples",
    "e2e/hosts/yew/src",
    "e2e/hosts/yew-around/src",
    "fuzz/src",
    "fuzz/targets",
    "fuzz/tests",
    "bench/src",
];

/// Where its own stylesheets are, besides those of the host pages.
const STYLES: &[&str] = &["static", "gallery", "bench/ours", "bench/peers/src"];

/// Files that may be longer than the limit, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// A broken rule and where.
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

/// Checks all files.
///
/// # Errors
/// If one cannot be read; a broken rule is a finding, not an error.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut report = |file: &str, problems: Vec<Problem>| {
        findings.extend(problems.into_iter().map(|problem| Finding { file: file.to_owned(), problem }));
    };
    for path in below(workspace, SOURCES)?.into_iter().filter(|path| is_of(path, "rs")) {
        let name = workspace.shown(&path).to_string();
        report(&name, rust_file(&name, &read(&path)?));
    }
    let hosts = host_files(workspace)?;
    for path in below(workspace, STYLES)?.iter().chain(&hosts).filter(|path| is_of(path, "css")) {
        report(&workspace.shown(path).to_string(), css::braces(&read(path)?));
    }
    report("index.html", rules::page(&read(&workspace.root.join("index.html"))?));
    let styles = "static/batch-task-widget.css";
    report(styles, css::tokens(&read(&workspace.root.join(styles))?));
    let settings = read(&workspace.root.join("Trunk.toml"))?;
    report("Trunk.toml", trunk(&settings, &wasm_bindgen_version(workspace)?).into_iter().collect());
    report("Trunk.toml", watched(&settings, |path| workspace.root.join(path).exists()));
    let sources = hosts.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?;
    report("npm/README.md", rules::examples(&read(&workspace.root.join("npm/README.md"))?, &sources));
    Ok(findings)
}

/// All files below these folders.
fn below(workspace: &Workspace, folders: &[&str]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in folders.iter().map(|folder| workspace.root.join(folder)) {
        ensure!(folder.is_dir(), "there is no folder {}, where tidy.rs looks", folder.display());
        files.extend(files_below(&folder)?);
    }
    Ok(files)
}

fn is_of(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|other| other == extension)
}

/// The files of the host pages, without what is installed and built there.
fn host_files(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for host in folder(&workspace.root.join("e2e").join("hosts"))?.iter().filter(|host| host.is_dir()) {
        for entry in folder(host)? {
            if !entry.ends_with("node_modules") && !entry.ends_with("dist") {
                files.extend(files_below(&entry)?);
            }
        }
    }
    Ok(files)
}

fn folder(path: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
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

/// Trunk downloads a tool that is not of the version that it is told, so it must be told the installed one.
fn trunk(settings: &str, wasm_bindgen: &str) -> Option<Problem> {
    let is_told = toml_string(settings, "wasm_bindgen") == Some(wasm_bindgen);
    (!is_told)
        .then(|| Problem { line: 1, text: format!("[tools] has to say wasm_bindgen = \"{wasm_bindgen}\"") })
}

/// `trunk serve` does not start if a path that it is to watch does not exist, and nothing else reads these paths.
fn watched(settings: &str, exists: impl Fn(&str) -> bool) -> Vec<Problem> {
    let Some((index, list)) = settings
        .lines()
        .enumerate()
        .find_map(|(index, line)| Some((index, line.strip_prefix("watch = [")?.strip_suffix(']')?)))
    else {
        return vec![Problem { line: 1, text: "there is no line `watch = […]`".to_owned() }];
    };
    let paths = list.split(',').map(|path| path.trim().trim_matches('"'));
    let missing = paths.filter(|path| !exists(path));
    missing.map(|path| Problem { line: index + 1, text: format!("{path} does not exist") }).collect()
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trunks_tool_is_the_installed_one() {
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
        assert_eq!(problems, [Problem { line: 2, text: "gone does not exist".to_owned() }]);
        assert_eq!(watched("[watch]\n", exists).len(), 1);
    }

    #[test]
    fn only_the_widget_is_searched_for_style_attributes() {
        let text = "//! x\nhtml! { <p style=\"a\"/> }\n";
        assert_eq!(rust_file("src/components/row.rs", text).len(), 1);
        assert!(rust_file("xtask/src/row.rs", text).is_empty());
    }
}
