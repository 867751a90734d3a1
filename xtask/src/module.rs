//! The module that an embedding page loads: the library with `mount`, as WebAssembly and the JavaScript that starts it.
//!
//! It must not know what is done with it.

mod names;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::say;
use crate::tools::{self, Presence, Toolbox, WASM_TARGET};
use crate::workspace::Workspace;

/// How the module is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// With the compiler's own standard library.
    Stable,
    /// With a standard library made small: unstable flags, which the stable compiler takes when told to.
    Small,
}

impl Flavour {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Small => "small",
        }
    }
}

/// What the small flavour adds to cargo's environment: a standard library built along, whose panics stop at once and
/// say nothing.
const SMALL: &[(&str, &str)] = &[
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none",
    ),
];

/// What is asked of `wasm-opt`. Flattened and put together anew, control flow is a hundredth smaller. Not
/// `--traps-never-happen`: a widget that breaks down traps, and its host is told.
const OPTIMISE: &[&str] =
    &["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--strip-producers", "--strip-target-features"];
/// What is asked of `terser`.
const MINIFY: &[&str] = &["--module", "--compress", "--mangle"];

/// The crate's name, of which the compiler makes its file's.
const NAME: &str = "batch_task_widget";
/// The module's WebAssembly.
const WASM: &str = "batch-task-widget.wasm";
/// The JavaScript that connects it with the browser.
const GLUE: &str = "glue.js";

/// Builds the module, if need be, and gives its folder: `glue.js` and `batch-task-widget.wasm`.
///
/// # Errors
/// If a tool is missing and cannot be installed, or fails.
pub(crate) fn build(workspace: &Workspace, flavour: Flavour) -> Result<PathBuf> {
    let toolbox = Toolbox::for_module(workspace)?;
    let library = compile(workspace, flavour)?;
    let folder = workspace.notes().join("module").join(flavour.name());
    let stamp = folder.with_extension("stamp");
    let mut inputs = Fingerprint::default();
    inputs.fact(&toolbox.versions.join(", "));
    inputs.fact(&format!("{OPTIMISE:?}, short names, {MINIFY:?}"));
    inputs.path(&workspace.target, &library)?;
    let inputs = inputs.finish();
    if fs::read_to_string(&stamp).is_ok_and(|last| last == inputs) {
        return Ok(folder);
    }
    let raw = folder.with_extension("raw");
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args(["--target", "no-modules", "--no-typescript", "--out-name", NAME, "--out-dir"]).arg(&raw);
    bindgen.arg(workspace.target.join(&library));
    toolbox.equip(&mut bindgen, None)?;
    process::run(&mut bindgen, Output::ToStderr)?;

    // What an earlier build left must not be taken for this one's.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut wasm_opt = Command::new("wasm-opt");
    let optimised = raw.join(WASM);
    wasm_opt.args(OPTIMISE).arg(raw.join(format!("{NAME}_bg.wasm"))).arg("--output").arg(&optimised);
    toolbox.equip(&mut wasm_opt, None)?;
    process::run(&mut wasm_opt, Output::ToStderr)?;
    let wasm = fs::read(&optimised).with_context(|| format!("cannot read {}", optimised.display()))?;
    let script = raw.join(format!("{NAME}.js"));
    let script = fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
    let (wasm, script) =
        names::shorten(&wasm, &script).context("the module is not as wasm-bindgen makes them")?;
    fs::write(folder.join(WASM), wasm).context("cannot write the module")?;
    let whole = raw.join(GLUE);
    fs::write(&whole, glue(&script)).context("cannot write the glue")?;
    minify(&toolbox, &whole, &folder.join(GLUE))?;
    fs::write(&stamp, inputs).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(folder)
}

/// The script without what only people need; as it is where there is no program for that.
fn minify(toolbox: &Toolbox, script: &Path, to: &Path) -> Result<()> {
    if toolbox.terser == Presence::Missing {
        return fs::copy(script, to).map(drop).with_context(|| format!("cannot write {}", to.display()));
    }
    let mut terser = Command::new("terser");
    terser.arg(script).args(MINIFY).arg("--output").arg(to);
    toolbox.equip(&mut terser, None)?;
    process::run(&mut terser, Output::ToStderr)
}

/// The script as a function that a module exports.
///
/// The script keeps the state of one instance; each call gives a fresh one, which is how a page goes on after a panic. The
/// function's parameter hides the global `WebAssembly`, so that the caller decides how it is instantiated.
fn glue(script: &str) -> String {
    format!("export default function createGlue(WebAssembly) {{\n{script}\nreturn wasm_bindgen;\n}}\n")
}

/// Gives the compiled library, relative to cargo's target folder.
///
/// A `cdylib` only here and not in the manifest, where it would turn link-time optimisation off.
fn compile(workspace: &Workspace, flavour: Flavour) -> Result<String> {
    let mut cargo = workspace.cargo();
    cargo.args(["rustc", "--quiet", "--package", "batch-task-widget", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--features", "element", "--profile", "wasm", "--target", WASM_TARGET]);
    // A target folder of its own: cargo would else compile everything anew whenever the flavour changes.
    let subfolder = match flavour {
        Flavour::Stable => "",
        Flavour::Small => {
            tools::standard_library_source()?;
            cargo.envs(SMALL.iter().copied());
            "small/"
        }
    };
    cargo.arg("--target-dir").arg(workspace.target.join(subfolder));
    let what = format!("compiling the module ({}; about a minute from nothing)", flavour.name());
    say::step(&what, || process::run(&mut cargo, Output::ToStderr))?;
    Ok(format!("{subfolder}{WASM_TARGET}/wasm/{NAME}.wasm"))
}
