//! Reduces the size of wasm-bindgen's output: `wasm-opt` and another order of its functions for the WebAssembly, short import and
//! export names for both files, `terser` for the JavaScript.

mod names;
mod order;

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

pub(crate) use names::push_custom_section;

use crate::files;
use crate::process::{self, Output};
use crate::tools::Toolbox;

/// Arguments of `wasm-opt`. `--flatten --rereloop` rebuilds the control flow, which saves 1 %. `--low-memory-unused` folds small
/// offsets into loads and stores: only the far end of the 1 MiB stack is below address 1,024. `--traps-never-happen` is not
/// used: a crashed widget traps, and its host receives the error.
const WASM_OPT: &[&str] = &[
    "--low-memory-unused",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    // The order in which `order` places functions that are equally similar: 0.3 KB of the module.
    "--reorder-functions-by-name",
    "--strip-producers",
    "--strip-target-features",
];
const TERSER: &[&str] = &["--module", "--compress", "--mangle"];
/// Further arguments for a script that bundlers read: they need the annotations of what they may drop. Browsers' tools show the
/// names of classes.
const FOR_BUNDLERS: &[&str] = &["--keep-classnames", "--format", "preserve_annotations=true"];

/// Describes the settings, for fingerprints of build results.
pub(crate) fn settings() -> String {
    let (names, order) = (names::SETTINGS, order::SETTINGS);
    format!("{WASM_OPT:?}, {names:?}, {order:?}, {TERSER:?}, CSS without comments and indentation")
}

/// Shrinks the WebAssembly in the file `wasm` and the JavaScript that belongs to it. Intermediate files go to `scratch`.
///
/// # Errors
/// If the WebAssembly is malformed, or a tool fails.
pub(crate) fn shrink(
    toolbox: &Toolbox,
    wasm: &Path,
    script: &str,
    scratch: &Path,
) -> Result<(Vec<u8>, Vec<u8>)> {
    let wasm = optimize(toolbox, wasm, scratch)?;
    let (wasm, script) = names::shorten(&wasm, script).context("wasm-bindgen's output is malformed")?;
    Ok((wasm, minify(toolbox, &script, scratch)?))
}

/// Minifies an ECMAScript module. Without `terser`, returns it unchanged.
pub(crate) fn minify(toolbox: &Toolbox, script: &str, scratch: &Path) -> Result<Vec<u8>> {
    minify_with(toolbox, script, scratch, &[])
}

/// Minifies an ECMAScript module that is input for bundlers. Without `terser`, returns it unchanged.
pub(crate) fn minify_for_bundlers(toolbox: &Toolbox, script: &str, scratch: &Path) -> Result<Vec<u8>> {
    minify_with(toolbox, script, scratch, FOR_BUNDLERS)
}

fn minify_with(toolbox: &Toolbox, script: &str, scratch: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    if !toolbox.has("terser") {
        return Ok(script.into());
    }
    let (input, output) = (scratch.join("input.js"), scratch.join("minified.js"));
    files::write(&input, script)?;
    let mut terser = Command::new("terser");
    terser.arg(&input).args(TERSER).args(arguments).arg("--output").arg(&output);
    toolbox.set_path(&mut terser)?;
    process::run(&mut terser, Output::ToStderr)?;
    files::read_bytes(&output)
}

/// Removes comments, blank lines and indentation from a stylesheet. Its strings must not contain `/*`.
pub(crate) fn minify_css(css: &str) -> String {
    let mut parts = css.split("/*");
    let mut text = parts.next().unwrap_or_default().to_owned();
    text.extend(parts.filter_map(|part| Some(part.split_once("*/")?.1)));
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Optimizes the WebAssembly in the file `wasm`. Without `wasm-opt`, returns it unchanged.
pub(crate) fn optimize(toolbox: &Toolbox, wasm: &Path, scratch: &Path) -> Result<Vec<u8>> {
    if !toolbox.has("binaryen") {
        return files::read_bytes(wasm);
    }
    let output = scratch.join("optimized.wasm");
    let mut wasm_opt = Command::new("wasm-opt");
    wasm_opt.args(WASM_OPT).arg(wasm).arg("--output").arg(&output);
    toolbox.set_path(&mut wasm_opt)?;
    // Captures its warnings about wasm-bindgen's output.
    process::stdout(&mut wasm_opt)?;
    order::by_similarity(&files::read_bytes(&output)?).context("the output of wasm-opt is malformed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn css_without_comments_and_indentation() {
        let css = "/* x\n y */\na {\n  b: c; /* z */\n\n  d:\n    e;\n}\n";
        assert_eq!(minify_css(css), "a {\nb: c;\nd:\ne;\n}");
        assert_eq!(minify_css("a { b: url(x//y) }"), "a { b: url(x//y) }");
    }
}
