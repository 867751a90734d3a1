//! Debian's packages: installed with apt-get where that is allowed. It must not know what they are for.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::search;
use crate::process::{self, Output};
use crate::{interrupt, say};

/// Installs packages; `why` completes "installing … with apt-get (needed …)".
///
/// # Errors
/// If that cannot be done, with what the user can do.
pub(super) fn install(packages: &[&str], why: &str) -> Result<()> {
    let names = packages.join(" ");
    let mut apt = apt_get(&names)?;
    say::step(&format!("installing {names} with apt-get (needed {why}; about 1 minute, once)"), || {
        let mut update = apt();
        if let Err(error) = process::run(update.arg("update"), Output::ToStderr) {
            interrupt::check()?;
            say::line(&format!("the package lists may be old: {error:#}"));
        }
        let mut install = apt();
        // Another apt may be at work, on a machine that was just started for one.
        install.args(["-o", "DPkg::Lock::Timeout=300", "install", "--yes", "--no-install-recommends"]);
        process::run(install.args(packages), Output::ToStderr)
    })
    .with_context(|| format!("{names} could not be installed"))
}

/// How to call apt-get with the rights that it needs, without asking anybody for a password.
fn apt_get(names: &str) -> Result<impl FnMut() -> Command> {
    if search::on_path("apt-get").is_none() {
        bail!("there is no apt-get to install {names} with");
    }
    let is_root = process::answer(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let may_sudo = || process::answer(Command::new("sudo").args(["-n", "true"])).is_ok();
    if !is_root && !may_sudo() {
        bail!(
            "installing {names} needs a password: run `sudo apt-get update` and `sudo apt-get install {names}`"
        );
    }
    Ok(move || {
        // `env` because sudo does not hand on the environment.
        let mut command = if is_root { Command::new("env") } else { Command::new("sudo") };
        if !is_root {
            command.args(["-n", "env"]);
        }
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]);
        command
    })
}
