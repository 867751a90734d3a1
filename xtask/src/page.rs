//! The standalone page, built by Trunk into `dist/page/`, and not built again while nothing that it is made of changes.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use batch_task_languages::Language;
use sha2::{Digest as _, Sha384};

use crate::fingerprint::Fingerprint;
use crate::process::{self, Output};
use crate::tools::{Presence, Toolbox};
use crate::workspace::Workspace;
use crate::{interrupt, languages, say, stand_in};

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
    "rust-toolchain.toml",
    "src",
    "static",
];

/// Builds the page in release mode, if need be.
///
/// # Errors
/// If Trunk fails; what it printed says why.
pub(crate) fn build(workspace: &Workspace, toolbox: &Toolbox) -> Result<()> {
    let _lock = alone(workspace)?;
    let stamp = workspace.notes().join("page.stamp");
    let inputs = inputs(workspace, toolbox)?;
    if let Ok(last) = fs::read_to_string(&stamp)
        && last == contents(&inputs, &outputs(workspace)?)
    {
        return Ok(());
    }
    // A build that fails half-way must not pass for the one before.
    let _ = fs::remove_file(&stamp);
    say::step("building the page with Trunk (release; about 2 minutes from nothing)", || {
        process::run(&mut trunk(workspace, toolbox)?, Output::ToStderr)?;
        languages::write(&workspace.page(), &Language::ALL)?;
        finish(workspace)
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

fn trunk(workspace: &Workspace, toolbox: &Toolbox) -> Result<Command> {
    let mut trunk = Command::new("trunk");
    trunk.args(["build", "--release"]).current_dir(&workspace.root);
    // Its errors carry a page of its own stack otherwise, wherever this is set for the tests.
    trunk.env("RUST_BACKTRACE", "0");
    // Trunk 0.21 reads this as true or false and refuses the customary 1.
    if std::env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    let mut first = None;
    if toolbox.wasm_opt == Presence::Missing {
        first = Some(stand_in::install(workspace)?);
        trunk.env("TRUNK_TOOLS_WASM_OPT", stand_in::RELEASE);
    }
    toolbox.equip(&mut trunk, first)?;
    Ok(trunk)
}

/// What Trunk cannot do: the hashes of the wasm and of the languages are for boot.js, since browsers warn of one at a link that
/// preloads for `fetch`, and nothing is to be loaded for a language that nobody speaks; and the folder says what it is.
fn finish(workspace: &Workspace) -> Result<()> {
    let path = workspace.page().join("index.html");
    let html = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
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

/// `zh-CN:sha384-…`, one after another.
fn language_hashes(page: &Path) -> Result<String> {
    let hashes = Language::ALL.into_iter().map(|language| {
        let path = page.join(languages::FOLDER).join(language.tag()).with_added_extension("js");
        let file = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(format!("{}:sha384-{}", language.tag(), BASE64_STANDARD.encode(Sha384::digest(file))))
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

fn inputs(workspace: &Workspace, toolbox: &Toolbox) -> Result<String> {
    let mut fingerprint = Fingerprint::default();
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
