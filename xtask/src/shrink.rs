//! Makes what wasm-bindgen has written small: the WebAssembly by `wasm-opt`, the names between it and its script by our own
//! hand, the script by `terser`.
//!
//! It must not know what is shrunk, or what becomes of it.

mod names;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{self, Output};
use crate::tools::{Presence, Toolbox};

/// What is asked of `wasm-opt`. Flattened and put together anew, control flow is a hundredth smaller. Not
/// `--traps-never-happen`: a widget that breaks down traps, and its host is told.
const OPTIMISE: &[&str] =
    &["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--strip-producers", "--strip-target-features"];
/// What is asked of `terser`.
const MINIFY: &[&str] = &["--module", "--compress", "--mangle"];

/// What is done here, for deciding whether something would come out as it did.
pub(crate) fn recipe() -> String {
    format!("{OPTIMISE:?}, {:?}, {MINIFY:?}", names::RECIPE)
}

/// The WebAssembly in the file `wasm`, and its script, both small. What is made on the way is left in `scratch`.
///
/// # Errors
/// If they are not as wasm-bindgen writes them, or a tool fails; one can do without the tools.
pub(crate) fn shrink(
    toolbox: &Toolbox,
    wasm: &Path,
    script: &str,
    scratch: &Path,
) -> Result<(Vec<u8>, Vec<u8>)> {
    let wasm = optimised(toolbox, wasm, scratch)?;
    let (wasm, script) =
        names::shorten(&wasm, script).context("the module is not as wasm-bindgen makes them")?;
    Ok((wasm, minify(toolbox, &script, scratch)?))
}

/// A script, which is a module, without what only people need; as it is where there is no program for that.
///
/// # Errors
/// If the program fails.
pub(crate) fn minify(toolbox: &Toolbox, script: &str, scratch: &Path) -> Result<Vec<u8>> {
    if toolbox.terser == Presence::Missing {
        return Ok(script.into());
    }
    let (whole, minified) = (scratch.join("whole.js"), scratch.join("minified.js"));
    fs::write(&whole, script).with_context(|| format!("cannot write {}", whole.display()))?;
    let mut terser = Command::new("terser");
    terser.arg(&whole).args(MINIFY).arg("--output").arg(&minified);
    toolbox.equip(&mut terser)?;
    process::run(&mut terser, Output::ToStderr)?;
    fs::read(&minified).with_context(|| format!("cannot read {}", minified.display()))
}

/// The WebAssembly in the file `wasm`, small; as it is where there is no program for that.
///
/// # Errors
/// If the program fails.
pub(crate) fn optimised(toolbox: &Toolbox, wasm: &Path, scratch: &Path) -> Result<Vec<u8>> {
    let read = |file: &Path| fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    if toolbox.wasm_opt == Presence::Missing {
        return read(wasm);
    }
    let to = scratch.join("optimised.wasm");
    let mut wasm_opt = Command::new("wasm-opt");
    wasm_opt.args(OPTIMISE).arg(wasm).arg("--output").arg(&to);
    toolbox.equip(&mut wasm_opt)?;
    // What it says of a module that it can read is of no use here.
    process::answer(&mut wasm_opt)?;
    read(&to)
}
