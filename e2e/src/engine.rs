//! How the browser engines differ: programs, arguments and capabilities. Must not drive them.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use batch_task_browser_engines::{
    CHROMIUM_FLAGS, DISPLAY_VARIABLE, ENGINE_VARIABLE, Engine, display_arguments,
};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::environment;

/// Removes the minimum size of Firefox's window.
const FIREFOX_STYLE: &str = ":root { min-width: 0 !important; min-height: 0 !important; }";

/// Removes the minimum size of MiniBrowser's window.
const WEBKIT_STYLE: &str = "* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; }";

/// The file for the standard error of driver and browser, which both write much to.
pub(crate) const LOG: &str = "driver.log";

/// A display larger than any window of a test.
const SCREEN: &str = "2200x2200x24";

/// The position of a window that puts the pointer inside it. Without a window manager, this gives the window the focus;
/// the pointer starts in the middle of the display.
pub(crate) fn position(width: u32, height: u32) -> (i64, i64) {
    let start = |length: u32| i64::from(1_100_u32.saturating_sub(length / 2));
    (start(width), start(height))
}

/// The engine that the environment names; Chromium if it names none.
pub(crate) fn under_test() -> Result<Engine> {
    let Some(word) = environment::engine() else { return Ok(Engine::Chromium) };
    Engine::of_word(&word)
        .with_context(|| format!("{ENGINE_VARIABLE} is `{word}`, not chromium, firefox or webkit"))
}

/// Xvfb, for an engine without a headless mode. It prints the number of its display.
pub(crate) fn display(engine: Engine) -> Result<Option<Command>> {
    if engine != Engine::Webkit {
        return Ok(None);
    }
    let mut display = Command::new(environment::path(DISPLAY_VARIABLE)?);
    display.args(display_arguments(SCREEN));
    display.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    Ok(Some(display))
}

/// The WebDriver, which keeps its files in `scratch` and listens on `port`. If that is 0, it picks a port and prints it
/// after its [announcement].
pub(crate) fn driver(engine: Engine, port: u16, scratch: &Path) -> Result<Command> {
    let mut driver = Command::new(environment::path(engine.variables().driver)?);
    driver.arg(format!("--port={port}")).env("TMPDIR", scratch);
    match engine {
        Engine::Chromium => {}
        // The default WebSocket port is the same for all drivers.
        Engine::Firefox => drop(driver.arg("--websocket-port=0")),
        Engine::Webkit => {
            driver.env("XDG_CONFIG_HOME", scratch);
            // Without a GPU, compositing takes more than half of the time.
            driver.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
        }
    }
    driver.stdin(Stdio::null()).stdout(Stdio::piped());
    driver.stderr(std::fs::File::create(scratch.join(LOG))?);
    Ok(driver)
}

/// Writes a style for the browser's own window, so that the window can be as narrow as a phone.
pub(crate) fn write_window_style(engine: Engine, scratch: &Path) -> Result<()> {
    let (folder, name, style) = match engine {
        Engine::Chromium => return Ok(()),
        Engine::Firefox => (scratch.join("profile/chrome"), "userChrome.css", FIREFOX_STYLE),
        Engine::Webkit => (scratch.join("gtk-3.0"), "gtk.css", WEBKIT_STYLE),
    };
    std::fs::create_dir_all(&folder)?;
    Ok(std::fs::write(folder.join(name), style)?)
}

/// The text before the port in the driver's output; `None` if it does not print the port.
pub(crate) fn announcement(engine: Engine) -> Option<&'static str> {
    match engine {
        Engine::Chromium => Some("successfully on port "),
        Engine::Firefox => Some("Listening on 127.0.0.1:"),
        Engine::Webkit => None,
    }
}

/// The capabilities of a session.
pub(crate) fn capabilities(engine: Engine, scratch: &Path) -> Result<Value> {
    let browser = environment::path(engine.variables().browser)?;
    Ok(match engine {
        // Without --user-data-dir, the driver creates a profile in TMPDIR.
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
