//! The standalone page, built by Trunk into `dist/page/`, and not built again while nothing that it is made of changes.

mod hashed;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use batch_task_languages::Language;

use crate::fingerprint::Fingerprint;
use crate::flavour::Flavour;
use crate::process::{self, Output};
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{interrupt, languages, say, shrink};

/// What the folder says of itself.
const README: &str = "docs/status-page.md";

/// What the page is made of, besides the tools.
const INPUTS: &[&str] = &[
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "data",
    README,
    "index.html",
    "languages",
    "redact",
    "rust-toolchain.toml",
    "src",
    "static",
];

/// Builds the page in release mode, if need be.
///
/// # Errors
/// If Trunk fails; what it printed says why.
pub(crate) fn build(workspace: &Workspace, toolbox: &Toolbox, flavour: Flavour) -> Result<()> {
    let _lock = alone(workspace)?;
    let stamp = workspace.notes().join("page.stamp");
    let inputs = inputs(workspace, toolbox, flavour)?;
    if let Ok(last) = fs::read_to_string(&stamp)
        && last == contents(&inputs, &outputs(workspace)?)
    {
        return Ok(());
    }
    // A build that fails half-way must not pass for the one before.
    let _ = fs::remove_file(&stamp);
    languages::check(workspace)?;
    let what = format!("building the page with Trunk ({}; about 2 minutes from nothing)", flavour.name());
    say::step(&what, || {
        let mut trunk = trunk(workspace, toolbox)?;
        trunk.args(["--release", "--dist"]).arg(workspace.page());
        flavour.ask_of(&mut trunk, workspace);
        process::run(&mut trunk, Output::ToStderr)?;
        finish(workspace, toolbox)
    })?;
    let built = contents(&inputs, &outputs(workspace)?);
    fs::write(&stamp, built).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Waits for other runs in this clone: two Trunks at once delete each other's files. The lock goes with the file.
fn alone(workspace: &Workspace) -> Result<File> {
    let path = workspace.notes().join("page.lock");
    let file = fs::create_dir_all(workspace.notes())
        .and_then(|()| File::create(&path))
        .with_context(|| format!("cannot write {}", path.display()))?;
    let mut is_told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
        }
        if !is_told {
            say::line("waiting for another run, which builds the page");
            is_told = true;
        }
        interrupt::check()?;
        thread::sleep(Duration::from_millis(100));
    }
}

/// Builds the page as somebody does who types `trunk build`, for a test, and returns its folder. It is not `dist/trunk/`, which may
/// belong to a `trunk serve` that runs.
///
/// # Errors
/// If Trunk fails; what it printed says why.
pub(crate) fn build_with_trunk_alone(workspace: &Workspace, toolbox: &Toolbox) -> Result<PathBuf> {
    let _lock = alone(workspace)?;
    let folder = workspace.notes().join("trunk");
    let mut trunk = trunk(workspace, toolbox)?;
    process::run(trunk.arg("--dist").arg(&folder), Output::ToStderr)?;
    Ok(folder)
}

/// `trunk build`
fn trunk(workspace: &Workspace, toolbox: &Toolbox) -> Result<Command> {
    let mut trunk = Command::new("trunk");
    trunk.arg("build").current_dir(&workspace.root);
    // Its errors carry a page of its own stack otherwise, wherever this is set for the tests.
    trunk.env("RUST_BACKTRACE", "0");
    // Trunk 0.21 reads this as true or false and refuses the customary 1.
    if std::env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    toolbox.equip(&mut trunk)?;
    Ok(trunk)
}

/// What Trunk does not do: scripts and WebAssembly are made smaller, the program and the language files get hashes for boot.js, and
/// the folder gets its README.
fn finish(workspace: &Workspace, toolbox: &Toolbox) -> Result<()> {
    let path = workspace.page().join("index.html");
    let html = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let html = with_small_files(workspace, toolbox, html)?;
    let slot = "data-languages=\"";
    ensure!(html.contains(slot), "the page has no place for the hashes of its languages");
    let html = html.replacen(slot, &format!("{slot}{}", language_hashes(&workspace.page())?), 1);
    fs::write(&path, html).with_context(|| format!("cannot write {}", path.display()))?;
    let readme = workspace.page().join("README.md");
    fs::copy(workspace.root.join(README), &readme)
        .map(drop)
        .with_context(|| format!("cannot write {}", readme.display()))
}

/// Replaces the program, its glue and the start-up script by smaller files; returns the HTML with their names and hashes.
fn with_small_files(workspace: &Workspace, toolbox: &Toolbox, mut html: String) -> Result<String> {
    let page = workspace.page();
    let scratch = workspace.notes().join("page");
    fs::create_dir_all(&scratch).with_context(|| format!("cannot make {}", scratch.display()))?;
    let [wasm, glue, boot] = [("page-", "_bg.wasm"), ("page-", ".js"), ("boot-", ".js")]
        .map(|(begin, end)| hashed::find(&html, begin, end).map(str::to_owned));
    let (wasm, glue) = (wasm.context("the page names no wasm")?, glue.context("the page names no glue")?);
    let boot = boot.context("the page names no start-up script")?;
    let read =
        |name: &str| fs::read_to_string(page.join(name)).with_context(|| format!("cannot read {name}"));
    let (small_wasm, small_glue) = shrink::shrink(toolbox, &page.join(&wasm), &read(&glue)?, &scratch)?;
    let small_boot = shrink::minify(toolbox, &read(&boot)?, &scratch)?;
    for (name, contents, attribute) in [
        (wasm, small_wasm, Some("data-integrity")),
        (glue, small_glue, Some("integrity")),
        // Trunk writes it.
        (boot, small_boot, None),
    ] {
        let (name, renamed) = hashed::replace(&page, &html, &name, &contents)?;
        html = match attribute {
            Some(attribute) => hashed::with_hash(&renamed, &name, attribute, &contents)
                .with_context(|| format!("the page has no link to {name} that lacks a hash"))?,
            None => renamed,
        };
        ensure!(html.contains(&hashed::integrity(&contents)), "the page has no hash of {name}");
    }
    Ok(html)
}

/// `zh-CN:sha384-…`, one after another.
fn language_hashes(page: &Path) -> Result<String> {
    let hashes = Language::ALL.into_iter().map(|language| {
        let path = page.join(languages::FOLDER).join(languages::file_name(language));
        let file = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(format!("{}:{}", language.tag(), hashed::integrity(&file)))
    });
    Ok(hashes.collect::<Result<Vec<_>>>()?.join(" "))
}

fn inputs(workspace: &Workspace, toolbox: &Toolbox, flavour: Flavour) -> Result<String> {
    let mut fingerprint = Fingerprint::default();
    fingerprint.fact(&format!("{flavour:?}, {}", shrink::recipe()));
    fingerprint.fact(&process::answer(Command::new("rustc").arg("--version"))?);
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
