//! Getting one tool: from PATH, from the cache, or installed into the cache. Which tools there are, the table knows.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::cache::{self, Draft};
use super::search;
use super::table::{How, Tool};
use crate::process::{self, Output};
use crate::{interrupt, say};

/// Settings for building this workspace, which would change or break the build of a tool.
const NOT_FOR_TOOLS: &[&str] = &[
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_UNSTABLE_BUILD_STD",
    "RUSTC_BOOTSTRAP",
    "RUSTFLAGS",
];

/// Nobody debugs the tools or rebuilds them: without debug information and incremental data they compile sooner.
const QUICK_BUILD: [(&str, &str); 3] = [
    ("CARGO_INCREMENTAL", "0"),
    ("CARGO_PROFILE_DEV_DEBUG", "false"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
];

/// Makes sure of a tool; gives the folder that has to be on PATH for it, or nothing if PATH has it already.
///
/// # Errors
/// If it is missing and cannot be installed, with what the user can do.
pub(crate) fn ensure(tool: &Tool) -> Result<Option<PathBuf>> {
    if tool.programs.iter().all(|program| search::has_version(program, &tool.reports)) {
        return Ok(None);
    }
    let folder = cache::folder(tool.package, &tool.version)?;
    if !is_complete(tool, &folder) {
        install(tool, &folder)?;
    }
    Ok(Some(programs_in(tool, &folder)))
}

fn install(tool: &Tool, folder: &Path) -> Result<()> {
    let Tool { package, version, why, how_long, .. } = tool;
    let what = format!("installing {package} {version} (needed {why}; about {how_long}, once)");
    let result = say::step(&what, || {
        let draft = Draft::begin(package, version)?;
        match tool.how {
            How::Cargo(flags) => with_cargo(tool, flags, &draft.path)?,
            How::Npm => with_npm(tool, &draft.path)?,
        }
        draft.publish(folder)
    });
    interrupt::check()?;
    result.with_context(|| {
        format!("{package} {version} could not be installed; get it onto PATH with `{}`", tool.by_hand())
    })?;
    if !is_complete(tool, folder) {
        bail!(
            "{} does not have {}: delete that folder and try again",
            folder.display(),
            tool.programs.join(", ")
        );
    }
    Ok(())
}

/// The draft is the working folder, so that no `.cargo/config.toml` of a repository applies.
fn with_cargo(tool: &Tool, flags: &[&str], draft: &Path) -> Result<()> {
    let target = draft.join("target");
    let mut cargo = Command::new("cargo");
    cargo.args(["install", tool.package, "--version", &tool.version]).args(flags);
    cargo.arg("--root").arg(draft).current_dir(draft).env("CARGO_TARGET_DIR", &target);
    for variable in NOT_FOR_TOOLS {
        cargo.env_remove(variable);
    }
    cargo.envs(QUICK_BUILD);
    process::run(&mut cargo, Output::ToStderr)?;
    fs::remove_dir_all(&target).with_context(|| format!("cannot remove {}", target.display()))
}

fn with_npm(tool: &Tool, draft: &Path) -> Result<()> {
    if search::on_path("npm").is_none() {
        bail!("npm is not on PATH");
    }
    let mut npm = Command::new("npm");
    npm.arg("install").arg("--prefix").arg(draft);
    npm.args(["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
    npm.arg(format!("{}@{}", tool.package, tool.version)).current_dir(draft);
    process::run(&mut npm, Output::ToStderr)
}

fn is_complete(tool: &Tool, folder: &Path) -> bool {
    let programs = programs_in(tool, folder);
    tool.programs
        .iter()
        .all(|program| search::is_executable(&programs.join(format!("{program}{}", env::consts::EXE_SUFFIX))))
}

fn programs_in(tool: &Tool, folder: &Path) -> PathBuf {
    match tool.how {
        How::Cargo(_) => folder.join("bin"),
        How::Npm => folder.join("node_modules").join(".bin"),
    }
}
