//! `cargo xtask lint`: what can be said about the code without running it, the quickest first.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use anyhow::{Result, bail};

use crate::process::{self, Output};
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{hosts, languages, say, tidy, tools};

/// With all features but those of other targets, since what they add has native tests as well.
const HOST_CLIPPY: &[&str] = &[
    "clippy",
    "--workspace",
    "--all-targets",
    "--features=batch-task-widget/element,batch-task-widget/page,batch-task-proxy/sdk-tests,batch-task-proxy/nginx-tests",
    "--",
    "-Dwarnings",
];

/// What somebody gets who uses the widget as a library.
const LIBRARY_CLIPPY: &[&str] = &["clippy", "--package=batch-task-widget", "--lib", "--", "-Dwarnings"];

/// All but the library's own tests, which are native ones. What is not split is linted for the host.
const WASM_CLIPPY: &[&str] = &[
    "clippy",
    "--package=batch-task-widget",
    "--features=split,page",
    "--target=wasm32-unknown-unknown",
    "--lib",
    "--bins",
    "--test=*",
    "--",
    "-Dwarnings",
];

/// Checks everything.
///
/// # Errors
/// At the first check that finds something.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    say::step("formatting", || cargo(workspace, &["fmt", "--all", "--check"]))?;
    say::step("the project's own rules", || rules(workspace))?;
    say::step("the language files", || languages::check(workspace))?;
    say::step("clippy for the host", || cargo(workspace, HOST_CLIPPY))?;
    say::step("clippy for the library without features", || cargo(workspace, LIBRARY_CLIPPY))?;
    tools::wasm_target()?;
    say::step("clippy for wasm32", || cargo(workspace, WASM_CLIPPY))?;
    say::step("docs", || {
        let mut doc = workspace.cargo();
        doc.args(["doc", "--no-deps", "--workspace", "--features=batch-task-widget/element"]);
        doc.env("RUSTDOCFLAGS", "-Dwarnings");
        process::run(&mut doc, Output::Through)
    })?;
    dependencies(workspace)?;
    npm_packages(workspace)
}

/// Licences, sources and duplicates are told by the lock file; known holes need a database, which a machine may not be
/// able to get.
fn dependencies(workspace: &Workspace) -> Result<()> {
    let toolbox = Toolbox::for_lint()?;
    // `deny` reads every package of the lock file, those of other systems too, which no build here has downloaded.
    say::step("packages of the lock file", || cargo(workspace, &["fetch", "--locked"]))?;
    let deny = |check: &[&str]| {
        let mut cargo = workspace.cargo();
        // Without the network: the database is looked at as it is.
        cargo
            .args(["deny", "--offline", "--log-level", "error", "check", "--hide-inclusion-graph"])
            .args(check);
        toolbox.equip(&mut cargo)?;
        process::run(&mut cargo, Output::ToStderr)
    };
    say::step("licences, sources and bans of the dependencies", || deny(&["licenses", "sources", "bans"]))?;
    if !has_advisories() {
        say::line(
            "advisories are not checked: this machine has no advisory database (`cargo deny fetch` gets it, where \
             GitHub can be reached)",
        );
        return Ok(());
    }
    say::step("advisories about the dependencies", || deny(&["advisories"]))
}

/// What npm knows against the packages that measurements and tests are made with; the package that is shipped has none.
fn npm_packages(workspace: &Workspace) -> Result<()> {
    let hosts = hosts::BUNDLED.iter().map(|host| format!("e2e/hosts/{host}"));
    for folder in ["bench/peers".to_owned(), "e2e".to_owned()].into_iter().chain(hosts) {
        let mut npm = Command::new("npm");
        npm.args(["audit", "--audit-level=high"]).current_dir(workspace.root.join(&folder));
        match process::answer(&mut npm) {
            Ok(_) => say::line(&format!("npm knows of nothing against the packages of {folder}")),
            // A mirror may not answer that question, and a machine may have no npm.
            Err(error) if is_unanswered(&error) => {
                say::line(&format!(
                    "the packages of {folder} are not audited: npm's registry was not to be asked"
                ));
            }
            Err(_) => {
                bail!("npm knows of something against the packages of {folder}: `npm audit` there says what")
            }
        }
    }
    Ok(())
}

/// Whether npm had nobody to ask: it found nothing, then.
fn is_unanswered(error: &anyhow::Error) -> bool {
    let text = error.to_string();
    text.contains("audit endpoint returned an error") || text.contains("cannot start")
}

/// Whether a `cargo deny fetch` has left its database here.
fn has_advisories() -> bool {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let databases = home.and_then(|home| fs::read_dir(home.join("advisory-dbs")).ok());
    databases.is_some_and(|databases| databases.flatten().any(|entry| entry.path().is_dir()))
}

fn cargo(workspace: &Workspace, args: &[&str]) -> Result<()> {
    process::run(workspace.cargo().args(args), Output::Through)
}

fn rules(workspace: &Workspace) -> Result<()> {
    let findings = tidy::check(workspace)?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => bail!("one of the project's own rules is broken"),
        count => bail!("the project's own rules are broken in {count} places"),
    }
}
