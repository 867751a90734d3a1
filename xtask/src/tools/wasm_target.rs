//! The compiler's own library for WebAssembly. It must not know what is compiled with it.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::search;
use crate::process::{self, Output};
use crate::say;

/// The triple that the widget is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// What can be done where rustup cannot help; it was tried end to end on Debian 12.
const WITHOUT_RUSTUP: &str = "on Debian, `apt-get install rustc-web cargo-web rust-web-src lld-19` and then, with /usr/bin \
first on PATH, `RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort \
CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=/usr/bin/wasm-ld-19 cargo xtask …` does the same";

/// Makes sure that the compiler can compile for wasm.
///
/// # Errors
/// If it cannot and rustup cannot change that, with what the user can do.
pub(crate) fn ensure() -> Result<()> {
    // Whoever builds the standard library along does not need it installed.
    if env::var_os("CARGO_UNSTABLE_BUILD_STD").is_some() || is_installed()? {
        return Ok(());
    }
    if search::on_path("rustup").is_none() {
        bail!(
            "this compiler has no {TARGET} library and there is no rustup to add it: get rustup, or {WITHOUT_RUSTUP}"
        );
    }
    let what = format!(
        "adding the target {TARGET} (needed to compile the widget for browsers; about 10 seconds, once)"
    );
    say::step(&what, || {
        process::run(Command::new("rustup").args(["target", "add", TARGET]), Output::ToStderr)
    })
    .with_context(|| {
        format!("the target {TARGET} could not be added; is the network there? Else {WITHOUT_RUSTUP}")
    })
}

/// Makes sure that the standard library can be built along.
///
/// # Errors
/// If its source is missing and rustup cannot add it.
pub(crate) fn standard_library_source() -> Result<()> {
    if sysroot()?.join("lib/rustlib/src/rust/library/Cargo.lock").is_file() {
        return Ok(());
    }
    let what = "adding rust-src (needed for a smaller standard library; about 10 seconds, once)";
    say::step(what, || {
        process::run(Command::new("rustup").args(["component", "add", "rust-src"]), Output::ToStderr)
    })
    .context("the standard library's source could not be added; get it with `rustup component add rust-src`")
}

/// Asks the compiler rather than rustup, since a distribution's compiler may have the library too.
fn is_installed() -> Result<bool> {
    Ok(sysroot()?.join("lib").join("rustlib").join(TARGET).join("lib").is_dir())
}

fn sysroot() -> Result<PathBuf> {
    let sysroot = process::answer(Command::new("rustc").args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(sysroot.trim()))
}
