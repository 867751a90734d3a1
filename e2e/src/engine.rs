//! How each browser engine that the tests run in is started, and what it is asked for. It must not drive them.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use batch_task_browser_engines::{
    CHROMIUM_FLAGS, DISPLAY_VARIABLE, ENGINE_VARIABLE, Engine, display_arguments,
};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::environment;

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

/// The engine that the environment names; Chromium if it names none.
///
/// # Errors
/// If it names another one.
pub(crate) fn under_test() -> Result<Engine> {
    let Some(word) = environment::engine() else { return Ok(Engine::Chromium) };
    Engine::of_word(&word)
        .with_context(|| format!("{ENGINE_VARIABLE} is `{word}`, none of chromium, firefox, webkit"))
}

/// The program of a display, for an engine that draws on none without; it prints the display's number.
pub(crate) fn display(engine: Engine) -> Result<Option<Command>> {
    if engine != Engine::Webkit {
        return Ok(None);
    }
    let mut display = Command::new(environment::path(DISPLAY_VARIABLE)?);
    display.args(display_arguments(SCREEN));
    display.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    Ok(Some(display))
}

/// The WebDriver, which keeps its files in `scratch` and listens on `port`. Where that is 0, it picks a port itself
/// and says which, after its [announcement].
pub(crate) fn driver(engine: Engine, port: u16, scratch: &Path) -> Result<Command> {
    let mut driver = Command::new(environment::path(engine.variables().driver)?);
    driver.arg(format!("--port={port}")).env("TMPDIR", scratch);
    match engine {
        Engine::Chromium => {}
        // Two of them would fight over the default one.
        Engine::Firefox => drop(driver.arg("--websocket-port=0")),
        Engine::Webkit => drop(driver.env("XDG_CONFIG_HOME", scratch)),
    }
    driver.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    driver.stderr(std::fs::File::create(scratch.join(LOG))?);
    Ok(driver)
}

/// Writes what makes the browser's own bars no wider than a phone: its window can then be as narrow.
pub(crate) fn furnish(engine: Engine, scratch: &Path) -> Result<()> {
    let (folder, name, style) = match engine {
        Engine::Chromium => return Ok(()),
        Engine::Firefox => (scratch.join("profile/chrome"), "userChrome.css", FIREFOX_STYLE),
        Engine::Webkit => (scratch.join("gtk-3.0"), "gtk.css", WEBKIT_STYLE),
    };
    std::fs::create_dir_all(&folder)?;
    Ok(std::fs::write(folder.join(name), style)?)
}

/// What comes before the number of the port in the driver's output; nothing if it does not tell.
pub(crate) fn announcement(engine: Engine) -> Option<&'static str> {
    match engine {
        Engine::Chromium => Some("successfully on port "),
        Engine::Firefox => Some("Listening on 127.0.0.1:"),
        Engine::Webkit => None,
    }
}

/// What a session is asked to be.
pub(crate) fn capabilities(engine: Engine, scratch: &Path) -> Result<Value> {
    let browser = environment::path(engine.variables().browser)?;
    Ok(match engine {
        // Without a --user-data-dir the driver makes a fresh one, in the directory for temporary files.
        Engine::Chromium => json!({
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": browser, "args": CHROMIUM_FLAGS},
            "goog:loggingPrefs": {"browser": "ALL"},
        }),
        Engine::Firefox => json!({
            "browserName": "firefox",
            "moz:firefoxOptions": {
                "binary": browser,
                "args": ["-headless", "-profile", scratch.join("profile")],
                "prefs": {"toolkit.legacyUserProfileCustomizations.stylesheets": true},
            },
        }),
        Engine::Webkit => json!({
            "browserName": "MiniBrowser",
            "webkitgtk:browserOptions": {"binary": browser, "args": ["--automation"]},
        }),
    })
}
