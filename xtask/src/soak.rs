//! `cargo xtask soak`: runs the soak test of the end-to-end tests, for an accelerated day or for some minutes of real time.

use anyhow::Result;

use crate::args::SoakOptions;
use crate::build_variant::BuildVariant;
use crate::process::{self, Output};
use crate::test;
use crate::tools;
use crate::workspace::Workspace;

/// Simulated time of the accelerated test.
const HOURS: &str = "24";

pub(crate) fn run(workspace: &Workspace, options: &SoakOptions) -> Result<()> {
    let browser = tools::browser(options.engine)?;
    let mut cargo =
        test::end_to_end_command(workspace, &test::build(workspace, BuildVariant::shipped()?)?, &browser);
    cargo.args(["--", "--nocapture", "soak::"]);
    match options.minutes {
        None => cargo.env("BATCH_TASK_SOAK_HOURS", HOURS),
        Some(minutes) => cargo.env("BATCH_TASK_SOAK_MINUTES", minutes.to_string()),
    };
    process::run(&mut cargo, Output::Inherit)
}
