//! `cargo xtask soak`: the widget for a day, accelerated, or for as long as it is told to. It must not know what happens meanwhile.

use anyhow::Result;

use crate::args::SoakOptions;
use crate::flavour::Flavour;
use crate::process::{self, Output};
use crate::test;
use crate::tools;
use crate::workspace::Workspace;

/// Of a day.
const HOURS: &str = "24";

/// Runs the day, or so many real minutes.
///
/// # Errors
/// If something cannot be set up or built, or does not hold for so long.
pub(crate) fn run(workspace: &Workspace, options: &SoakOptions) -> Result<()> {
    let browser = tools::browser(options.engine)?;
    let mut cargo =
        test::end_to_end_command(workspace, &test::build(workspace, Flavour::to_ship()?)?, &browser);
    cargo.args(["--", "--nocapture", "soak::"]);
    match options.minutes {
        None => cargo.env("BATCH_TASK_SOAK_HOURS", HOURS),
        Some(minutes) => cargo.env("BATCH_TASK_SOAK_MINUTES", minutes.to_string()),
    };
    process::run(&mut cargo, Output::Through)
}
