//! Opens a URL in the user's browser. Failures are ignored, since the URL is also printed.

use std::env;
use std::process::{Command, Stdio};

/// Opens the URL, unless this is a CI machine or has no display.
pub(super) fn open(url: &str) {
    if env::var_os("CI").is_some() {
        return;
    }
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        // `start` takes its first quoted argument as the window title.
        command.args(["/c", "start", ""]);
        command
    } else if env::var_os("DISPLAY").is_some() || env::var_os("WAYLAND_DISPLAY").is_some() {
        Command::new("xdg-open")
    } else {
        return;
    };
    // Not waited for: some openers run until the browser is closed.
    let _ = command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}
