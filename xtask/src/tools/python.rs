//! A Python with packages in pinned versions, in a virtual environment of the per-user cache.
//!
//! It must not know what the packages are for.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::cache::{self, Draft};
use super::{apt, search};
use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::{interrupt, say};

/// Debian's packages that bring Python and its virtual environments.
const DEBIAN_PACKAGES: &[&str] = &["python3", "python3-venv"];

/// Packages for Python, and what they are.
#[derive(Debug)]
pub(crate) struct Packages<'a> {
    /// What the environment is called.
    pub(crate) name: &'static str,
    /// The file with the exact versions, below the workspace's root.
    pub(crate) requirements: &'a str,
    /// Completes "… is needed ".
    pub(crate) why: &'static str,
}

/// The interpreter that has the packages.
///
/// # Errors
/// If there is no Python, or the packages cannot be installed, with what the user can do.
pub(crate) fn ensure(root: &Path, packages: &Packages<'_>) -> Result<PathBuf> {
    let missing = || {
        format!("there is no python3 on PATH, and it is needed {}: install Python 3.9 or later", packages.why)
    };
    if find().is_none() {
        apt::install(DEBIAN_PACKAGES, packages.why).with_context(missing)?;
    }
    let python = find().with_context(missing)?;
    let release = process::answer(Command::new(&python).args(["-c", "import sys; print(sys.version)"]))?;
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
        bail!("{} has no Python: delete that folder and try again", folder.display());
    }
    Ok(interpreter)
}

fn find() -> Option<PathBuf> {
    ["python3", "python"].into_iter().find_map(search::on_path)
}

fn has_ensurepip(python: &Path) -> bool {
    process::answer(Command::new(python).args(["-c", "import ensurepip"])).is_ok()
}

fn install(python: &Path, root: &Path, packages: &Packages<'_>, version: &str, folder: &Path) -> Result<()> {
    let Packages { name, requirements, why } = packages;
    let what = format!("installing {name} for Python (needed {why}; about 1 minute, once)");
    let result = say::step(&what, || {
        let draft = Draft::begin(name, version)?;
        // Debian's python3 comes without the module that installs pip into an environment.
        if !has_ensurepip(python) {
            apt::install(DEBIAN_PACKAGES, why).with_context(|| {
                format!("`{} -m venv` needs the Python module ensurepip", python.display())
            })?;
        }
        process::run(Command::new(python).args(["-m", "venv"]).arg(&draft.path), Output::ToStderr)?;
        let mut pip = Command::new(interpreter_in(&draft.path));
        pip.args([
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            "--quiet",
            "--no-deps",
        ]);
        process::run(pip.arg("--requirement").arg(root.join(requirements)), Output::ToStderr)?;
        draft.publish(folder)
    });
    interrupt::check()?;
    result.with_context(|| format!("the Python packages of {requirements} could not be installed"))
}

fn interpreter_in(folder: &Path) -> PathBuf {
    if cfg!(windows) { folder.join("Scripts").join("python.exe") } else { folder.join("bin").join("python") }
}
