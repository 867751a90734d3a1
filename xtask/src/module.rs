//! The modules that an embedding page loads: the library as WebAssembly, with the elements of one [`Program`], and the JavaScript that
//! starts it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::build_variant::BuildVariant;
use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::program::Program;
use crate::tools::{Toolbox, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{bindgen, console, files, shrink, split};

/// The file that cargo compiles the library to.
const COMPILED: &str = "batch_task_widget.wasm";
/// The copy of it, in the folder of a program.
const COPY: &str = "compiled.wasm";
/// The custom section that contains the build ID. `npm/file.js` has the same name.
const BUILD_SECTION: &str = "build";

/// Builds a program unless it is up to date. Returns the folder with its files.
///
/// # Errors
/// If a tool is missing and cannot be installed, or fails.
pub(crate) fn build(workspace: &Workspace, program: Program, variant: BuildVariant) -> Result<PathBuf> {
    let toolbox = Toolbox::for_module(workspace)?;
    let is_split = program.is_split(variant, &toolbox);
    let compiled = compile(workspace, program, variant, &toolbox)?;
    let work = folder(workspace, program, variant);
    let (folder, scratch) = (files(workspace, program, variant), work.join("raw"));
    let stamp = work.join("stamp");
    let mut inputs = Fingerprint::default();
    inputs.fact(&toolbox.versions.join(", "));
    inputs.fact(&shrink::settings());
    inputs.fact(&glue(BUILD_SECTION, ""));
    inputs.path(&work, COPY)?;
    let inputs = inputs.finish();
    if fs::read_to_string(&stamp).is_ok_and(|last| last == inputs) {
        return Ok(folder);
    }
    let split = is_split.then(|| split::split(&toolbox, &compiled, &scratch.join("split"))).transpose()?;
    let (main, lazy) = match &split {
        Some(split) => (&split.main, shrink::optimize(&toolbox, &split.lazy, &scratch)?),
        None => (&compiled, split::EMPTY.to_vec()),
    };
    let bound = bindgen::bind(&toolbox, main, "no-modules", is_split, &scratch)?;
    let (wasm, script) = shrink::shrink(&toolbox, &bound.wasm, &glue(&bound.script, &inputs), &scratch)?;
    files::recreate_folder(&folder)?;
    files::write(&folder.join(program.wasm()), with_build_id(wasm, &inputs))?;
    files::write(&folder.join(program.glue()), script)?;
    if program.has_lazy_part() {
        files::write(&folder.join(program.lazy_wasm()), with_build_id(lazy, &inputs))?;
    }
    files::write(&stamp, inputs)?;
    Ok(folder)
}

/// Returns the folder of a program's intermediate files.
/// Returns the folder with the files of a program that has been built.
pub(crate) fn files(workspace: &Workspace, program: Program, variant: BuildVariant) -> PathBuf {
    folder(workspace, program, variant).join("files")
}

fn folder(workspace: &Workspace, program: Program, variant: BuildVariant) -> PathBuf {
    workspace.build_folder().join("module").join(program.name()).join(variant.name())
}

/// Compiles the library with the features of a program. Returns the compiled file.
///
/// The crate type is set here and not in the manifest, where a `cdylib` would disable link-time optimisation. A program of its own
/// (`[[bin]]`) with the library as a dependency would be 1.8 KB larger.
///
/// Cargo writes all programs to the same path, and considers each up to date if its sources are, even if another one has
/// replaced it. So each has a copy.
fn compile(
    workspace: &Workspace,
    program: Program,
    variant: BuildVariant,
    toolbox: &Toolbox,
) -> Result<PathBuf> {
    let copy = folder(workspace, program, variant).join(COPY);
    let last = copy.with_extension("last");
    let output = variant.target(workspace).join(WASM_TARGET).join("wasm").join("deps").join(COMPILED);
    // If this run is interrupted, there is no copy, and the next one compiles again.
    if fs::rename(&copy, &last).is_err() {
        let _ = fs::remove_file(&output);
    }
    let before = modified(&output);
    let mut cargo = workspace.cargo();
    cargo.args(["rustc", "--quiet", "--package", "batch-task-widget", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--profile", "wasm", "--target", WASM_TARGET, "--features", program.features()]);
    if program.is_split(variant, toolbox) {
        cargo.args(["--features", split::FEATURE]);
    }
    variant.apply_to(&mut cargo, workspace, toolbox);
    let what = format!("compiling {} ({}; about 1 minute from scratch)", program.name(), variant.name());
    console::step(&what, || process::run(&mut cargo, Output::ToStderr))?;
    if modified(&output) == before {
        fs::rename(&last, &copy).with_context(|| format!("cannot write {}", copy.display()))?;
    } else {
        files::copy(&output, &copy)?;
    }
    Ok(copy)
}

/// Returns when a file was written; `None` if it does not exist.
fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
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
