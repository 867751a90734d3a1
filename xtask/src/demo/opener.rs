//! Opening a URL in the user's browser, where there is one; it must not fail, since the URL is printed as well.

use std::env;
use std::process::{Command, Stdio};

/// Opens the URL, unless this is a machine where nobody looks.
pub(super) fn open(url: &str) {
    if env::var_os("CI").is_some() {
        return;
    }
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        // The empty word is the window's title, which `start` takes from its first quoted word.
        command.args(["/c", "start", ""]);
        command
    } else if env::var_os("DISPLAY").is_some() || env::var_os("WAYLAND_DISPLAY").is_some() {
        Command::new("xdg-open")
    } else {
        return;
    };
    // Not waited for: some of these stay until the browser is closed.
    let _ = command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}
