//! The browser engines that the tests run in: how each is started and what it is asked for. It must not drive them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::environment;

/// What Chromium needs to run as root, without a screen, and without calls of its own to the outside.
const CHROMIUM_FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
];

/// The styles of Firefox's own window.
const FIREFOX_STYLE: &str = ":root { min-width: 0 !important; min-height: 0 !important; }";

/// The styles of MiniBrowser's own window.
const WEBKIT_STYLE: &str = "* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; }";

/// What driver and browser write to their standard error, which is much in good times as well.
pub(crate) const LOG: &str = "driver.log";

/// A display that is larger than any window that a test asks for.
const SCREEN: &str = "2200x2200x24";

/// Where a window is to lie so that the pointer is in it, which without a window manager gives it the focus: the pointer
/// begins in the middle of the display.
pub(crate) fn place(width: u32, height: u32) -> (i64, i64) {
    let begin = |length: u32| i64::from(1_100_u32.saturating_sub(length / 2));
    (begin(width), begin(height))
}

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Blink, in Chromium.
    Chromium,
    /// Gecko, in Firefox.
    Firefox,
    /// WebKit, in the small browser that WebKitGTK brings along.
    Webkit,
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::Webkit => "WebKit",
        })
    }
}

impl Engine {
    /// The one that the environment names; Chromium if it names none.
    ///
    /// # Errors
    /// If it names another one.
    pub fn under_test() -> Result<Self> {
        match environment::engine().as_deref() {
            None | Some("chromium") => Ok(Self::Chromium),
            Some("firefox") => Ok(Self::Firefox),
            Some("webkit") => Ok(Self::Webkit),
            Some(other) => {
                bail!("{} is `{other}`, none of chromium, firefox, webkit", environment::ENGINE)
            }
        }
    }

    /// The variables that name the browser and its WebDriver.
    fn variables(self) -> [&'static str; 2] {
        match self {
            Self::Chromium => ["CHROMIUM", "CHROMEDRIVER"],
            Self::Firefox => ["FIREFOX", "GECKODRIVER"],
            Self::Webkit => ["MINIBROWSER", "WEBKITWEBDRIVER"],
        }
    }

    fn browser(self) -> Result<PathBuf> {
        environment::path(self.variables()[0])
    }

    /// The program of a display, for an engine that draws on none without; it prints the display's number.
    pub(crate) fn display(self) -> Result<Option<Command>> {
        if self != Self::Webkit {
            return Ok(None);
        }
        let mut display = Command::new(environment::path("XVFB")?);
        display.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]);
        display.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        Ok(Some(display))
    }

    /// The WebDriver, which keeps its files in `scratch` and listens on `port`. Where that is 0, it picks a port itself
    /// and says which, after its [announcement](Self::announcement).
    pub(crate) fn driver(self, port: u16, scratch: &Path) -> Result<Command> {
        let mut driver = Command::new(environment::path(self.variables()[1])?);
        driver.arg(format!("--port={port}")).env("TMPDIR", scratch);
        match self {
            Self::Chromium => {}
            // Two of them would fight over the default one.
            Self::Firefox => drop(driver.arg("--websocket-port=0")),
            Self::Webkit => drop(driver.env("XDG_CONFIG_HOME", scratch)),
        }
        driver.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        driver.stderr(std::fs::File::create(scratch.join(LOG))?);
        Ok(driver)
    }

    /// Writes what makes the browser's own bars no wider than a phone: its window can then be as narrow.
    pub(crate) fn furnish(self, scratch: &Path) -> Result<()> {
        let (folder, name, style) = match self {
            Self::Chromium => return Ok(()),
            Self::Firefox => (scratch.join("profile/chrome"), "userChrome.css", FIREFOX_STYLE),
            Self::Webkit => (scratch.join("gtk-3.0"), "gtk.css", WEBKIT_STYLE),
        };
        std::fs::create_dir_all(&folder)?;
        Ok(std::fs::write(folder.join(name), style)?)
    }

    /// What comes before the number of the port in the driver's output; nothing if it does not tell.
    pub(crate) fn announcement(self) -> Option<&'static str> {
        match self {
            Self::Chromium => Some("successfully on port "),
            Self::Firefox => Some("Listening on 127.0.0.1:"),
            Self::Webkit => None,
        }
    }

    /// What a session is asked to be.
    pub(crate) fn capabilities(self, scratch: &Path) -> Result<Value> {
        let browser = self.browser()?;
        Ok(match self {
            // Without a --user-data-dir the driver makes a fresh one, in the directory for temporary files.
            Self::Chromium => json!({
                "browserName": "chrome",
                "goog:chromeOptions": {"binary": browser, "args": CHROMIUM_FLAGS},
                "goog:loggingPrefs": {"browser": "ALL"},
            }),
            Self::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": {
                    "binary": browser,
                    "args": ["-headless", "-profile", scratch.join("profile")],
                    "prefs": {"toolkit.legacyUserProfileCustomizations.stylesheets": true},
                },
            }),
            Self::Webkit => json!({
                "browserName": "MiniBrowser",
                "webkitgtk:browserOptions": {"binary": browser, "args": ["--automation"]},
            }),
        })
    }
}
