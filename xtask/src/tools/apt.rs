//! Installs Debian packages with apt-get, if the user has the rights.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::search;
use crate::process::{self, Output};
use crate::{console, interrupt};

/// Installs packages. `purpose` completes the message "installing … with apt-get (needed …)".
///
/// # Errors
/// If they cannot be installed; the message says what the user can do.
pub(super) fn install(packages: &[&str], purpose: &str) -> Result<()> {
    let names = packages.join(" ");
    let mut apt = apt_get(&names)?;
    console::step(
        &format!("installing {names} with apt-get (needed {purpose}; about 1 minute, once)"),
        || {
            let mut update = apt();
            if let Err(error) = process::run(update.arg("update"), Output::ToStderr) {
                interrupt::check()?;
                console::line(&format!("the package lists may be outdated: {error:#}"));
            }
            let mut install = apt();
            // Another apt-get may be running, for example on a machine that has just started.
            install.args(["-o", "DPkg::Lock::Timeout=300", "install", "--yes", "--no-install-recommends"]);
            process::run(install.args(packages), Output::ToStderr)
        },
    )
    .with_context(|| format!("{names} could not be installed"))
}

/// Returns a function that creates commands for apt-get with the rights of root, without a password prompt.
fn apt_get(names: &str) -> Result<impl FnMut() -> Command> {
    if search::on_path("apt-get").is_none() {
        bail!("apt-get, which could install {names}, is not on PATH");
    }
    let is_root = process::stdout(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let may_sudo = || process::stdout(Command::new("sudo").args(["-n", "true"])).is_ok();
    if !is_root && !may_sudo() {
        bail!(
            "installing {names} needs a password: run `sudo apt-get update` and `sudo apt-get install {names}`"
        );
    }
    Ok(move || {
        // `env`, since sudo does not pass on the environment.
        let mut command = if is_root { Command::new("env") } else { Command::new("sudo") };
        if !is_root {
            command.args(["-n", "env"]);
        }
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]);
        command
    })
}
