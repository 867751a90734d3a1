//! Browsers and their WebDrivers: found, or installed where that is allowed. It must not know what they test.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use batch_task_browser_engines::{DISPLAY_VARIABLE, Engine};

use super::{apt, install, search, table};

/// A browser to test in; absolute paths.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) engine: Engine,
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
    /// The program that gives it a display, if it needs one even where nobody looks.
    pub(crate) display: Option<PathBuf>,
}

impl Browser {
    /// Names the browser and its driver to a program, by the variables that [`browser`] looks into as well.
    pub(crate) fn name_to(&self, command: &mut Command) {
        let variables = self.engine.variables();
        command.env(variables.browser, &self.browser).env(variables.driver, &self.driver);
        if let Some(display) = &self.display {
            command.env(DISPLAY_VARIABLE, display);
        }
    }
}

/// Finds or installs a browser and its driver. What the environment names comes first.
///
/// # Errors
/// If something is missing and cannot be installed, with what the user can do.
pub(crate) fn browser(engine: Engine) -> Result<Browser> {
    let recipe = recipe(engine);
    let missing = || {
        let variables = engine.variables();
        format!(
            "there is no {engine} with a driver: {}, or name them in the environment as {} and {}",
            recipe.by_hand, variables.browser, variables.driver
        )
    };
    if find(engine)?.is_none() {
        apt::install(recipe.packages, &format!("to test in {engine}")).with_context(missing)?;
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

/// How a browser is had.
struct Recipe {
    /// Debian's packages.
    packages: &'static [&'static str],
    /// Completes "there is no …: ".
    by_hand: &'static str,
}

fn recipe(engine: Engine) -> Recipe {
    match engine {
        Engine::Chromium => Recipe {
            packages: &["chromium", "chromium-driver"],
            by_hand: "install both (on Debian `apt-get install chromium chromium-driver`)",
        },
        Engine::Firefox => Recipe {
            packages: &["firefox-esr"],
            by_hand: "install both (on Debian `apt-get install firefox-esr` and `cargo install geckodriver`)",
        },
        Engine::Webkit => Recipe {
            packages: &["webkit2gtk-driver", "xvfb"],
            by_hand: "install WebKitGTK's WebDriver with its MiniBrowser, and Xvfb (on Debian `apt-get install \
                      webkit2gtk-driver xvfb`)",
        },
    }
}

/// The browser, and its driver unless that is one to be compiled.
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

/// WebKitGTK's own browser, which is on nobody's PATH.
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

/// Firefox's driver, which Debian does not have.
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
        bail!("{variable} is {}, which is no program", path.display());
    }
    Ok(Some(std::path::absolute(path)?))
}
