//! `cargo xtask test`: runs the tests in stages, fastest first, until a stage fails.

mod driver_hang;
mod failed;
mod summary;

use std::path::PathBuf;
use std::process::Command;
use std::thread;

use anyhow::{Result, anyhow, bail};
use batch_task_browser_engines::ENGINE_VARIABLE;
use summary::Summary;

use crate::args::{Engine, Stage, TestOptions};
use crate::build_variant::BuildVariant;
use crate::display::Display;
use crate::lint::HOST_FEATURES;
use crate::process::{self, Output};
use crate::tools::{self, Browser, Packages, Toolbox};
use crate::workspace::Workspace;
use crate::{console, gallery, hosts, npm, page, proxy, size};

/// Timeout of `wasm-bindgen-test-runner` for a test file. Its default of 20 s is too short for two busy cores.
const BROWSER_TEST_SECONDS: &str = "180";

/// Variables that name the drivers for `wasm-bindgen-test-runner`, which uses the first that is set.
const RUNNER_DRIVERS: [(Engine, &str); 3] =
    [(Engine::Chromium, "CHROMEDRIVER"), (Engine::Firefox, "GECKODRIVER"), (Engine::Webkit, "SAFARIDRIVER")];

/// Runs all stages or one. Stages that need a browser run once in each selected engine.
///
/// # Errors
/// If a stage fails or cannot be set up.
pub(crate) fn run(workspace: &Workspace, options: &TestOptions) -> Result<()> {
    let mut summary = Summary::default();
    let result = run_stages(workspace, options, &mut summary);
    summary.report();
    result
}

fn run_stages(workspace: &Workspace, options: &TestOptions, summary: &mut Summary) -> Result<()> {
    if !options.runs(Stage::EndToEnd) {
        return run_before_end_to_end(workspace, options, summary);
    }
    // Before the thread starts, so that no tool is installed twice at the same time.
    let browsers = browsers(options.engines())?;
    Toolbox::for_module(workspace)?;
    let toolbox = Toolbox::for_page(workspace)?;
    let variant = BuildVariant::shipped()?;
    let built = thread::scope(|scope| {
        // At the same time as the other stages, because the optimisation of WebAssembly uses only one core.
        let build = scope.spawn(|| {
            let mut built = build(workspace, variant)?;
            if options.engines().contains(&Engine::Chromium) {
                built.push(("BATCH_TASK_TRUNK_DIR", page::build_with_trunk_alone(workspace, &toolbox)?));
                built.push(("BATCH_TASK_OLDEST_CHROMIUM", tools::oldest_chromium(workspace)?));
            }
            Ok(built)
        });
        let others = run_before_end_to_end(workspace, options, summary);
        if let Err(error) = &others
            && !build.is_finished()
        {
            console::line(&format!("{error:#}; waiting for the build of the end-to-end tests"));
        }
        let wait = || build.join().map_err(|_| anyhow!("the build panicked"))?;
        let built = summary.take("waiting for the build of the end-to-end tests", wait);
        others.and(built)
    })?;
    summary.take("download sizes", || size::check(workspace, variant))?;
    browsers.iter().try_for_each(|it| {
        let part = format!("end-to-end tests in {}", it.engine);
        for name in summary.take(&part, || end_to_end(workspace, &built, it, &options.name))? {
            summary.note(&format!("FLAKY: {name} failed in {} and passed when it ran alone", it.engine));
        }
        Ok(())
    })
}

/// Runs the selected stages besides the end-to-end tests.
fn run_before_end_to_end(workspace: &Workspace, options: &TestOptions, summary: &mut Summary) -> Result<()> {
    if options.runs(Stage::Native) {
        summary.take("native tests", || native(workspace))?;
    }
    if options.runs(Stage::Sdk) {
        summary.take("tests with the official SDK", || sdk(workspace))?;
    }
    if options.runs(Stage::Browser) {
        let toolbox = Toolbox::for_browser_tests(workspace)?;
        for browser in browsers(options.engines())? {
            let part = format!("browser tests in {}", browser.engine);
            if summary.take(&part, || browser_tests(workspace, &toolbox, &browser))? > 1 {
                summary.note(&format!("{part} passed at the second try, after the WebDriver hung"));
            }
        }
    }
    if options.runs(Stage::Nginx) {
        summary.take("tests behind nginx", || nginx(workspace))?;
    }
    Ok(())
}

/// Finds or installs all browsers before the first is used, so that a missing one is reported early.
fn browsers(engines: &[Engine]) -> Result<Vec<Browser>> {
    engines.iter().copied().map(tools::browser).collect()
}

/// Returns `cargo test` for the host. Every stage selects the whole workspace with the same features, because cargo would
/// otherwise compile the dependencies again for each selection of features.
fn host_tests(workspace: &Workspace) -> Command {
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--workspace", HOST_FEATURES]);
    cargo
}

fn native(workspace: &Workspace) -> Result<()> {
    process::run(&mut host_tests(workspace), Output::Inherit)
}

