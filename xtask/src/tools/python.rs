//! A Python with packages in pinned versions, in a virtual environment of the per-user cache.
//!
//! It must not know what the packages are for.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::cache::{self, Draft};
use super::search;
use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::{interrupt, say};

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
    let python = ["python3", "python"].into_iter().find_map(search::on_path).with_context(|| {
        format!("there is no python3 on PATH, and it is needed {}: install Python 3.9 or later", packages.why)
    })?;
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

fn install(python: &Path, root: &Path, packages: &Packages<'_>, version: &str, folder: &Path) -> Result<()> {
    let Packages { name, requirements, why } = packages;
    let what = format!("installing {name} for Python (needed {why}; about 1 minute, once)");
    let result = say::step(&what, || {
        let draft = Draft::begin(name, version)?;
        let venv = Command::new(python).args(["-m", "venv"]).arg(&draft.path).output()?;
        if !venv.status.success() {
            bail!(
                "`{} -m venv` failed; on Debian, `apt-get install python3-venv` adds what it lacks: {}",
                python.display(),
                String::from_utf8_lossy(&venv.stdout).trim()
            );
        }
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
