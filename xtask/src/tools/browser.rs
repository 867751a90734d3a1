//! Chromium and its WebDriver: found, or installed with apt where that is allowed. It must not know what they test.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{apt, search};

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
    apt::install(&["chromium", "chromium-driver"], "to test in a browser")
        .with_context(|| format!("there is no Chromium with a driver on PATH: {BY_HAND}"))?;
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
