//! The browser engines for tests and measurements: their names, environment variables and flags, which `xtask` and the programs
//! that it starts must agree on.
//!
//! This crate must not search for a browser or start one.

use std::fmt;

/// The environment variable that selects the engine by its [name](Engine::word).
pub const ENGINE_VARIABLE: &str = "BATCH_TASK_ENGINE";

/// The environment variable with the path of Xvfb, for engines without a headless mode.
pub const DISPLAY_VARIABLE: &str = "XVFB";

/// The flags of Chromium: run as root, without a screen, and without network requests of its own. `webdriver.json` contains the
/// same flags for the browser tests.
pub const CHROMIUM_FLAGS: [&str; 9] = [
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

/// Returns the arguments of Xvfb for a screen such as `1024x768x24`. Xvfb selects a free display number and prints it.
#[must_use]
pub const fn display_arguments(screen: &str) -> [&str; 8] {
    ["-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
}

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Blink, in Chromium.
    Chromium,
    /// Gecko, in Firefox.
    Firefox,
    /// WebKit, in the MiniBrowser of WebKitGTK.
    Webkit,
}

/// The environment variables with the paths of an engine's programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variables {
    /// The browser.
    pub browser: &'static str,
    /// The WebDriver.
    pub driver: &'static str,
}

impl Engine {
    /// All engines.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    /// Returns the name on the command line and in the environment.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    /// Returns the engine with this name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.word() == word)
    }

    /// Returns the environment variables of the engine.
    #[must_use]
    pub const fn variables(self) -> Variables {
        let (browser, driver) = match self {
            Self::Chromium => ("CHROMIUM", "CHROMEDRIVER"),
            Self::Firefox => ("FIREFOX", "GECKODRIVER"),
            Self::Webkit => ("MINIBROWSER", "WEBKITWEBDRIVER"),
        };
        Variables { browser, driver }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_engine_has_a_distinct_name() {
        for engine in Engine::ALL {
            assert_eq!(Engine::of_word(engine.word()), Some(engine));
        }
        assert_eq!(Engine::of_word("WebKit"), None);
    }

    #[test]
    fn the_browser_tests_use_the_same_chromium_flags() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../webdriver.json");
        let settings = std::fs::read_to_string(path).unwrap();
        let flags: Vec<&str> = settings.split('"').filter(|text| text.starts_with("--")).collect();
        assert_eq!(flags, CHROMIUM_FLAGS);
    }
}
