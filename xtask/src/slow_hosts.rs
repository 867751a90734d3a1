//! `cargo xtask hosts`: builds the host pages that take minutes to build, Angular and Next, with the packed npm package, and runs
//! the end-to-end tests of host pages on them in Chromium.

use anyhow::Result;

use crate::args::Engine;
use crate::build_variant::BuildVariant;
use crate::process::{self, Output};
use crate::workspace::Workspace;
use crate::{hosts, test, tools};

/// The tests that run once per host page.
const TESTS: [&str; 2] = ["hosts::each_host", "react::"];

/// # Errors
/// If a host cannot be built, or a test fails.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let browser = tools::browser(Engine::Chromium)?;
    let built = test::build(workspace, BuildVariant::shipped()?)?;
    hosts::bundle(workspace, hosts::SLOW)?;
    let mut cargo = test::end_to_end_command(workspace, &built, &browser);
    cargo.env("BATCH_TASK_SLOW_HOSTS", "1").arg("--").args(TESTS);
    process::run(&mut cargo, Output::Inherit)
}
