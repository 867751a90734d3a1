//! Finds a tool on PATH or in the cache, or installs it to the cache. The tools are in `table.rs`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::cache::{self, StagingFolder};
use super::search;
use super::table::{Registry, Tool};
use crate::process::{self, Output};
use crate::{console, interrupt};

/// Variables for building this workspace that would change or break the build of a tool.
const REMOVED_VARIABLES: &[&str] = &[
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_UNSTABLE_BUILD_STD",
    "RUSTC_BOOTSTRAP",
    "RUSTFLAGS",
];

/// Tools are neither debugged nor rebuilt: they compile faster without debug information and incremental data.
const FAST_BUILD: [(&str, &str); 3] = [
    ("CARGO_INCREMENTAL", "0"),
    ("CARGO_PROFILE_DEV_DEBUG", "false"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
];

/// Finds or installs a tool. Returns the folder to add to PATH, or `None` if the tool is on PATH.
///
/// # Errors
/// If it is missing and cannot be installed; the message says how to install it manually.
pub(crate) fn ensure(tool: &Tool) -> Result<Option<PathBuf>> {
    if tool.programs.iter().all(|program| search::has_version(program, &tool.reported_version)) {
        return Ok(None);
    }
    let folder = cache::folder(tool.package, &tool.version)?;
    if !is_complete(tool, &folder) {
        install(tool, &folder)?;
    }
    Ok(Some(programs_in(tool, &folder)))
}

fn install(tool: &Tool, folder: &Path) -> Result<()> {
    let Tool { package, version, purpose, install_time, .. } = tool;
    let what = format!("installing {package} {version} (needed {purpose}; about {install_time}, once)");
    let result = console::step(&what, || {
        let staging = StagingFolder::create(package, version)?;
        match tool.registry {
            Registry::CratesIo(flags) => with_cargo(tool, flags, &staging.path)?,
            Registry::Npm => with_npm(tool, &staging.path)?,
        }
        staging.publish(folder)
    });
    interrupt::check()?;
    result.with_context(|| {
        format!(
            "{package} {version} could not be installed; install it manually with `{}`",
            tool.install_command()
        )
    })?;
    if !is_complete(tool, folder) {
        bail!(
            "{} does not contain {}: delete the folder and try again",
            folder.display(),
            tool.programs.join(", ")
        );
    }
    Ok(())
}

/// The working folder is outside of the repository, so that its `.cargo/config.toml` does not apply.
fn with_cargo(tool: &Tool, flags: &[&str], folder: &Path) -> Result<()> {
    let target = folder.join("target");
    let mut cargo = Command::new("cargo");
    cargo.args(["install", tool.package, "--version", &tool.version]).args(flags);
    cargo.arg("--root").arg(folder).current_dir(folder).env("CARGO_TARGET_DIR", &target);
    for variable in REMOVED_VARIABLES {
        cargo.env_remove(variable);
    }
    cargo.envs(FAST_BUILD);
    process::run(&mut cargo, Output::ToStderr)?;
    fs::remove_dir_all(&target).with_context(|| format!("cannot remove {}", target.display()))
}

fn with_npm(tool: &Tool, folder: &Path) -> Result<()> {
    if search::on_path("npm").is_none() {
        bail!("npm is not on PATH");
    }
    let mut npm = Command::new("npm");
    npm.arg("install").arg("--prefix").arg(folder);
    npm.args(["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
    npm.arg(format!("{}@{}", tool.package, tool.version)).current_dir(folder);
    process::run(&mut npm, Output::ToStderr)
}

fn is_complete(tool: &Tool, folder: &Path) -> bool {
    let programs = programs_in(tool, folder);
    tool.programs
        .iter()
        .all(|program| search::is_executable(&programs.join(format!("{program}{}", env::consts::EXE_SUFFIX))))
}

fn programs_in(tool: &Tool, folder: &Path) -> PathBuf {
    match tool.registry {
        Registry::CratesIo(_) => folder.join("bin"),
        Registry::Npm => folder.join("node_modules").join(".bin"),
    }
}
