//! The module that an embedding page loads: the library with `mount` as WebAssembly, and the JavaScript that starts it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::build_variant::BuildVariant;
use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::tools::{Toolbox, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{console, files, shrink, split};

/// The library's name, from which the compiler derives the file name.
const LIBRARY: &str = "batch_task_widget";
const WASM: &str = "batch-task-widget.wasm";
/// The second file, which is loaded lazily.
const LAZY_WASM: &str = "batch-task-widget.extras.wasm";
/// The custom section that contains the build ID. `npm/file.js` has the same name.
const BUILD_SECTION: &str = "build";
/// The JavaScript between the module and the browser.
const GLUE: &str = "glue.js";

/// Returns whether a file is the lazy-loaded part of the module.
pub(crate) fn is_lazy(file: &Path) -> bool {
    file.ends_with(LAZY_WASM)
}

/// Builds the module unless it is up to date. Returns its folder, with [`WASM`], [`LAZY_WASM`] and [`GLUE`].
///
/// # Errors
/// If a tool is missing and cannot be installed, or fails.
pub(crate) fn build(workspace: &Workspace, variant: BuildVariant) -> Result<PathBuf> {
    let toolbox = Toolbox::for_module(workspace)?;
    let is_split = variant == BuildVariant::Small && toolbox.has("wasm_split_cli_support");
    let library = compile(workspace, variant, is_split)?;
    let folder = workspace.build_folder().join("module").join(variant.name());
    let stamp = folder.with_extension("stamp");
    let mut inputs = Fingerprint::default();
    inputs.fact(&toolbox.versions.join(", "));
    inputs.fact(&shrink::settings());
    inputs.fact(&glue(BUILD_SECTION, ""));
    inputs.path(&variant.target(workspace), &library)?;
    let inputs = inputs.finish();
    if fs::read_to_string(&stamp).is_ok_and(|last| last == inputs) {
        return Ok(folder);
    }
    let scratch = folder.with_extension("raw");
    let library = variant.target(workspace).join(&library);
    let split = is_split.then(|| split::split(&toolbox, &library, &scratch.join("split"))).transpose()?;
    let (main, lazy) = match &split {
        Some(split) => (&split.main, shrink::optimize(&toolbox, &split.lazy, &scratch)?),
        None => (&library, split::EMPTY.to_vec()),
    };
    bind(&toolbox, main, is_split, &scratch)?;
    let script = glue(&files::read(&scratch.join(format!("{LIBRARY}.js")))?, &inputs);
    let (wasm, script) =
        shrink::shrink(&toolbox, &scratch.join(format!("{LIBRARY}_bg.wasm")), &script, &scratch)?;
    files::recreate_folder(&folder)?;
    let (wasm, lazy) = (with_build_id(wasm, &inputs), with_build_id(lazy, &inputs));
    for (name, contents) in [(WASM, wasm), (LAZY_WASM, lazy), (GLUE, script)] {
        files::write(&folder.join(name), contents)?;
    }
    files::write(&stamp, inputs)?;
    Ok(folder)
}

/// Compiles the library and returns its path relative to cargo's target folder.
///
/// The crate type is set here and not in the manifest, where a `cdylib` would disable link-time optimisation.
fn compile(workspace: &Workspace, variant: BuildVariant, is_split: bool) -> Result<String> {
    let mut cargo = workspace.cargo();
    cargo.args(["rustc", "--quiet", "--package", "batch-task-widget", "--lib", "--crate-type", "cdylib"]);
    let feature = if is_split { "split" } else { "element" };
    cargo.args(["--features", feature, "--profile", "wasm", "--target", WASM_TARGET]);
    if is_split {
        cargo.args(["--", split::LINKER_FLAG]);
    }
    variant.apply_to(&mut cargo, workspace);
    let what = format!("compiling the module ({}; about 1 minute from scratch)", variant.name());
    console::step(&what, || process::run(&mut cargo, Output::ToStderr))?;
    Ok(format!("{WASM_TARGET}/wasm/{LIBRARY}.wasm"))
}

/// Runs `wasm-bindgen` on a compiled library.
fn bind(toolbox: &Toolbox, library: &Path, is_split: bool, folder: &Path) -> Result<()> {
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args(["--target", "no-modules", "--no-typescript", "--out-name", LIBRARY, "--out-dir"]);
    bindgen.arg(folder).arg(library);
    if is_split {
        // The lazy-loaded file uses the function table, which is one of the linker's exports.
        bindgen.arg("--keep-lld-exports");
    }
    toolbox.set_path(&mut bindgen)?;
    process::run(&mut bindgen, Output::ToStderr).context("cannot create the module's JavaScript")
}

/// Wraps wasm-bindgen's script in an exported function, beside the build ID.
///
/// The script holds the state of one instance. Each call creates another, by which a page recovers from a panic. The
/// parameter shadows the global `WebAssembly`, so that the caller controls how the module is instantiated.
fn glue(script: &str, build_id: &str) -> String {
    format!(
        "export const BUILD = \"{build_id}\";
export default function createGlue(WebAssembly) {{\n{script}\n{GLUE_END}\n}}\n"
    )
}

/// Adds a custom section with the build ID, by which `npm/file.js` refuses files of two different builds. The short names of
/// `shrink` are numbers: files of different builds may link and then call the wrong functions.
fn with_build_id(mut wasm: Vec<u8>, build_id: &str) -> Vec<u8> {
    shrink::push_custom_section(&mut wasm, BUILD_SECTION, build_id.as_bytes());
    wasm
}

/// Adds `addExtras`, which links the compiled second file to the instance. `initSync` returns the exports of an instance
/// that exists.
const GLUE_END: &str = "wasm_bindgen.addExtras = async (module) => {
await WebAssembly.instantiate(module, { __wasm_split: wasm_bindgen.initSync() });
wasm_bindgen.linkExtras();
};
return wasm_bindgen;";
