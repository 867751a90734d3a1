//! Builds the standalone page with Trunk in `dist/page/`, unless it is up to date.

mod hashed;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use batch_task_languages::Language;

use crate::build_variant::BuildVariant;
use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::tools::{Toolbox, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{bindgen, console, files, interrupt, languages, shrink, split};

/// The README of the folder.
const README: &str = "docs/status-page.md";

/// The comment with which the rest of the widget's stylesheet begins, which the program's second file contains.
/// `src/styles.rs` has the same.
const LATER_MARK: &str = "/* Later:";

/// Files and folders that the page is built from.
const INPUTS: &[&str] = &[
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "crates/data",
    "crates/languages",
    "crates/redact",
    README,
    "index.html",
    "rust-toolchain.toml",
    "src",
    "static",
];

/// Builds the page in release mode unless it is up to date.
pub(crate) fn build(workspace: &Workspace, toolbox: &Toolbox, variant: BuildVariant) -> Result<()> {
    let _lock = lock(workspace)?;
    let stamp = workspace.build_folder().join("page.stamp");
    let inputs = inputs(workspace, toolbox, variant)?;
    if let Ok(last) = fs::read_to_string(&stamp)
        && last == contents(&inputs, &outputs(workspace)?)
    {
        return Ok(());
    }
    // A failed build must not count as up to date.
    let _ = fs::remove_file(&stamp);
    languages::check(workspace)?;
    let what = format!("building the page with Trunk ({}; about 2 minutes from scratch)", variant.name());
    console::step(&what, || {
        let mut trunk = trunk(workspace, toolbox)?;
        trunk.args(["--release", "--dist"]).arg(workspace.page());
        if variant.is_split(toolbox) {
            trunk.arg("--features").arg(format!("page,{}", split::FEATURE));
        }
        variant.apply_to(&mut trunk, workspace, toolbox);
        process::run(&mut trunk, Output::ToStderr)?;
        finish(workspace, toolbox, variant)
    })?;
    let built = contents(&inputs, &outputs(workspace)?);
    fs::write(&stamp, built).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Waits for other runs in this clone, since two Trunks at once delete each other's files. Dropping the file unlocks it.
fn lock(workspace: &Workspace) -> Result<File> {
    let path = workspace.build_folder().join("page.lock");
    let file = fs::create_dir_all(workspace.build_folder())
        .and_then(|()| File::create(&path))
        .with_context(|| format!("cannot write {}", path.display()))?;
    let mut is_reported = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
        }
        if !is_reported {
            console::line("waiting for another run that builds the page");
            is_reported = true;
        }
        interrupt::check()?;
        thread::sleep(Duration::from_millis(100));
    }
}

/// Builds the page with `trunk build` alone, for a test. Returns its folder, which is not `dist/trunk/`: a running `trunk serve` may
/// use that one.
///
/// # Errors
/// If Trunk fails.
pub(crate) fn build_with_trunk_alone(workspace: &Workspace, toolbox: &Toolbox) -> Result<PathBuf> {
    let _lock = lock(workspace)?;
    let folder = workspace.build_folder().join("trunk");
    let mut trunk = trunk(workspace, toolbox)?;
    process::run(trunk.arg("--dist").arg(&folder), Output::ToStderr)?;
    Ok(folder)
}

fn trunk(workspace: &Workspace, toolbox: &Toolbox) -> Result<Command> {
    let mut trunk = Command::new("trunk");
    trunk.arg("build").current_dir(&workspace.root);
    // Its errors would contain a stack trace.
    trunk.env("RUST_BACKTRACE", "0");
    // Trunk 0.21 accepts only `true` and `false`, not the usual 1.
    if std::env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    toolbox.set_path(&mut trunk)?;
    Ok(trunk)
}

/// Completes Trunk's output: makes scripts and WebAssembly smaller, adds the hashes that boot.js checks, and copies the README.
fn finish(workspace: &Workspace, toolbox: &Toolbox, variant: BuildVariant) -> Result<()> {
    let path = workspace.page().join("index.html");
    let html = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let html = with_small_files(workspace, toolbox, variant, html)?;
    let html = filled(&html, "data-languages", &language_hashes(&workspace.page())?)?;
    fs::write(&path, html).with_context(|| format!("cannot write {}", path.display()))?;
    files::copy(&workspace.root.join(README), &workspace.page().join("README.md"))?;
    compress(&workspace.page())
}

/// Compresses the files once, so that a server need not do it for each viewer. Not the HTML, which operators edit: a server would
/// send the compressed file from before.
fn compress(page: &Path) -> Result<()> {
    let mut files = files::below(page)?;
    files.retain(|file| {
        let kind = file.extension().and_then(|kind| kind.to_str());
        matches!(kind, Some("css" | "js" | "json" | "svg" | "wasm"))
    });
    let mut node = Command::new("node");
    node.args(["--eval", include_str!("page/compress.js"), "--"]).args(files);
    if let Err(error) = process::stdout(&mut node) {
        interrupt::check()?;
        console::line(&format!(
            "continuing without compressed files, which servers then compress for each viewer: {error:#}"
        ));
    }
    Ok(())
}

/// Gives an attribute that is empty in the HTML a value.
fn filled(html: &str, attribute: &str, value: &str) -> Result<String> {
    let slot = format!("{attribute}=\"");
    ensure!(html.contains(&slot), "the page has no place for {attribute}");
    Ok(html.replacen(&slot, &format!("{slot}{value}"), 1))
}

