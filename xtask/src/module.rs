//! The module that an embedding page loads: the library with `mount`, as WebAssembly and the JavaScript that starts it.
//!
//! It must not know what is done with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::fingerprint::Fingerprint;
use crate::flavour::Flavour;
use crate::process::{self, Output};
use crate::tools::{Presence, Toolbox, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{say, shrink, split};

/// The crate's name, of which the compiler makes its file's.
const NAME: &str = "batch_task_widget";
/// The module's WebAssembly.
const WASM: &str = "batch-task-widget.wasm";
/// What is loaded later.
const EXTRAS: &str = "batch-task-widget.extras.wasm";
/// The JavaScript that connects it with the browser.
const GLUE: &str = "glue.js";

/// Whether this is the file of the module that is loaded later.
pub(crate) fn is_extras(file: &Path) -> bool {
    file.ends_with(EXTRAS)
}

/// Builds the module, if need be, and gives its folder: `glue.js`, `batch-task-widget.wasm` and, for later,
/// `batch-task-widget.extras.wasm`.
///
/// # Errors
/// If a tool is missing and cannot be installed, or fails.
pub(crate) fn build(workspace: &Workspace, flavour: Flavour) -> Result<PathBuf> {
    let toolbox = Toolbox::for_module(workspace)?;
    let is_split = flavour.is_split() && toolbox.wasm_split == Presence::Present;
    let library = compile(workspace, flavour, is_split)?;
    let folder = workspace.notes().join("module").join(flavour.name());
    let stamp = folder.with_extension("stamp");
    let mut inputs = Fingerprint::default();
    inputs.fact(&toolbox.versions.join(", "));
    inputs.fact(&shrink::recipe());
    inputs.fact(GLUE_END);
    inputs.path(&flavour.target(workspace), &library)?;
    let inputs = inputs.finish();
    if fs::read_to_string(&stamp).is_ok_and(|last| last == inputs) {
        return Ok(folder);
    }
    let raw = folder.with_extension("raw");
    let files = make(&toolbox, &flavour.target(workspace).join(&library), is_split, &inputs, &raw)?;
    // What an earlier build left must not be taken for this one's.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, contents) in files {
        fs::write(folder.join(name), contents).with_context(|| format!("cannot write {name}"))?;
    }
    fs::write(&stamp, inputs).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(folder)
}

/// The module's files, of a compiled library; `seal` tells this build from others. What is made on the way is left in `raw`.
fn make(
    toolbox: &Toolbox,
    library: &Path,
    is_split: bool,
    seal: &str,
    raw: &Path,
) -> Result<[(&'static str, Vec<u8>); 3]> {
    let halves = is_split.then(|| split::split(toolbox, library, &raw.join("halves"), NAME)).transpose()?;
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args(["--target", "no-modules", "--no-typescript", "--out-name", NAME, "--out-dir"]).arg(raw);
    if halves.is_some() {
        // The second file shares the table of functions.
        bindgen.arg("--keep-lld-exports");
    }
    bindgen.arg(halves.as_ref().map_or(library, |halves| &halves.main));
    toolbox.equip(&mut bindgen)?;
    process::run(&mut bindgen, Output::ToStderr)?;

    let script = raw.join(format!("{NAME}.js"));
    let script = fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
    let wasm = raw.join(format!("{NAME}_bg.wasm"));
    let (mut wasm, glue) = shrink::shrink(toolbox, &wasm, &glue(&script), raw)?;
    let extras = match halves {
        Some(halves) => {
            let mut extras = shrink::optimised(toolbox, &halves.extras, raw)?;
            split::seal([&mut wasm, &mut extras], seal)?;
            extras
        }
        None => split::NOTHING.to_vec(),
    };
    Ok([(WASM, wasm), (EXTRAS, extras), (GLUE, glue)])
}

/// The script as a function that a module exports.
///
/// The script keeps the state of one instance; each call gives a fresh one, which is how a page goes on after a panic. The
/// function's parameter hides the global `WebAssembly`, so that the caller decides how it is instantiated.
fn glue(script: &str) -> String {
    format!("export default function createGlue(WebAssembly) {{\n{script}\n{GLUE_END}\n}}\n")
}

/// What the script has besides: `addExtras`, which is given the compiled second file, once for an instance. `initSync` gives
/// the exports of one that there is.
const GLUE_END: &str = "wasm_bindgen.addExtras = (module) => {
new WebAssembly.Instance(module, { __wasm_split: wasm_bindgen.initSync() });
wasm_bindgen.linkExtras();
};
return wasm_bindgen;";

/// Gives the compiled library, relative to cargo's target folder.
///
/// A `cdylib` only here and not in the manifest, where it would turn link-time optimisation off.
fn compile(workspace: &Workspace, flavour: Flavour, is_split: bool) -> Result<String> {
    let mut cargo = workspace.cargo();
    cargo.args(["rustc", "--quiet", "--package", "batch-task-widget", "--lib", "--crate-type", "cdylib"]);
    let feature = if is_split { "split" } else { "element" };
    cargo.args(["--features", feature, "--profile", "wasm", "--target", WASM_TARGET]);
    if is_split {
        cargo.args(["--", split::LINKER_FLAG]);
    }
    flavour.ask_of(&mut cargo, workspace);
    let what = format!("compiling the module ({}; about a minute from nothing)", flavour.name());
    say::step(&what, || process::run(&mut cargo, Output::ToStderr))?;
    Ok(format!("{WASM_TARGET}/wasm/{NAME}.wasm"))
}
