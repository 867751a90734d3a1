//! Runs `wasm-bindgen` on a compiled program.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::files;
use crate::process::{self, Output};
use crate::tools::Toolbox;

/// The output of `wasm-bindgen`.
pub(crate) struct Bound {
    pub(crate) wasm: PathBuf,
    /// The JavaScript between the WebAssembly and the browser.
    pub(crate) script: String,
}

/// Creates the JavaScript for a program, in the form that `target` names. The files go to `folder`.
///
/// # Errors
/// If `wasm-bindgen` fails.
pub(crate) fn bind(
    toolbox: &Toolbox,
    program: &Path,
    target: &str,
    is_split: bool,
    folder: &Path,
) -> Result<Bound> {
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args(["--target", target, "--no-typescript", "--out-name", "program", "--out-dir"]);
    bindgen.arg(folder).arg(program);
    if is_split {
        // The lazy-loaded file uses the function table, which is one of the linker's exports.
        bindgen.arg("--keep-lld-exports");
    }
    toolbox.set_path(&mut bindgen)?;
    process::run(&mut bindgen, Output::ToStderr)
        .context("cannot create the JavaScript of the WebAssembly")?;
    Ok(Bound { wasm: folder.join("program_bg.wasm"), script: files::read(&folder.join("program.js"))? })
}
