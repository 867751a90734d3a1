//! `cargo xtask test`: every test, in stages from the quickest to the widest; the first that fails ends it.

mod summary;
mod tries;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use batch_task_engines::ENGINE_VARIABLE;
use summary::Summary;

use crate::args::{Engine, Stage, TestOptions};
use crate::display::Display;
use crate::flavour::Flavour;
use crate::process::{self, Output};
use crate::tools::{self, Browser, Packages, Toolbox};
use crate::workspace::Workspace;
use crate::{gallery, hosts, npm, page, proxy, say, size};

/// Seconds that `wasm-bindgen-test-runner` gives a whole test file; its own 20 are few for two busy cores.
const BROWSER_TEST_SECONDS: &str = "180";

/// The variables by which `wasm-bindgen-test-runner` looks for a driver; it takes the first that is there.
const RUNNER_DRIVERS: [(Engine, &str); 3] =
    [(Engine::Chromium, "CHROMEDRIVER"), (Engine::Firefox, "GECKODRIVER"), (Engine::Webkit, "SAFARIDRIVER")];

/// Runs all stages, or one; those that need a browser once in each engine that is asked for.
///
/// # Errors
/// If something cannot be set up, or a stage fails.
pub(crate) fn run(workspace: &Workspace, options: &TestOptions) -> Result<()> {
    let stages = [Stage::Native, Stage::Sdk, Stage::Nginx, Stage::Browser, Stage::EndToEnd];
    let stages = stages.into_iter().filter(|&stage| options.only.is_none_or(|only| only == stage));
    let mut summary = Summary::default();
    let result = stages.into_iter().try_for_each(|stage| run_stage(workspace, stage, options, &mut summary));
    summary.report();
    result
}

fn run_stage(
    workspace: &Workspace,
    stage: Stage,
    options: &TestOptions,
    summary: &mut Summary,
) -> Result<()> {
    let TestOptions { engines, name, .. } = options;
    match stage {
        Stage::Native => summary.take("native tests", || native(workspace)),
        Stage::Sdk => summary.take("tests with the official SDK", || sdk(workspace)),
        Stage::Nginx => summary.take("tests behind nginx", || nginx(workspace)),
        Stage::Browser => {
            let browsers = browsers(engines)?;
            let toolbox = Toolbox::for_browser_tests(workspace)?;
            browsers.iter().try_for_each(|it| {
                let part = format!("browser tests in {}", it.engine);
                summary.take_with_tries(&part, || browser_tests(workspace, &toolbox, it))
            })
        }
        Stage::EndToEnd => {
            let browsers = browsers(engines)?;
            let flavour = Flavour::to_ship()?;
            let mut built =
                summary.take("building what the end-to-end tests use", || build(workspace, flavour))?;
            if engines.contains(&Engine::Chromium) {
                let page = || page::build_with_trunk_alone(workspace, &Toolbox::for_page(workspace)?);
                let page = summary.take("building the page with Trunk alone", page)?;
                built.push(("BATCH_TASK_TRUNK_DIR", page));
            }
            summary.take("sizes of what is shipped", || size::check(workspace, flavour))?;
            browsers.iter().try_for_each(|it| {
                let part = format!("end-to-end tests in {}", it.engine);
                summary.take_with_tries(&part, || end_to_end(workspace, &built, it, name))
            })
        }
    }
}

