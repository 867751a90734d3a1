//! `cargo xtask lint`: static checks, fastest first.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use anyhow::{Result, bail, ensure};

use crate::process::{self, Output};
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{console, hosts, languages, tidy, tools};

/// The features that have native tests. Tests and lints of the host select them in the same way, so that cargo compiles the
/// dependencies once.
pub(crate) const HOST_FEATURES: &str =
    "--features=batch-task-widget/element,batch-task-widget/list,batch-task-widget/page";

/// Clippy for the default features, which Yew apps use. Selects the same packages as the check with [`HOST_FEATURES`], so
/// that their dependencies are compiled already.
const LIBRARY_CLIPPY: &str = "clippy --workspace --all-targets -- -Dwarnings";

/// Clippy for the browser, without the library's unit tests, which are native. The host check covers the feature `element`.
const WASM_CLIPPY: &str = "clippy --package=batch-task-widget --features=element,list,split,page --target=wasm32-unknown-unknown --lib \
                           --bins --test=* -- -Dwarnings";

/// The same for the program that contains only the list.
const WASM_LIST_CLIPPY: &str =
    "clippy --package=batch-task-widget --features=list --target=wasm32-unknown-unknown --lib -- -Dwarnings";

/// The crates that are published on crates.io. The others have `publish = false`.
const PUBLISHED: &[&str] = &[
    "batch-task-acs3",
    "batch-task-data",
    "batch-task-languages",
    "batch-task-prerender",
    "batch-task-proxy",
    "batch-task-redact",
    "batch-task-simulator",
    "batch-task-widget",
];

/// # Errors
/// At the first check that fails.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    console::step("checking formatting", || cargo(workspace, "fmt --all --check"))?;
    console::step("checking the project's own rules", || rules(workspace))?;
    console::step("checking the language files", || languages::check(workspace))?;
    console::step("running clippy for the host", || {
        cargo(workspace, &format!("clippy --workspace --all-targets {HOST_FEATURES} -- -Dwarnings"))
    })?;
    // `--all-targets` leaves out the tests whose manifests say `test = false`.
    console::step("running clippy for the tests that need more than cargo", || {
        let tests = "--test=sdk --test=nginx --test=suite";
        cargo(workspace, &format!("clippy --workspace {tests} {HOST_FEATURES} -- -Dwarnings"))
    })?;
    console::step("running clippy for the library without features", || cargo(workspace, LIBRARY_CLIPPY))?;
    tools::wasm_target()?;
    console::step("running clippy for wasm32", || {
        cargo(workspace, WASM_CLIPPY)?;
        cargo(workspace, WASM_LIST_CLIPPY)
    })?;
    console::step("building the docs", || {
        let mut doc = workspace.cargo();
        doc.args([
            "doc",
            "--no-deps",
            "--workspace",
            "--features=batch-task-widget/element,batch-task-widget/list",
        ]);
        doc.env("RUSTDOCFLAGS", "-Dwarnings");
        process::run(&mut doc, Output::Inherit)
    })?;
    dependencies(workspace)?;
    console::step("packaging the published crates", || {
        let mut package = workspace.cargo();
        package.args("package --quiet --no-verify --allow-dirty --offline".split(' '));
        for name in PUBLISHED {
            package.args(["--package", name]);
        }
        process::run(&mut package, Output::ToStderr)
    })?;
    npm_packages(workspace)
}

/// Checks licences, sources and bans, and advisories if this machine has the advisory database.
fn dependencies(workspace: &Workspace) -> Result<()> {
    let toolbox = Toolbox::for_lint()?;
    // cargo-deny reads every package of the lock file, including those for other systems, which no build has downloaded.
    console::step("downloading the packages of the lock file", || cargo(workspace, "fetch --locked"))?;
    let deny = |checks: &str| {
        let mut cargo = workspace.cargo();
        // Offline: does not update the advisory database.
        cargo.args("deny --offline --log-level error check --hide-inclusion-graph".split(' '));
        cargo.args(checks.split(' '));
        toolbox.set_path(&mut cargo)?;
        process::run(&mut cargo, Output::ToStderr)
    };
    console::step("checking licences, sources and bans of the dependencies", || {
        deny("licenses sources bans")
    })?;
    if !has_advisories() {
        console::line(
            "advisories are not checked: there is no advisory database (`cargo deny fetch` downloads it)",
        );
        return Ok(());
    }
    console::step("checking advisories about the dependencies", || deny("advisories"))
}

/// Audits the npm packages of benchmarks and tests. The shipped npm package has no dependencies.
fn npm_packages(workspace: &Workspace) -> Result<()> {
    let hosts = hosts::BUNDLED.iter().map(|host| format!("e2e/hosts/{host}"));
    for folder in ["bench/peers".to_owned(), "e2e".to_owned()].into_iter().chain(hosts) {
        let mut npm = Command::new("npm");
        npm.args(["audit", "--audit-level=high"]).current_dir(workspace.root.join(&folder));
        match process::stdout(&mut npm) {
            Ok(_) => console::line(&format!("npm audit: no advisories for the packages of {folder}")),
            // Some registry mirrors do not support audits, and npm may not be installed.
            Err(error) if is_unsupported(&error) => {
                console::line(&format!(
                    "the packages of {folder} are not audited: npm or its registry cannot do it"
                ));
            }
            Err(_) => {
                bail!("npm audit: advisories for the packages of {folder}; run `npm audit` there for details")
            }
        }
    }
    Ok(())
}

/// Whether the audit did not run.
fn is_unsupported(error: &anyhow::Error) -> bool {
    let text = error.to_string();
    text.contains("audit endpoint returned an error") || text.contains("cannot start")
}

/// Whether `cargo deny fetch` has downloaded the advisory database.
fn has_advisories() -> bool {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let databases = home.and_then(|home| fs::read_dir(home.join("advisory-dbs")).ok());
    databases.is_some_and(|databases| databases.flatten().any(|entry| entry.path().is_dir()))
}

/// Runs cargo with arguments that are separated by spaces.
fn cargo(workspace: &Workspace, arguments: &str) -> Result<()> {
    process::run(workspace.cargo().args(arguments.split(' ')), Output::Inherit)
}

fn rules(workspace: &Workspace) -> Result<()> {
    let findings = tidy::check(workspace)?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    ensure!(findings.is_empty(), "violations of the project's own rules: {}", findings.len());
    Ok(())
}
