//! `cargo xtask fuzz`: each target of `fuzz/` for a while, by cargo-fuzz. It must not know what a target checks.
//!
//! What is found goes to `fuzz/found/`, where `cargo test` repeats it from then on. The inputs by which libFuzzer gets on are kept
//! in the target folder: they come anew from the seeds on another machine.

use std::fs::{self, File};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::args::FuzzOptions;
use crate::process::{self, Output};
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{interrupt, say};

/// What the checks are built with. They hold no unsafe code that a sanitizer could watch; without one they are twice as quick and
/// need no nightly compiler.
const BUILD: &[&str] = &["--features", "libfuzzer", "--sanitizer", "none"];

/// An input that takes so many seconds is a finding, too.
const TIMEOUT_S: u32 = 10;

/// Longer inputs find nothing that shorter ones do not.
const LONGEST_INPUT: u32 = 4_096;

/// Builds the targets and runs them one after another; one that finds something does not keep the others from running.
///
/// # Errors
/// If something cannot be set up or built, or an input was found.
pub(crate) fn run(workspace: &Workspace, options: &FuzzOptions) -> Result<()> {
    let toolbox = Toolbox::for_fuzzing()?;
    let all = targets(workspace)?;
    let wanted = match &options.only {
        None => all,
        Some(only) if all.contains(only) => vec![only.clone()],
        Some(only) => bail!("there is no target `{only}`; there are {}", all.join(", ")),
    };
    say::step("building the targets (about 2 minutes from nothing)", || {
        process::run(&mut cargo_fuzz(workspace, &toolbox, "build")?, Output::ToStderr)
    })?;
    let mut failed = Vec::new();
    for target in &wanted {
        let what = format!("{target}, for {} s", options.seconds);
        if let Err(error) = say::step(&what, || one(workspace, &toolbox, target, options.seconds)) {
            interrupt::check()?;
            say::line(&format!("{error:#}"));
            failed.push(target.as_str());
        }
    }
    match failed.as_slice() {
        [] => Ok(()),
        failed => bail!(
            "{} failed: see fuzz/found/, which `cargo test --package fuzz` repeats from now on",
            failed.join(", ")
        ),
    }
}

fn one(workspace: &Workspace, toolbox: &Toolbox, target: &str, seconds: u32) -> Result<()> {
    let fuzz = workspace.root.join("fuzz");
    let corpus = workspace.target.join("fuzz").join("corpus").join(target);
    let found = fuzz.join("found").join(target);
    for folder in [&corpus, &found] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let mut cargo = cargo_fuzz(workspace, toolbox, "run")?;
    cargo.arg(target).arg(corpus).arg(fuzz.join("seeds").join(target));
    if target == "decoder" {
        cargo.arg(workspace.root.join("tests").join("fixtures"));
    }
    cargo.args(["--", "-print_final_stats=1"]);
    cargo.arg(format!("-max_total_time={seconds}"));
    cargo.arg(format!("-timeout={TIMEOUT_S}"));
    cargo.arg(format!("-max_len={LONGEST_INPUT}"));
    cargo.arg(format!("-dict={}", fuzz.join("json.dict").display()));
    cargo.arg(format!("-artifact_prefix={}/", found.display()));
    // It tells each step: hundreds of lines.
    let log = workspace.target.join("fuzz").join(format!("{target}.log"));
    cargo.stderr(File::create(&log).with_context(|| format!("cannot write {}", log.display()))?);
    let result = process::run(&mut cargo, Output::Through);
    // Only a folder with something in it can be committed, or is worth a look.
    let _ = fs::remove_dir(found);
    result.with_context(|| format!("see {}", workspace.shown(&log)))?;
    let told = fs::read_to_string(&log).with_context(|| format!("cannot read {}", log.display()))?;
    say::line(&format!("{target}: {} inputs", stat(&told, "number_of_executed_units").unwrap_or("no")));
    Ok(())
}

/// A figure of those that libFuzzer ends with.
fn stat<'a>(log: &'a str, name: &str) -> Option<&'a str> {
    let line = log.lines().rev().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name))?;
    Some(line.strip_prefix(':')?.trim())
}

fn cargo_fuzz(workspace: &Workspace, toolbox: &Toolbox, command: &str) -> Result<Command> {
    let mut cargo = workspace.cargo();
    cargo.args(["fuzz", command]).args(BUILD).arg("--target-dir").arg(workspace.target.join("fuzz"));
    toolbox.equip(&mut cargo)?;
    Ok(cargo)
}

/// The targets' names, which are those of the files in `fuzz/targets/`.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.root.join("fuzz").join("targets");
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_at_the_end() {
        let log =
            "#2 INITED\nstat::number_of_executed_units: 1215601\nstat::new_units_added:          5027\n";
        assert_eq!(stat(log, "number_of_executed_units"), Some("1215601"));
        assert_eq!(stat(log, "new_units_added"), Some("5027"));
        assert_eq!(stat(log, "peak_rss_mb"), None);
    }
}