/// Tests the simulator with the official SDK as the client.
fn sdk(workspace: &Workspace) -> Result<()> {
    let packages = Packages {
        name: "alibabacloud-polardb",
        requirements: "crates/proxy/tests/sdk/requirements.txt",
        purpose: "to test the simulator with the official SDK",
    };
    let python = tools::python_with(&workspace.root, &packages)?;
    let mut cargo = host_tests(workspace);
    cargo.args(["--test", "sdk"]);
    process::run(cargo.env("BATCH_TASK_SDK_PYTHON", python), Output::Inherit)
}

/// Tests the shipped nginx configuration, with nginx in front of several proxies.
fn nginx(workspace: &Workspace) -> Result<()> {
    let program = tools::nginx()?;
    page::build(workspace, &Toolbox::for_page(workspace)?, BuildVariant::shipped()?)?;
    let mut cargo = host_tests(workspace);
    cargo.args(["--test", "nginx"]);
    cargo.env("BATCH_TASK_NGINX", program).env("BATCH_TASK_PAGE_DIR", workspace.page());
    process::run(&mut cargo, Output::Inherit)
}

/// Runs the browser tests in one engine, and again if the driver hung. Returns the number of tries.
fn browser_tests(workspace: &Workspace, toolbox: &Toolbox, browser: &Browser) -> Result<u8> {
    let attempt = || {
        let display = browser.display.as_deref().map(Display::start).transpose()?;
        let mut command = browser_tests_command(workspace, toolbox, browser)?;
        if let Some(display) = &display {
            command.env("DISPLAY", &display.name);
        }
        process::run_captured(&mut command)
    };
    let (status, lines) = attempt()?;
    if status.success() {
        return Ok(1);
    }
    if !driver_hang::is_driver_hang(&lines) {
        bail!("a test failed or did not compile ({status})");
    }
    console::line(&format!("the driver of {} hung: running the tests again", browser.engine));
    let (status, _) = attempt()?;
    if !status.success() {
        bail!("the second try failed, too ({status})");
    }
    Ok(2)
}

/// `cargo test` for wasm, restricted to `tests/`: the library's unit tests are native.
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
    toolbox.set_path(&mut cargo)?;
    Ok(cargo)
}

/// Builds everything that the end-to-end tests use. Returns the environment variables by which they find it.
pub(crate) fn build(workspace: &Workspace, variant: BuildVariant) -> Result<Vec<(&'static str, PathBuf)>> {
    let toolbox = Toolbox::for_page(workspace)?;
    page::build(workspace, &toolbox, variant)?;
    let checks = tools::npm_packages(workspace, "e2e", "3 seconds")?;
    npm::build(workspace, variant)?;
    let site = gallery::assemble(workspace)?;
    console::step("checking the exports and types of the npm package", || {
        npm::check_exports(workspace, &checks)
    })?;
    Ok(vec![
        ("BATCH_TASK_PROXY_BIN", proxy::build(workspace)?),
        ("BATCH_TASK_PAGE_DIR", site),
        ("BATCH_TASK_NPM_DIR", workspace.npm()),
        ("BATCH_TASK_HOSTS_DIR", hosts::build(workspace, &toolbox)?),
        ("BATCH_TASK_AXE", checks.join("node_modules/axe-core/axe.min.js")),
    ])
}

/// Runs the end-to-end tests in one engine. The tests that fail, if they are few, run once more without other tests beside
/// them. Returns the names of those that passed then: each has a fault, but mostly in the test.
fn end_to_end(
    workspace: &Workspace,
    built: &[(&str, PathBuf)],
    browser: &Browser,
    name: &str,
) -> Result<Vec<String>> {
    let mut cargo = end_to_end_command(workspace, built, browser);
    // Tests that need Chromium's DevTools, or take minutes, are marked as ignored with the reason; they run in Chromium only.
    cargo.arg("--");
    // One more than the cores, because many tests wait for the polling interval.
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cargo.arg(format!("--test-threads={}", cores + 1));
    if browser.engine == Engine::Chromium {
        cargo.arg("--include-ignored");
    }
    // An empty name matches every test.
    let (status, lines) = process::run_captured(cargo.arg(name))?;
    if status.success() {
        return Ok(Vec::new());
    }
    let Some(failed) = failed::few(&lines) else { bail!("a test failed or did not compile ({status})") };
    console::line(&format!("running alone what failed in {}: {}", browser.engine, failed.join(", ")));
    let mut cargo = end_to_end_command(workspace, built, browser);
    cargo.args(["--", "--test-threads=1", "--include-ignored", "--exact"]);
    process::run(cargo.args(&failed), Output::Inherit)?;
    Ok(failed)
}

/// `cargo test` for the end-to-end tests in one browser, with the variables from [`build`].
pub(crate) fn end_to_end_command(
    workspace: &Workspace,
    built: &[(&str, PathBuf)],
    browser: &Browser,
) -> Command {
    let mut cargo = host_tests(workspace);
    cargo.args(["--test", "suite"]);
    cargo.envs(built.iter().map(|(name, path)| (name, path))).env(ENGINE_VARIABLE, browser.engine.word());
    browser.set_variables(&mut cargo);
    cargo
}
