//! Finds or installs the standard library for WebAssembly.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::search;
use crate::console;
use crate::process::{self, Output};

/// The target triple of the widget.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Instructions for systems without rustup, tested on Debian 12.
const WITHOUT_RUSTUP: &str = "on Debian, `apt-get install rustc-web cargo-web rust-web-src lld-19` and then, with /usr/bin \
first on PATH, `RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort \
CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=/usr/bin/wasm-ld-19 cargo xtask …`";

/// Adds the target unless the compiler supports it.
///
/// # Errors
/// If the target cannot be added; the message says what the user can do.
pub(crate) fn ensure() -> Result<()> {
    // With this setting cargo compiles the standard library from source.
    if env::var_os("CARGO_UNSTABLE_BUILD_STD").is_some() || is_installed()? {
        return Ok(());
    }
    if search::on_path("rustup").is_none() {
        bail!(
            "the target {TARGET} is not installed, and there is no rustup to add it: install rustup, or {WITHOUT_RUSTUP}"
        );
    }
    let what = format!(
        "adding the target {TARGET} (needed to compile the widget for browsers; about 10 seconds, once)"
    );
    console::step(&what, || {
        process::run(Command::new("rustup").args(["target", "add", TARGET]), Output::ToStderr)
    })
    .with_context(|| {
        format!("the target {TARGET} could not be added. Check the network, or {WITHOUT_RUSTUP}")
    })
}

/// Adds the standard library's source, which the small build compiles.
pub(crate) fn standard_library_source() -> Result<()> {
    if sysroot()?.join("lib/rustlib/src/rust/library/Cargo.lock").is_file() {
        return Ok(());
    }
    let what = "adding rust-src (needed for a smaller standard library; about 10 seconds, once)";
    console::step(what, || {
        process::run(Command::new("rustup").args(["component", "add", "rust-src"]), Output::ToStderr)
    })
    .context("the standard library's source could not be added; try `rustup component add rust-src`")
}

/// Checks the compiler's folder, since compilers of distributions are not managed by rustup.
fn is_installed() -> Result<bool> {
    Ok(sysroot()?.join("lib").join("rustlib").join(TARGET).join("lib").is_dir())
}

fn sysroot() -> Result<PathBuf> {
    let sysroot = process::stdout(Command::new("rustc").args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(sysroot.trim()))
}
