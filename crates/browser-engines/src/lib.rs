//! The browser engines that the project is tested and measured in: what they are called, and what they are started with. On this
//! `xtask` and the programs that it starts agree.
//!
//! It must not look for a browser, or start one.

use std::fmt;

/// Names the engine to test in, by its [word](Engine::word).
pub const ENGINE_VARIABLE: &str = "BATCH_TASK_ENGINE";

/// Names the program of a display, for an engine that draws on none without.
pub const DISPLAY_VARIABLE: &str = "XVFB";

/// What Chromium needs to run as root, without a screen, and without calls of its own to the outside. `webdriver.json` has the
/// same, for the browser tests.
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

/// What Xvfb is started with: a screen, such as `1024x768x24`, under a number that nobody has, which it prints.
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
    /// WebKit, in the small browser that WebKitGTK brings along.
    Webkit,
}

/// The variables that name an engine's programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variables {
    /// The browser's.
    pub browser: &'static str,
    /// Its WebDriver's.
    pub driver: &'static str,
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    /// What it is called on the command line and in the environment.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    /// The one that a word stands for.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.word() == word)
    }

    /// The variables that name its programs.
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
    fn a_word_stands_for_its_engine_alone() {
        for engine in Engine::ALL {
            assert_eq!(Engine::of_word(engine.word()), Some(engine));
        }
        assert_eq!(Engine::of_word("WebKit"), None);
    }

    #[test]
    fn the_browser_tests_start_chromium_in_the_same_way() {
        let settings = include_str!("../../../webdriver.json");
        let flags: Vec<&str> = settings.split('"').filter(|text| text.starts_with("--")).collect();
        assert_eq!(flags, CHROMIUM_FLAGS);
    }
}
