//! Finds or installs the browsers and their WebDrivers.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use batch_task_browser_engines::{DISPLAY_VARIABLE, Engine};

use super::{apt, install, search, table};

/// A browser to test in, with absolute paths.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) engine: Engine,
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
    /// The X server, for a browser without a headless mode.
    pub(crate) display: Option<PathBuf>,
}

impl Browser {
    /// Sets the variables that name the browser and its driver, which [`browser`] reads as well.
    pub(crate) fn set_variables(&self, command: &mut Command) {
        let variables = self.engine.variables();
        command.env(variables.browser, &self.browser).env(variables.driver, &self.driver);
        if let Some(display) = &self.display {
            command.env(DISPLAY_VARIABLE, display);
        }
    }
}

/// Finds or installs a browser and its driver. Programs named by environment variables have precedence.
///
/// # Errors
/// If a program is missing and cannot be installed; the message says what the user can do.
pub(crate) fn browser(engine: Engine) -> Result<Browser> {
    let installation = installation(engine);
    let missing = || {
        let variables = engine.variables();
        format!(
            "{engine} and its driver were not found: {}, or set {} and {} to their paths",
            installation.by_hand, variables.browser, variables.driver
        )
    };
    if find(engine)?.is_none() {
        apt::install(installation.packages, &format!("to test in {engine}")).with_context(missing)?;
    }
    let (browser, driver) = find(engine)?.with_context(missing)?;
    let driver = match driver {
        Some(driver) => driver,
        None => geckodriver().with_context(missing)?,
    };
    let display = match engine {
        Engine::Chromium | Engine::Firefox => None,
        Engine::Webkit => Some(search::on_path("Xvfb").with_context(missing)?),
    };
    Ok(Browser { engine, browser, driver, display })
}

struct Installation {
    /// Debian packages.
    packages: &'static [&'static str],
    /// Instructions for the error message.
    by_hand: &'static str,
}

fn installation(engine: Engine) -> Installation {
    match engine {
        Engine::Chromium => Installation {
            packages: &["chromium", "chromium-driver"],
            by_hand: "install both (on Debian `apt-get install chromium chromium-driver`)",
        },
        Engine::Firefox => Installation {
            packages: &["firefox-esr"],
            by_hand: "install both (on Debian `apt-get install firefox-esr` and `cargo install geckodriver`)",
        },
        Engine::Webkit => Installation {
            packages: &["webkit2gtk-driver", "xvfb"],
            by_hand: "install WebKitGTK's WebDriver with its MiniBrowser, and Xvfb (on Debian `apt-get install \
                      webkit2gtk-driver xvfb`)",
        },
    }
}

/// Finds a browser and its driver. Firefox's driver may be missing, since it can be compiled.
fn find(engine: Engine) -> Result<Option<(PathBuf, Option<PathBuf>)>> {
    let on_path = |names: &[&str]| names.iter().copied().find_map(search::on_path);
    let (browser, driver) = match engine {
        Engine::Chromium => {
            (on_path(&["chromium", "chromium-browser", "google-chrome"]), on_path(&["chromedriver"]))
        }
        Engine::Firefox => (on_path(&["firefox-esr", "firefox"]), None),
        Engine::Webkit => {
            (mini_browser().filter(|_| search::on_path("Xvfb").is_some()), on_path(&["WebKitWebDriver"]))
        }
    };
    let variables = engine.variables();
    let browser = named(variables.browser)?.or(browser);
    let driver = named(variables.driver)?.or(driver);
    Ok(match browser {
        Some(browser) if driver.is_some() || engine == Engine::Firefox => Some((browser, driver)),
        _ => None,
    })
}

/// Finds WebKitGTK's MiniBrowser, which distributions do not put on PATH.
fn mini_browser() -> Option<PathBuf> {
    let libraries = [PathBuf::from("/usr/lib"), PathBuf::from("/usr/libexec")];
    let below = |folder: &Path| {
        let entries = folder.read_dir().into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let by_architecture = libraries.iter().flat_map(|folder| below(folder));
    by_architecture
        .chain(libraries.iter().cloned())
        .flat_map(|folder| {
            ["webkit2gtk-4.1", "webkitgtk-6.0"].map(|name| folder.join(name).join("MiniBrowser"))
        })
        .find(|path| search::is_executable(path))
}

/// Finds or installs Firefox's driver, for which Debian has no package.
fn geckodriver() -> Result<PathBuf> {
    let tool = table::geckodriver();
    match install::ensure(&tool)? {
        Some(folder) => Ok(folder.join(format!("geckodriver{}", env::consts::EXE_SUFFIX))),
        None => search::on_path("geckodriver").context("geckodriver is no longer on PATH"),
    }
}

fn named(variable: &str) -> Result<Option<PathBuf>> {
    let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(None);
    };
    if !search::is_executable(&path) {
        bail!("{variable} is {}, which is not an executable file", path.display());
    }
    Ok(Some(std::path::absolute(path)?))
}
