//! Chromium and its WebDriver: found, or installed with apt where that is allowed. It must not know what they test.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::search;
use crate::process::{self, Output};
use crate::say;

const BY_HAND: &str = "install Chromium and its driver (on Debian `apt-get install chromium chromium-driver`), or name them in \
the environment as CHROMIUM and CHROMEDRIVER";

/// A browser to test in; absolute paths.
#[derive(Debug)]
pub(crate) struct Chromium {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds or installs Chromium and its driver. `CHROMIUM` and `CHROMEDRIVER` in the environment come first.
///
/// # Errors
/// If they are missing and cannot be installed, with what the user can do.
pub(crate) fn chromium() -> Result<Chromium> {
    if let Some(found) = find()? {
        return Ok(found);
    }
    let mut apt = apt_get()?;
    let what =
        "installing Chromium and its driver with apt-get (needed to test in a browser; about 1 minute, once)";
    say::step(what, || {
        let mut update = apt();
        if let Err(error) = process::run(update.arg("update"), Output::ToStderr) {
            crate::interrupt::check()?;
            say::line(&format!("the package lists may be old: {error:#}"));
        }
        let mut install = apt();
        // Another apt may be at work, on a machine that was just started for one.
        install.args(["-o", "DPkg::Lock::Timeout=300", "install", "--yes", "--no-install-recommends"]);
        process::run(install.args(["chromium", "chromium-driver"]), Output::ToStderr)
    })
    .with_context(|| format!("Chromium could not be installed: {BY_HAND}"))?;
    find()?.with_context(|| format!("Chromium was installed but is not on PATH: {BY_HAND}"))
}

fn find() -> Result<Option<Chromium>> {
    let browser = named("CHROMIUM")?
        .or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(search::on_path));
    let driver = named("CHROMEDRIVER")?.or_else(|| search::on_path("chromedriver"));
    Ok(browser.zip(driver).map(|(browser, driver)| Chromium { browser, driver }))
}

fn named(variable: &str) -> Result<Option<PathBuf>> {
    let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(None);
    };
    if !search::is_executable(&path) {
        bail!("{variable} is {}, which is no program", path.display());
    }
    Ok(Some(std::path::absolute(path)?))
}

/// How to call apt-get with the rights that it needs, without asking anybody for a password.
fn apt_get() -> Result<impl FnMut() -> Command> {
    if search::on_path("apt-get").is_none() {
        bail!("there is no Chromium with a driver on PATH: {BY_HAND}");
    }
    let is_root = process::answer(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let may_sudo = || process::answer(Command::new("sudo").args(["-n", "true"])).is_ok();
    if !is_root && !may_sudo() {
        bail!(
            "there is no Chromium with a driver on PATH, and installing it needs a password: run `sudo apt-get update` and \
             `sudo apt-get install chromium chromium-driver`"
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
