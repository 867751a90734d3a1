//! Assembles the npm package in `dist/npm/`: the programs, the files of `npm/`, the languages, the stylesheet and the licences. The
//! modules that an exported script imports are joined with it.

mod html_data;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use batch_task_languages::Language;

use crate::build_variant::BuildVariant;
use crate::process::{self, Output};
use crate::program::Program;
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{files, languages, module, shrink};

pub(crate) const PACKAGE: &str = "batch-task-widget";

/// Files from elsewhere in the repository, and their names in the package.
const COPIED: &[(&str, &str)] = &[
    ("static/batch-task-widget.css", "style.css"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
];

/// Exports without types.
const UNTYPED: &[&str] = &[
    "./style.css",
    "./batch-task-widget.wasm",
    "./batch-task-widget.extras.wasm",
    "./batch-task-list.wasm",
    "./batch-task-all.wasm",
    "./batch-task-all.extras.wasm",
];

/// The exported scripts that contain most of the code. Pages without a bundler load them, so they are minified.
const INDEX: &str = "index.js";
/// The exported scripts import each other, and not copies: each program has one instance on a page.
const ESBUILD: &[&str] = &[
    "--bundle",
    "--format=esm",
    "--external:./index.js",
    "--external:./define.js",
    "--external:react",
    "--log-level=warning",
];

/// Builds the package and checks it.
///
/// # Errors
/// If the module cannot be built, or the version or the list of published files is wrong.
pub(crate) fn build(workspace: &Workspace, variant: BuildVariant) -> Result<()> {
    let folder = workspace.npm();
    assemble(workspace, variant, &folder)?;
    let manifest = fs::read_to_string(folder.join("package.json")).context("cannot read npm/package.json")?;
    let version = env!("CARGO_PKG_VERSION");
    ensure!(
        manifest.contains(&format!("\"version\": \"{version}\"")),
        "npm/package.json must have the version of Cargo.toml, {version}"
    );
    check_pack(&folder)
}

/// Copies the files of the package to `folder`, with the module in one variant.
pub(crate) fn assemble(workspace: &Workspace, variant: BuildVariant, folder: &Path) -> Result<()> {
    let programs = Program::ALL.map(|program| module::build(workspace, program, variant));
    // Removes files of an earlier build.
    let _ = fs::remove_dir_all(folder);
    files::copy_folder(&workspace.root.join("npm"), folder)?;
    for program in programs {
        files::copy_folder(&program?, folder)?;
    }
    join_modules(workspace, folder)?;
    languages::write(folder, &Language::ALL)?;
    for (from, to) in COPIED {
        files::copy(&workspace.root.join(from), &folder.join(to))?;
    }
    let manifest = fs::read_to_string(folder.join("custom-elements.json"))
        .context("cannot read npm/custom-elements.json")?;
    files::write(&folder.join("html-data.json"), html_data::from_manifest(&manifest)?)
}

/// Checks the built package with publint and with attw ("Are the types wrong?"), which resolve its exports and types as Node
/// and bundlers do. CommonJS is not supported. `linters` is the folder whose `node_modules` has both programs.
///
/// # Errors
/// If one of them has a complaint.
pub(crate) fn check_exports(workspace: &Workspace, linters: &Path) -> Result<()> {
    let programs = linters.join("node_modules").join(".bin");
    let mut publint = Command::new(programs.join("publint"));
    publint.args(["--strict", "--pack", "false"]);
    let mut attw = Command::new(programs.join("attw"));
    attw.args("--pack . --profile esm-only --format ascii --quiet --exclude-entrypoints".split(' '));
    attw.args(UNTYPED);
    process::run(publint.current_dir(workspace.npm()), Output::ToStderr)?;
    process::run(attw.current_dir(workspace.npm()), Output::ToStderr)
        .context("for the details, run it in dist/npm without --quiet")
}

/// Joins each script that package.json exports with the modules that it imports, so that a page without a bundler does not load
/// them one after another. Removes the other scripts.
fn join_modules(workspace: &Workspace, folder: &Path) -> Result<()> {
    let toolbox = Toolbox::for_npm()?;
    let scratch = workspace.build_folder().join("npm");
    files::recreate_folder(&scratch)?;
    let manifest = files::read(&folder.join("package.json"))?;
    let mut scripts = files::below(folder)?;
    scripts.retain(|file| file.extension().is_some_and(|kind| kind == "js"));
    let is_exported = |file: &PathBuf| {
        let relative = file.strip_prefix(folder).unwrap_or(file);
        manifest.contains(&format!("\"./{}\"", relative.display()))
    };
    let (exported, others): (Vec<_>, Vec<_>) = scripts.into_iter().partition(is_exported);

    // In place, and each folder by itself: esbuild makes the paths of the languages, which stay separate files that are loaded on
    // demand, relative to the folder of its output, if the pattern is absolute.
    let languages = format!("--external:{}/*", folder.join(languages::FOLDER).display());
    for scripts in exported.chunk_by(|one, other| one.parent() == other.parent()) {
        let parent = scripts.first().and_then(|script| script.parent()).unwrap_or(folder);
        let mut esbuild = Command::new("esbuild");
        esbuild.args(scripts).args(ESBUILD).arg(&languages).arg("--allow-overwrite");
        esbuild.arg(format!("--outdir={}", parent.display())).current_dir(parent);
        toolbox.set_path(&mut esbuild)?;
        process::run(&mut esbuild, Output::ToStderr)?;
    }
    for file in exported.iter().filter(|file| file.ends_with(INDEX)) {
        files::write(file, shrink::minify_for_bundlers(&toolbox, &files::read(file)?, &scratch)?)?;
    }
    for file in others {
        fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
    }
    Ok(())
}

/// Packs the package and installs the tarball with npm in an empty folder. Returns the installed package's folder.
///
/// The package has no dependencies, so npm needs neither its cache nor the registry for this. In a host with dependencies
/// of its own it would need their metadata, which `npm ci` does not cache.
///
/// # Errors
/// If npm is missing or fails.
pub(crate) fn install_tarball(workspace: &Workspace) -> Result<PathBuf> {
    let scratch = workspace.build_folder().join("tarball");
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir_all(&scratch).with_context(|| format!("cannot make {}", scratch.display()))?;
    let mut pack = Command::new("npm");
    pack.args(["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination"]).arg(&scratch);
    let name =
        process::stdout(pack.current_dir(workspace.npm())).context("packing the npm package requires npm")?;
    let tarball = scratch.join(name.lines().last().unwrap_or_default().trim());

    // Without a package.json, npm would install into the nearest folder above that has one.
    let manifest = scratch.join("package.json");
    fs::write(&manifest, "{\"private\": true}\n")
        .with_context(|| format!("cannot write {}", manifest.display()))?;
    let mut install = Command::new("npm");
    install.args("install --offline --no-package-lock --no-audit --no-fund --ignore-scripts".split(' '));
    install.arg("--loglevel=error").arg(tarball).current_dir(&scratch);
    process::run(&mut install, Output::ToStderr)?;
    Ok(scratch.join("node_modules").join(PACKAGE))
}

/// Compares the files in the folder with those that npm would publish. A file that is missing in `files` of package.json would
/// be noticed only by users of the package.
fn check_pack(folder: &Path) -> Result<()> {
    let mut npm = Command::new("npm");
    npm.args(["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"]).current_dir(folder);
    let json = process::stdout(&mut npm).context("checking the npm package requires npm")?;
    let published: BTreeSet<PathBuf> = packed_paths(&json).map(PathBuf::from).collect();
    let built: BTreeSet<PathBuf> = files::below(folder)?
        .into_iter()
        .map(|file| file.strip_prefix(folder).map_or_else(|_| file.clone(), Path::to_owned))
        .collect();
    let differing: Vec<_> = built.symmetric_difference(&published).collect();
    ensure!(
        differing.is_empty(),
        "the files in {} and those that npm publishes differ: {differing:?}; see \"files\" in npm/package.json",
        folder.display()
    );
    Ok(())
}

/// Returns the paths in the output of `npm pack --json`.
fn packed_paths(json: &str) -> impl Iterator<Item = &str> {
    json.lines().filter_map(|line| {
        let value = line.trim().strip_prefix("\"path\": \"")?;
        value.trim_end_matches(',').strip_suffix('"')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_the_output_of_npm() {
        let json = "[\n {\n \"files\": [\n  {\n   \"path\": \"LICENSE-MIT\",\n   \"size\": 1\n  },\n  {\n   \"path\": \"a/b.js\"\n  }\n ]\n }\n]";
        assert_eq!(packed_paths(json).collect::<Vec<_>>(), ["LICENSE-MIT", "a/b.js"]);
        assert_eq!(packed_paths("[]").count(), 0);
    }
}
