//! Creates Python virtual environments with pinned packages in the per-user cache.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::cache::{self, StagingFolder};
use super::{apt, search};
use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::{console, interrupt};

/// Debian packages with Python and its module for virtual environments.
const DEBIAN_PACKAGES: &[&str] = &["python3", "python3-venv"];

/// Packages for a virtual environment.
#[derive(Debug)]
pub(crate) struct Packages<'a> {
    /// Name of the environment.
    pub(crate) name: &'static str,
    /// File with the exact versions, relative to the repository.
    pub(crate) requirements: &'a str,
    /// Completes "… is needed ".
    pub(crate) purpose: &'static str,
}

/// Returns the interpreter of the environment, which is created if it does not exist.
///
/// # Errors
/// If Python is missing or the packages cannot be installed; the message says what the user can do.
pub(crate) fn ensure(root: &Path, packages: &Packages<'_>) -> Result<PathBuf> {
    let missing =
        || format!("python3 is not on PATH and is needed {}: install Python 3.9 or later", packages.purpose);
    if find().is_none() {
        apt::install(DEBIAN_PACKAGES, packages.purpose).with_context(missing)?;
    }
    let python = find().with_context(missing)?;
    let release = process::stdout(Command::new(&python).args(["-c", "import sys; print(sys.version)"]))?;
    let mut fingerprint = Fingerprint::default();
    fingerprint.fact(&release);
    fingerprint.path(root, packages.requirements)?;
    let version = fingerprint.finish();
    let folder = cache::folder(packages.name, &version)?;
    if !folder.is_dir() {
        install(&python, root, packages, &version, &folder)?;
    }
    let interpreter = interpreter_in(&folder);
    if !search::is_executable(&interpreter) {
        bail!("{} does not contain Python: delete the folder and try again", folder.display());
    }
    Ok(interpreter)
}

fn find() -> Option<PathBuf> {
    ["python3", "python"].into_iter().find_map(search::on_path)
}

fn has_ensurepip(python: &Path) -> bool {
    process::stdout(Command::new(python).args(["-c", "import ensurepip"])).is_ok()
}

fn install(python: &Path, root: &Path, packages: &Packages<'_>, version: &str, folder: &Path) -> Result<()> {
    let Packages { name, requirements, purpose } = packages;
    let what = format!("installing {name} for Python (needed {purpose}; about 1 minute, once)");
    let result = console::step(&what, || {
        let staging = StagingFolder::create(name, version)?;
        // Debian's python3 does not include the module that installs pip into an environment.
        if !has_ensurepip(python) {
            apt::install(DEBIAN_PACKAGES, purpose).with_context(|| {
                format!("`{} -m venv` needs the Python module ensurepip", python.display())
            })?;
        }
        process::run(Command::new(python).args(["-m", "venv"]).arg(&staging.path), Output::ToStderr)?;
        let mut pip = Command::new(interpreter_in(&staging.path));
        pip.args("-m pip install --disable-pip-version-check --no-input --quiet --no-deps".split(' '));
        process::run(pip.arg("--requirement").arg(root.join(requirements)), Output::ToStderr)?;
        staging.publish(folder)
    });
    interrupt::check()?;
    result.with_context(|| format!("the Python packages of {requirements} could not be installed"))
}

fn interpreter_in(folder: &Path) -> PathBuf {
    if cfg!(windows) { folder.join("Scripts").join("python.exe") } else { folder.join("bin").join("python") }
}
