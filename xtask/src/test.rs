//! `cargo xtask test`: every test, in stages from the quickest to the widest; the first that fails ends it.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::args::{Engine, Stage, TestOptions};
use crate::display::Display;
use crate::process::{self, Output};
use crate::tools::{self, Browser, Packages, Toolbox};
use crate::workspace::Workspace;
use crate::{gallery, hosts, interrupt, npm, page, proxy, say, size};

/// Seconds that `wasm-bindgen-test-runner` gives a whole test file; its own 20 are few for two busy cores.
const BROWSER_TEST_SECONDS: &str = "180";

/// More failures than these are no bad luck.
const MOST_SECOND_TRIES: usize = 5;

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
    let mut times = Times::default();
    let result = stages.into_iter().try_for_each(|stage| run_stage(workspace, stage, options, &mut times));
    times.report();
    result
}

fn run_stage(workspace: &Workspace, stage: Stage, options: &TestOptions, times: &mut Times) -> Result<()> {
    let TestOptions { engines, name, .. } = options;
    match stage {
        Stage::Native => times.take("native tests", || native(workspace)),
        Stage::Sdk => times.take("tests with the official SDK", || sdk(workspace)),
        Stage::Nginx => times.take("tests behind nginx", || nginx(workspace)),
        Stage::Browser => {
            let browsers = browsers(engines)?;
            let toolbox = Toolbox::for_browser_tests(workspace)?;
            browsers.iter().try_for_each(|it| {
                let name = format!("browser tests in {}", it.engine);
                times.take(&name, || {
                    browser(workspace, &toolbox, it).or_else(|error| {
                        interrupt::check()?;
                        say::line(&format!("once more, since a driver may hang: {error:#}"));
                        browser(workspace, &toolbox, it)?;
                        say::line(&format!("{name} passed at the second try only"));
                        Ok(())
                    })
                })
            })
        }
        Stage::EndToEnd => {
            let browsers = browsers(engines)?;
            let built = times.take("building what the end-to-end tests use", || build(workspace))?;
            times.take("sizes of what is shipped", || size::check(workspace))?;
            browsers.iter().try_for_each(|it| {
                times.take(&format!("end-to-end tests in {}", it.engine), || {
                    end_to_end(workspace, &built, it, name)
                })
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

/// nginx in front of several proxies, with the configuration that is shipped.
fn nginx(workspace: &Workspace) -> Result<()> {
    let program = tools::nginx()?;
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--package", "batch-task-proxy", "--features", "nginx-tests", "--test", "nginx"]);
    process::run(cargo.env("BATCH_TASK_NGINX", program), Output::Through)
}

/// Only the files in `tests/`: the library's own tests are native ones.
fn browser(workspace: &Workspace, toolbox: &Toolbox, browser: &Browser) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--package", "batch-task-widget", "--features", "element", "--test", "*"]);
    cargo.args(["--target", "wasm32-unknown-unknown"]);
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", BROWSER_TEST_SECONDS);
    for (engine, variable) in RUNNER_DRIVERS {
        match engine == browser.engine {
            true => cargo.env(variable, &browser.driver),
            false => cargo.env_remove(variable),
        };
    }
    toolbox.equip(&mut cargo, None)?;
    let display = browser.display.as_deref().map(Display::start).transpose()?;
    if let Some(display) = &display {
        cargo.env("DISPLAY", &display.name);
    }
    process::run(&mut cargo, Output::Through)
}

/// Builds what the end-to-end tests use; gives it by the variables that they are told it in.
///
/// # Errors
/// If something cannot be set up or built.
pub(crate) fn build(workspace: &Workspace) -> Result<[(&'static str, PathBuf); 5]> {
    let toolbox = Toolbox::for_page(workspace)?;
    page::build(workspace, &toolbox)?;
    let site = gallery::assemble(workspace)?;
    let checks = tools::npm_packages(workspace, "e2e", "3 seconds")?;
    npm::build(workspace)?;
    Ok([
        ("BATCH_TASK_PROXY_BIN", proxy::build(workspace)?),
        ("BATCH_TASK_PAGE_DIR", site),
        ("BATCH_TASK_NPM_DIR", workspace.npm()),
        ("BATCH_TASK_HOSTS_DIR", hosts::build(workspace, &toolbox)?),
        ("BATCH_TASK_AXE", checks.join("node_modules/axe-core/axe.min.js")),
    ])
}

/// Few that fail may try once more, alone: three engines on two busy cores now and then lose a race that no viewer sees.
/// It is said which did.
fn end_to_end(workspace: &Workspace, built: &[(&str, PathBuf)], browser: &Browser, name: &str) -> Result<()> {
    let mut cargo = end_to_end_command(workspace, built, browser);
    // What looks through an instrument that Chromium alone has is marked as ignored, with the reason, which the runner
    // prints and counts elsewhere.
    cargo.arg("--");
    if browser.engine == Engine::Chromium {
        cargo.arg("--include-ignored");
    }
    // An empty one is in every path.
    cargo.arg(name);
    let (status, printed) = process::run_and_read(&mut cargo)?;
    if status.success() {
        return Ok(());
    }
    let failed = failed_tests(&printed);
    if !(1..=MOST_SECOND_TRIES).contains(&failed.len()) {
        bail!("{} tests failed in {}", failed.len(), browser.engine);
    }
    say::line(&format!("once more, alone: {}", failed.join(", ")));
    let mut again = end_to_end_command(workspace, built, browser);
    again.args(["--test", "suite", "--", "--include-ignored", "--test-threads=1", "--exact"]).args(&failed);
    process::run(&mut again, Output::Through)?;
    say::line(&format!("passed in {} at the second try only: {}", browser.engine, failed.join(", ")));
    Ok(())
}

/// The names of the tests that libtest says have failed.
fn failed_tests(printed: &[String]) -> Vec<&str> {
    printed.iter().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED")).collect()
}

/// `cargo test` of the end-to-end tests, told what it needs.
pub(crate) fn end_to_end_command(
    workspace: &Workspace,
    built: &[(&str, PathBuf)],
    browser: &Browser,
) -> Command {
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--package", "e2e"]);
    cargo.envs(built.iter().map(|(name, path)| (name, path))).env("BATCH_TASK_ENGINE", browser.engine.word());
    browser.name_to(&mut cargo);
    cargo
}

/// What has run so far, and how long it took.
#[derive(Default)]
struct Times(Vec<(String, Duration)>);

impl Times {
    fn take<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let start = Instant::now();
        let result = work().with_context(|| format!("{name} failed"));
        self.0.push((name.to_owned(), start.elapsed()));
        result
    }

    fn report(&self) {
        for (name, time) in &self.0 {
            say::line(&format!("{name}: {}", say::duration(*time)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_in_what_libtest_prints() {
        let printed = ["test a::b ... ok", "test a::c ... FAILED", "a::c", "test result: FAILED. 1 passed"];
        assert_eq!(failed_tests(&printed.map(str::to_owned)), ["a::c"]);
    }
}
