//! The npm package, in `dist/npm/`: the module, what `npm/` adds to it, the stylesheet and the licences.
//!
//! It owns which files the package has. How the module is built it must not know.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use batch_task_languages::Language;

use crate::fingerprint::files_below;
use crate::flavour::Flavour;
use crate::workspace::Workspace;
use crate::{languages, module, process};

/// What is taken from elsewhere in the repository, and its name in the package.
const COPIED: &[(&str, &str)] = &[
    ("static/batch-task-widget.css", "style.css"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
];

/// Builds the package and looks at what npm would publish of it.
///
/// # Errors
/// If the module cannot be built, or npm would publish something else than what is there.
pub(crate) fn build(workspace: &Workspace, flavour: Flavour) -> Result<()> {
    let folder = workspace.npm();
    assemble(workspace, flavour, &folder)?;
    let manifest = fs::read_to_string(folder.join("package.json")).context("cannot read npm/package.json")?;
    let cargo = fs::read_to_string(workspace.root.join("Cargo.toml")).context("cannot read Cargo.toml")?;
    let version = crate::lockfile::toml_string(&cargo, "version").context("Cargo.toml has no version")?;
    ensure!(
        manifest.contains(&format!("\"version\": \"{version}\"")),
        "npm/package.json has to have Cargo.toml's version, {version}"
    );
    check_pack(&folder)
}

/// Puts the package together in `folder`, with the module in one flavour.
///
/// # Errors
/// If the module cannot be built or something cannot be copied.
pub(crate) fn assemble(workspace: &Workspace, flavour: Flavour, folder: &Path) -> Result<()> {
    let module = module::build(workspace, flavour)?;
    // What an earlier build left must not be published.
    let _ = fs::remove_dir_all(folder);
    for source in [workspace.root.join("npm"), module] {
        for file in files_below(&source)? {
            copy(&file, &folder.join(file.strip_prefix(&source).unwrap_or(&file)))?;
        }
    }
    languages::write(folder, &Language::ALL)?;
    for (from, to) in COPIED {
        copy(&workspace.root.join(from), &folder.join(to))?;
    }
    Ok(())
}

/// Packs the package as npm would publish it, and gives the tarball.
///
/// # Errors
/// If npm is missing or fails.
pub(crate) fn pack(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.notes().join("tarball");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut npm = Command::new("npm");
    npm.args(["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination"]).arg(&folder);
    let name =
        process::answer(npm.current_dir(workspace.npm())).context("the npm package is packed with npm")?;
    Ok(folder.join(name.lines().last().unwrap_or_default().trim()))
}

/// Compares what is in the folder with what npm would publish: `files` in package.json decides that, and a file that it
/// forgets is missed only by whoever installs the package.
fn check_pack(folder: &Path) -> Result<()> {
    let mut npm = Command::new("npm");
    npm.args(["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"]).current_dir(folder);
    let answer = process::answer(&mut npm).context("the npm package is checked with npm")?;
    let published: BTreeSet<PathBuf> = packed_paths(&answer).map(PathBuf::from).collect();
    let there: BTreeSet<PathBuf> = files_below(folder)?
        .into_iter()
        .map(|file| file.strip_prefix(folder).map_or_else(|_| file.clone(), Path::to_owned))
        .collect();
    let differing: Vec<_> = there.symmetric_difference(&published).collect();
    ensure!(
        differing.is_empty(),
        "npm would not publish just what is in {}: {differing:?}; see \"files\" in npm/package.json",
        folder.display()
    );
    Ok(())
}

/// The paths in what `npm pack --json` prints.
fn packed_paths(json: &str) -> impl Iterator<Item = &str> {
    json.lines().filter_map(|line| {
        let value = line.trim().strip_prefix("\"path\": \"")?;
        value.trim_end_matches(',').strip_suffix('"')
    })
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::copy(from, to)
        .map(drop)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_npm_prints() {
        let json = "[\n {\n \"files\": [\n  {\n   \"path\": \"LICENSE-MIT\",\n   \"size\": 1\n  },\n  {\n   \"path\": \"a/b.js\"\n  }\n ]\n }\n]";
        assert_eq!(packed_paths(json).collect::<Vec<_>>(), ["LICENSE-MIT", "a/b.js"]);
        assert_eq!(packed_paths("[]").count(), 0);
    }
}