/// The page's program, as small as the tools make it.
struct Program {
    wasm: Vec<u8>,
    glue: Vec<u8>,
    /// The second file, if the program is split.
    lazy: Option<Vec<u8>>,
}

/// Takes what Trunk has compiled apart. Of a program that is not split, Trunk's own output is used.
fn program(
    workspace: &Workspace,
    toolbox: &Toolbox,
    variant: BuildVariant,
    [wasm, glue]: [&Path; 2],
) -> Result<Program> {
    let scratch = workspace.build_folder().join("page");
    if !variant.is_split(toolbox) {
        let (wasm, glue) = shrink::shrink(toolbox, wasm, &files::read(glue)?, &scratch)?;
        return Ok(Program { wasm, glue, lazy: None });
    }
    let compiled = variant.target(workspace).join(WASM_TARGET).join("wasm/page.wasm");
    let split = split::split(toolbox, &compiled, &scratch.join("split"))?;
    let lazy = shrink::optimize(toolbox, &split.lazy, &scratch)?;
    let bound = bindgen::bind(toolbox, &split.main, "web", true, &scratch)?;
    let (wasm, glue) = shrink::shrink(toolbox, &bound.wasm, &bound.script, &scratch)?;
    Ok(Program { wasm, glue, lazy: Some(lazy) })
}

/// Replaces the program, its glue and the start-up script by smaller files; returns the HTML with their names and hashes.
fn with_small_files(
    workspace: &Workspace,
    toolbox: &Toolbox,
    variant: BuildVariant,
    mut html: String,
) -> Result<String> {
    let page = workspace.page();
    let scratch = workspace.build_folder().join("page");
    fs::create_dir_all(&scratch).with_context(|| format!("cannot make {}", scratch.display()))?;
    let find = |begin: &str, end: &str| {
        hashed::find(&html, begin, end)
            .map(str::to_owned)
            .with_context(|| format!("the page has no file {begin}…{end}"))
    };
    let (wasm, glue, boot) = (find("page-", "_bg.wasm")?, find("page-", ".js")?, find("boot-", ".js")?);
    let check = find("check-", ".js")?;
    let styles = [find("batch-task-widget-", ".css")?, find("page-", ".css")?];
    let is_split = variant.is_split(toolbox);
    let read =
        |name: &str| fs::read_to_string(page.join(name)).with_context(|| format!("cannot read {name}"));
    let program = program(workspace, toolbox, variant, [&page.join(&wasm), &page.join(&glue)])?;
    let small_boot = shrink::minify(toolbox, &read(&boot)?, &scratch)?;
    let small_check = shrink::minify(toolbox, &read(&check)?, &scratch)?;
    let mut replacements = vec![
        (wasm, program.wasm, Some("data-integrity")),
        (glue, program.glue, Some("integrity")),
        // Trunk writes the hashes of the others.
        (boot, small_boot, None),
    ];
    for name in styles {
        let css = read(&name)?;
        let linked = if is_split { css.split(LATER_MARK).next().unwrap_or_default() } else { &css };
        let contents = shrink::minify_css(linked).into_bytes();
        replacements.push((name, contents, None));
    }
    for (name, contents, attribute) in replacements {
        let (name, renamed) = hashed::replace(&page, &html, &name, &contents)?;
        html = match attribute {
            Some(attribute) => hashed::with_hash(&renamed, &name, attribute, &contents)
                .with_context(|| format!("the page has no link to {name} that lacks a hash"))?,
            None => renamed,
        };
        ensure!(html.contains(&hashed::integrity(&contents)), "the page has no hash of {name}");
    }
    if let Some(lazy) = program.lazy {
        let name = hashed::add(&page, "extras.wasm", &lazy)?;
        html = filled(&html, "data-extras", &format!("{name}:{}", hashed::integrity(&lazy)))?;
    }
    // Where this script is needed, browsers refuse files with a hash.
    let (_, html) = hashed::replace(&page, &html, &check, &small_check)?;
    Ok(html)
}

/// `zh-CN:sha384-…`, one after another. English is a part of the program.
fn language_hashes(page: &Path) -> Result<String> {
    let loaded = Language::ALL.into_iter().filter(|language| *language != Language::English);
    let hashes = loaded.flat_map(languages::names).map(|name| {
        let path = page.join(languages::FOLDER).join(languages::path_of(&name));
        let file = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(format!("{name}:{}", hashed::integrity(&file)))
    });
    Ok(hashes.collect::<Result<Vec<_>>>()?.join(" "))
}

fn inputs(workspace: &Workspace, toolbox: &Toolbox, variant: BuildVariant) -> Result<String> {
    let mut fingerprint = Fingerprint::default();
    fingerprint.fact(&format!("{variant:?}, {}", shrink::settings()));
    fingerprint.fact(&process::stdout(Command::new("rustc").arg("--version"))?);
    fingerprint.fact(&toolbox.versions.join(", "));
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_UNSTABLE_BUILD_STD"] {
        fingerprint.fact(&format!("{variable}={:?}", std::env::var_os(variable)));
    }
    for input in INPUTS {
        fingerprint.path(&workspace.root, input)?;
    }
    Ok(fingerprint.finish())
}

fn outputs(workspace: &Workspace) -> Result<String> {
    let mut fingerprint = Fingerprint::default();
    fingerprint.path(&workspace.root, "dist/page")?;
    Ok(fingerprint.finish())
}

fn contents(inputs: &str, outputs: &str) -> String {
    format!("{inputs} {outputs}\n")
}
