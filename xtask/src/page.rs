//! Builds the standalone page with Trunk in `dist/page/`, unless it is up to date.

mod hashed;

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use batch_task_languages::Language;

use crate::build_variant::BuildVariant;
use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{console, interrupt, languages, shrink};

/// The README of the folder.
const README: &str = "docs/status-page.md";

/// Files and folders that the page is built from.
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

/// Builds the page in release mode unless it is up to date.
pub(crate) fn build(workspace: &Workspace, toolbox: &Toolbox, variant: BuildVariant) -> Result<()> {
    let _lock = alone(workspace)?;
    let stamp = workspace.build_folder().join("page.stamp");
    let inputs = inputs(workspace, toolbox, variant)?;
    if let Ok(last) = fs::read_to_string(&stamp)
        && last == contents(&inputs, &outputs(workspace)?)
    {
        return Ok(());
    }
    // A failed build must not count as up to date.
    let _ = fs::remove_file(&stamp);
    let what = format!("building the page with Trunk ({}; about 2 minutes from scratch)", variant.name());
    console::step(&what, || {
        process::run(&mut trunk(workspace, toolbox, variant)?, Output::ToStderr)?;
        languages::write(&workspace.page(), &Language::ALL)?;
        finish(workspace, toolbox)
    })?;
    let built = contents(&inputs, &outputs(workspace)?);
    fs::write(&stamp, built).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Waits for other runs in this clone, since two Trunks at once delete each other's files. Dropping the file unlocks it.
fn alone(workspace: &Workspace) -> Result<File> {
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

fn trunk(workspace: &Workspace, toolbox: &Toolbox, variant: BuildVariant) -> Result<Command> {
    let mut trunk = Command::new("trunk");
    trunk.args(["build", "--release"]).current_dir(&workspace.root);
    // Its errors would contain a stack trace.
    trunk.env("RUST_BACKTRACE", "0");
    // Trunk 0.21 accepts only `true` and `false`, not the usual 1.
    if std::env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    variant.apply_to(&mut trunk, workspace);
    toolbox.set_path(&mut trunk)?;
    Ok(trunk)
}

/// What Trunk cannot do: programs are made small; the hashes of the wasm and of the languages are for boot.js, since browsers
/// warn of one at a link that preloads for `fetch`, and nothing is to be loaded for a language that nobody speaks; and the
/// folder says what it is.
fn finish(workspace: &Workspace, toolbox: &Toolbox) -> Result<()> {
    let path = workspace.page().join("index.html");
    let html = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let html = with_small_files(workspace, toolbox, &html)?;
    let html = with_hash_for_fetch(&html).context("the built page does not preload its wasm, with a hash")?;
    let slot = "data-languages=\"";
    ensure!(html.contains(slot), "the page has no place for the hashes of its languages");
    let html = html.replacen(slot, &format!("{slot}{}", language_hashes(&workspace.page())?), 1);
    fs::write(&path, html).with_context(|| format!("cannot write {}", path.display()))?;
    let readme = workspace.page().join("README.md");
    fs::copy(workspace.root.join(README), &readme)
        .map(drop)
        .with_context(|| format!("cannot write {}", readme.display()))
}

/// The page's HTML, once its program, its glue and its start-up script are small.
fn with_small_files(workspace: &Workspace, toolbox: &Toolbox, html: &str) -> Result<String> {
    let page = workspace.page();
    let scratch = workspace.build_folder().join("page");
    fs::create_dir_all(&scratch).with_context(|| format!("cannot make {}", scratch.display()))?;
    let [wasm, glue, boot] = [("page-", "_bg.wasm"), ("page-", ".js"), ("boot-", ".js")]
        .map(|(begin, end)| hashed::find(html, begin, end).map(str::to_owned));
    let (wasm, glue) = (wasm.context("the page names no wasm")?, glue.context("the page names no glue")?);
    let boot = boot.context("the page names no start-up script")?;
    let read =
        |name: &str| fs::read_to_string(page.join(name)).with_context(|| format!("cannot read {name}"));
    let (small_wasm, small_glue) = shrink::shrink(toolbox, &page.join(&wasm), &read(&glue)?, &scratch)?;
    let small_boot = shrink::minify(toolbox, &read(&boot)?, &scratch)?;
    [(wasm, small_wasm), (glue, small_glue), (boot, small_boot)]
        .iter()
        .try_fold(html.to_owned(), |html, (name, contents)| hashed::replace(&page, &html, name, contents))
}

/// `zh-CN:sha384-…`, one after another.
fn language_hashes(page: &Path) -> Result<String> {
    let hashes = Language::ALL.into_iter().map(|language| {
        let path = page.join(languages::FOLDER).join(language.tag()).with_added_extension("js");
        let file = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(format!("{}:{}", language.tag(), hashed::integrity(&file)))
    });
    Ok(hashes.collect::<Result<Vec<_>>>()?.join(" "))
}

/// Renames the `integrity` of the link that preloads for `fetch`.
fn with_hash_for_fetch(html: &str) -> Option<String> {
    let attribute = " integrity=";
    let link = html
        .match_indices("<link ")
        .map(|(start, _)| start..start + html[start..].find('>').unwrap_or(html.len() - start))
        .find(|link| html[link.clone()].contains("as=\"fetch\""))?;
    let at = link.start + html[link].find(attribute)?;
    Some(format!("{} data-integrity={}", &html[..at], &html[at + attribute.len()..]))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_what_is_fetched_moves_and_others_stay() {
        let html = "<link rel=\"modulepreload\" integrity=\"a\"><link rel=\"preload\" as=\"fetch\" integrity=\"b\"><p>";
        let expected = "<link rel=\"modulepreload\" integrity=\"a\"><link rel=\"preload\" as=\"fetch\" data-integrity=\"b\"><p>";
        assert_eq!(with_hash_for_fetch(html).as_deref(), Some(expected));
        for html in ["", "<link rel=\"preload\" as=\"fetch\">", "<link integrity=\"a\">"] {
            assert_eq!(with_hash_for_fetch(html), None, "{html}");
        }
    }
}
