//! `cargo xtask test`: every test, in stages from the quickest to the widest; the first that fails ends it.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::args::Stage;
use crate::process::{self, Output};
use crate::tools::{self, Chromium, Packages, Toolbox};
use crate::workspace::Workspace;
use crate::{gallery, npm, page, proxy, say};

/// Seconds that `wasm-bindgen-test-runner` gives a whole test file; its own 20 are few for two busy cores.
const BROWSER_TEST_SECONDS: &str = "180";

/// Runs all stages, or one.
///
/// # Errors
/// If something cannot be set up, or a stage fails.
pub(crate) fn run(workspace: &Workspace, only: Option<Stage>) -> Result<()> {
    let stages = [Stage::Native, Stage::Sdk, Stage::Nginx, Stage::Browser, Stage::EndToEnd];
    let mut times = Vec::new();
    let result =
        stages.into_iter().filter(|&stage| only.is_none_or(|only| only == stage)).try_for_each(|stage| {
            let start = Instant::now();
            let result = run_stage(workspace, stage).with_context(|| format!("the {} failed", name(stage)));
            times.push((stage, start.elapsed()));
            result
        });
    report(&times);
    result
}

fn run_stage(workspace: &Workspace, stage: Stage) -> Result<()> {
    match stage {
        Stage::Native => native(workspace),
        Stage::Sdk => sdk(workspace),
        Stage::Nginx => nginx(workspace),
        Stage::Browser => {
            let toolbox = Toolbox::for_browser_tests(workspace)?;
            browser(workspace, &toolbox, &tools::chromium()?)
        }
        Stage::EndToEnd => {
            let toolbox = Toolbox::for_page(workspace)?;
            end_to_end(workspace, &toolbox, &tools::chromium()?)
        }
    }
}

/// With the widget's features, since what they add has native tests as well.
fn native(workspace: &Workspace) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--workspace", "--exclude", "e2e"]);
    cargo.args(["--features", "batch-task-widget/element,batch-task-widget/page"]);
    process::run(&mut cargo, Output::Through)
}

/// The simulator, called by the SDK that the API's makers give out.
fn sdk(workspace: &Workspace) -> Result<()> {
    let packages = Packages {
        name: "alibabacloud-polardb",
        requirements: "proxy/tests/sdk/requirements.txt",
        why: "to let the official SDK call the simulator",
    };
    let python = tools::python_with(&workspace.root, &packages)?;
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--package", "batch-task-proxy", "--features", "sdk-tests", "--test", "sdk"]);
    process::run(cargo.env("BATCH_TASK_SDK_PYTHON", python), Output::Through)
}

/// nginx in front of several proxies, with the configuration that is shipped.
fn nginx(workspace: &Workspace) -> Result<()> {
    let program = tools::nginx()?;
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--package", "batch-task-proxy", "--features", "nginx-tests", "--test", "nginx"]);
    process::run(cargo.env("BATCH_TASK_NGINX", program), Output::Through)
}

/// Only the files in `tests/`: the library's own tests are native ones.
fn browser(workspace: &Workspace, toolbox: &Toolbox, chromium: &Chromium) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--package", "batch-task-widget", "--features", "element", "--test", "*"]);
    cargo.args(["--target", "wasm32-unknown-unknown"]);
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", BROWSER_TEST_SECONDS);
    with_chromium(&mut cargo, chromium);
    toolbox.equip(&mut cargo, None)?;
    process::run(&mut cargo, Output::Through)
}

fn end_to_end(workspace: &Workspace, toolbox: &Toolbox, chromium: &Chromium) -> Result<()> {
    page::build(workspace, toolbox)?;
    let site = gallery::assemble(workspace)?;
    let checks = tools::npm_packages(workspace, "e2e", "3 seconds")?;
    npm::build(workspace)?;
    let program = proxy::build(workspace)?;
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--package", "e2e"]);
    cargo.env("BATCH_TASK_PROXY_BIN", program).env("BATCH_TASK_PAGE_DIR", site);
    cargo.env("BATCH_TASK_AXE", checks.join("node_modules/axe-core/axe.min.js"));
    cargo.env("BATCH_TASK_NPM_DIR", workspace.npm());
    with_chromium(&mut cargo, chromium);
    process::run(&mut cargo, Output::Through)
}

fn with_chromium(cargo: &mut Command, chromium: &Chromium) {
    cargo.env("CHROMIUM", &chromium.browser).env("CHROMEDRIVER", &chromium.driver);
}

fn report(times: &[(Stage, Duration)]) {
    for &(stage, time) in times {
        say::line(&format!("{}: {}", name(stage), say::duration(time)));
    }
}

fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Native => "native tests",
        Stage::Sdk => "tests with the official SDK",
        Stage::Nginx => "tests behind nginx",
        Stage::Browser => "browser tests",
        Stage::EndToEnd => "end-to-end tests",
    }
}
