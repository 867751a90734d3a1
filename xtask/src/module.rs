//! The module that an embedding page loads: the library with `mount` as WebAssembly, and the JavaScript that starts it.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::build_variant::BuildVariant;
use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::tools::{Toolbox, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{bindgen, console, files, shrink, split};

/// The library's name, from which the compiler derives the file name.
const LIBRARY: &str = "batch_task_widget";
const WASM: &str = "batch-task-widget.wasm";
/// The second file, which is loaded lazily.
const LAZY_WASM: &str = "batch-task-widget.extras.wasm";
/// The custom section that contains the build ID. `npm/file.js` has the same name.
const BUILD_SECTION: &str = "build";
/// The JavaScript between the module and the browser.
const GLUE: &str = "glue.js";

/// Builds the module unless it is up to date. Returns its folder, with [`WASM`], [`LAZY_WASM`] and [`GLUE`].
///
/// # Errors
/// If a tool is missing and cannot be installed, or fails.
pub(crate) fn build(workspace: &Workspace, variant: BuildVariant) -> Result<PathBuf> {
    let toolbox = Toolbox::for_module(workspace)?;
    let is_split = variant.is_split(&toolbox);
    let library = compile(workspace, variant, &toolbox)?;
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
    let bound = bindgen::bind(&toolbox, main, "no-modules", is_split, &scratch)?;
    let (wasm, script) = shrink::shrink(&toolbox, &bound.wasm, &glue(&bound.script, &inputs), &scratch)?;
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
fn compile(workspace: &Workspace, variant: BuildVariant, toolbox: &Toolbox) -> Result<String> {
    let mut cargo = workspace.cargo();
    cargo.args(["rustc", "--quiet", "--package", "batch-task-widget", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--features", "element", "--profile", "wasm", "--target", WASM_TARGET]);
    if variant.is_split(toolbox) {
        cargo.args(["--features", split::FEATURE]);
    }
    variant.apply_to(&mut cargo, workspace, toolbox);
    let what = format!("compiling the module ({}; about 1 minute from scratch)", variant.name());
    console::step(&what, || process::run(&mut cargo, Output::ToStderr))?;
    Ok(format!("{WASM_TARGET}/wasm/{LIBRARY}.wasm"))
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

/// Adds `addExtras`, which links the compiled second file to these exports of the instance.
const GLUE_END: &str = "wasm_bindgen.addExtras = async (module, exports) => {
await WebAssembly.instantiate(module, { __wasm_split: exports });
wasm_bindgen.linkExtras();
};
return wasm_bindgen;";
