//! `cargo xtask fuzz`: runs the targets of `fuzz/` with cargo-fuzz.
//!
//! Failing inputs are written to `fuzz/found/`, whose files are test cases of `cargo test`. The corpus is in cargo's target
//! folder, since libFuzzer can derive it from the seeds again.

use std::fs::{self, File};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::args::FuzzOptions;
use crate::process::{self, Output};
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{console, files, interrupt};

/// The code under test is safe Rust, for which a sanitizer finds nothing. Without one the targets are twice as fast and do not
/// need a nightly compiler.
const BUILD_FLAGS: &[&str] = &["--features", "libfuzzer", "--sanitizer", "none"];

/// An input that takes longer is reported as a failure.
const TIMEOUT_S: u32 = 10;

/// Longer inputs have not found more than shorter ones.
const MAX_INPUT_BYTES: u32 = 4_096;

/// Builds the targets and runs them one after another, also after a target has failed.
///
/// # Errors
/// If a build fails, or a target has found a failing input.
pub(crate) fn run(workspace: &Workspace, options: &FuzzOptions) -> Result<()> {
    let toolbox = Toolbox::for_fuzzing()?;
    let all = targets(workspace)?;
    let selected = match &options.only {
        None => all,
        Some(only) if all.contains(only) => vec![only.clone()],
        Some(only) => bail!("unknown target `{only}`; the targets are {}", all.join(", ")),
    };
    console::step("building the fuzz targets (about 2 minutes from scratch)", || {
        process::run(&mut cargo_fuzz(workspace, &toolbox, "build")?, Output::ToStderr)
    })?;
    let mut failed = Vec::new();
    for target in &selected {
        let what = format!("fuzzing {target} for {} s", options.seconds);
        if let Err(error) = console::step(&what, || run_target(workspace, &toolbox, target, options.seconds))
        {
            interrupt::check()?;
            console::line(&format!("{error:#}"));
            failed.push(target.as_str());
        }
    }
    match failed.as_slice() {
        [] => Ok(()),
        failed => bail!(
            "{} failed: the inputs are in fuzz/found/, and `cargo test --package fuzz` reproduces the failures",
            failed.join(", ")
        ),
    }
}

fn run_target(workspace: &Workspace, toolbox: &Toolbox, target: &str, seconds: u32) -> Result<()> {
    let fuzz = workspace.root.join("fuzz");
    let corpus = workspace.target.join("fuzz").join("corpus").join(target);
    let found = fuzz.join("found").join(target);
    for folder in [&corpus, &found] {
        files::create_folder(folder)?;
    }
    let mut cargo = cargo_fuzz(workspace, toolbox, "run")?;
    cargo.arg(target).arg(corpus).arg(fuzz.join("seeds").join(target));
    if target == "decoder" {
        cargo.arg(workspace.root.join("tests").join("fixtures"));
    }
    cargo.args(["--", "-print_final_stats=1"]);
    cargo.arg(format!("-max_total_time={seconds}"));
    cargo.arg(format!("-timeout={TIMEOUT_S}"));
    cargo.arg(format!("-max_len={MAX_INPUT_BYTES}"));
    cargo.arg(format!("-dict={}", fuzz.join("json.dict").display()));
    cargo.arg(format!("-artifact_prefix={}/", found.display()));
    // libFuzzer prints hundreds of lines.
    let log = workspace.target.join("fuzz").join(format!("{target}.log"));
    cargo.stderr(File::create(&log).with_context(|| format!("cannot write {}", log.display()))?);
    let result = process::run(&mut cargo, Output::Inherit);
    // Removes the folder if it is empty.
    let _ = fs::remove_dir(found);
    result.with_context(|| format!("see {}", workspace.relative(&log)))?;
    let log = files::read(&log)?;
    console::line(&format!("{target}: {} inputs", stat(&log, "number_of_executed_units").unwrap_or("no")));
    Ok(())
}

/// Returns one of the statistics that libFuzzer prints at the end.
fn stat<'a>(log: &'a str, name: &str) -> Option<&'a str> {
    let line = log.lines().rev().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name))?;
    Some(line.strip_prefix(':')?.trim())
}

fn cargo_fuzz(workspace: &Workspace, toolbox: &Toolbox, command: &str) -> Result<Command> {
    let mut cargo = workspace.cargo();
    cargo.args(["fuzz", command]).args(BUILD_FLAGS).arg("--target-dir").arg(workspace.target.join("fuzz"));
    toolbox.set_path(&mut cargo)?;
    Ok(cargo)
}

/// Returns the names of the targets, which are the files in `fuzz/targets/`.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let files = files::list(&workspace.root.join("fuzz").join("targets"))?;
    Ok(files.iter().filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_of_libfuzzer() {
        let log =
            "#2 INITED\nstat::number_of_executed_units: 1215601\nstat::new_units_added:          5027\n";
        assert_eq!(stat(log, "number_of_executed_units"), Some("1215601"));
        assert_eq!(stat(log, "new_units_added"), Some("5027"));
        assert_eq!(stat(log, "peak_rss_mb"), None);
    }
}