/// All of them before the first is used, so that a missing one is told of at once.
fn browsers(engines: &[Engine]) -> Result<Vec<Browser>> {
    engines.iter().copied().map(tools::browser).collect()
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

/// nginx in front of several proxies, with the configuration that is shipped; and what it serves the page with.
fn nginx(workspace: &Workspace) -> Result<()> {
    let program = tools::nginx()?;
    page::build(workspace, &Toolbox::for_page(workspace)?, Flavour::to_ship()?)?;
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--package", "batch-task-proxy", "--features", "nginx-tests", "--test", "nginx"]);
    cargo.env("BATCH_TASK_NGINX", program).env("BATCH_TASK_PAGE_DIR", workspace.page());
    process::run(&mut cargo, Output::Through)
}

/// The browser tests of one engine, once more if their driver was at fault; gives what needed that.
fn browser_tests(workspace: &Workspace, toolbox: &Toolbox, browser: &Browser) -> Result<Option<String>> {
    let attempt = || {
        let display = browser.display.as_deref().map(Display::start).transpose()?;
        let mut command = browser_tests_command(workspace, toolbox, browser)?;
        if let Some(display) = &display {
            command.env("DISPLAY", &display.name);
        }
        process::run_and_read(&mut command)
    };
    let (status, printed) = attempt()?;
    if status.success() {
        return Ok(None);
    }
    if !tries::is_the_drivers_fault(&printed) {
        bail!("a test failed, or could not be built ({status})");
    }
    say::line(&format!("once more, since {}'s driver hung", browser.engine));
    let (status, _) = attempt()?;
    if !status.success() {
        bail!("not at the second try either ({status})");
    }
    Ok(Some("all, after the driver hung".to_owned()))
}

/// `cargo test` of the files in `tests/` alone, for wasm: the library's own tests are native ones.
fn browser_tests_command(workspace: &Workspace, toolbox: &Toolbox, browser: &Browser) -> Result<Command> {
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--package", "batch-task-widget", "--features", "element", "--test", "*"]);
    cargo.args(["--target", tools::WASM_TARGET]);
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", BROWSER_TEST_SECONDS);
    for (engine, variable) in RUNNER_DRIVERS {
        match engine == browser.engine {
            true => cargo.env(variable, &browser.driver),
            false => cargo.env_remove(variable),
        };
    }
    toolbox.equip(&mut cargo)?;
    Ok(cargo)
}

/// Builds what the end-to-end tests use; gives it by the variables that they are told it in.
///
/// # Errors
/// If something cannot be set up or built.
pub(crate) fn build(workspace: &Workspace, flavour: Flavour) -> Result<Vec<(&'static str, PathBuf)>> {
    let toolbox = Toolbox::for_page(workspace)?;
    page::build(workspace, &toolbox, flavour)?;
    let site = gallery::assemble(workspace)?;
    let checks = tools::npm_packages(workspace, "e2e", "3 seconds")?;
    npm::build(workspace, flavour)?;
    Ok(vec![
        ("BATCH_TASK_PROXY_BIN", proxy::build(workspace)?),
        ("BATCH_TASK_PAGE_DIR", site),
        ("BATCH_TASK_NPM_DIR", workspace.npm()),
        ("BATCH_TASK_HOSTS_DIR", hosts::build(workspace, &toolbox)?),
        ("BATCH_TASK_AXE", checks.join("node_modules/axe-core/axe.min.js")),
    ])
}

/// The end-to-end tests in one engine. Few that fail may try once more, alone; gives which needed that.
fn end_to_end(
    workspace: &Workspace,
    built: &[(&str, PathBuf)],
    browser: &Browser,
    name: &str,
) -> Result<Option<String>> {
    let mut cargo = end_to_end_command(workspace, built, browser);
    // What looks through an instrument that Chromium alone has, or would take minutes in each engine, is marked as ignored,
    // with the reason, which the runner prints and counts elsewhere.
    cargo.arg("--");
    if browser.engine == Engine::Chromium {
        cargo.arg("--include-ignored");
    }
    // An empty one is in every path.
    cargo.arg(name);
    let (status, printed) = process::run_and_read(&mut cargo)?;
    if status.success() {
        return Ok(None);
    }
    let failed = tries::few_failed_tests(&printed)?;
    let names = failed.join(", ");
    say::line(&format!("once more, alone: {names}"));
    let mut again = end_to_end_command(workspace, built, browser);
    again.args(["--test", "suite", "--", "--include-ignored", "--test-threads=1", "--exact"]).args(&failed);
    process::run(&mut again, Output::Through)
        .with_context(|| format!("not at the second try either: {names}"))?;
    Ok(Some(names))
}

/// `cargo test` of the end-to-end tests, told what it needs.
pub(crate) fn end_to_end_command(
    workspace: &Workspace,
    built: &[(&str, PathBuf)],
    browser: &Browser,
) -> Command {
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--package", "e2e"]);
    cargo.envs(built.iter().map(|(name, path)| (name, path))).env(ENGINE_VARIABLE, browser.engine.word());
    browser.name_to(&mut cargo);
    cargo
}
