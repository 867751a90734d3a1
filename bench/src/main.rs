//! `cargo xtask bench`: compares the widget with its alternatives in one browser, in random order.
//!
//! This file has the order of a run: check all contestants, visit them, write the report.

mod args;
mod body;
mod browser;
mod cdp;
mod check;
mod contestant;
mod files;
mod machine;
mod measure;
mod plan;
mod report;
mod server;
mod stats;
mod targets;
mod trace;
mod visit;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use args::Options;
use browser::Browser;
use clap::Parser as _;
use contestant::Contestant;
use machine::Machine;
use measure::Samples;
use plan::{Effort, Length};
use report::Run;
use server::Server;
use visit::Visitor;

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let bench = PathBuf::from(
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into()),
    );
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    eprintln!("bench: seed {seed}");
    let contestants = selected(contestant::all(&bench, &options.ours)?, &options.only)?;
    let server = Server::start(&contestants, &options.sizes, seed).await?;
    let browser = Browser::start(&options.browser).await?;
    let machine = Machine::look(&bench, browser.version().await?);
    let run = run(&browser, &server, options, contestants, machine, seed).await?;
    browser.close().await?;
    write(&bench.join("results"), &run)?;
    ensure!(run.failures.is_empty(), "not measured: {}", run.failures.join("; "));
    Ok(())
}

/// The contestants that `--only` names; all without `--only`.
fn selected(mut contestants: Vec<Contestant>, only: &[String]) -> Result<Vec<Contestant>> {
    for name in only {
        let is_known = contestants.iter().any(|contestant| contestant.name == *name);
        let names: Vec<&str> = contestants.iter().map(|contestant| contestant.name.as_str()).collect();
        ensure!(is_known, "`--only {name}`: the contestants are {}", names.join(", "));
    }
    contestants.retain(|contestant| only.is_empty() || only.contains(&contestant.name));
    Ok(contestants)
}

async fn run(
    browser: &Browser,
    server: &Server,
    options: Options,
    contestants: Vec<Contestant>,
    mut machine: Machine,
    seed: u64,
) -> Result<Run> {
    let start = Instant::now();
    let mut samples = Samples::default();
    for &rows in &options.sizes {
        for contestant in &contestants {
            let visitor = Visitor { browser, server, contestant, rows };
            visitor
                .check()
                .await
                .with_context(|| format!("{} at {rows} rows does not show its body", contestant.name))?;
        }
        eprintln!("bench: {rows} rows: all contestants show the body ({} s)", start.elapsed().as_secs());
    }
    let mut random = fastrand::Rng::with_seed(seed);
    let mut failures = Vec::new();
    for &rows in &options.sizes {
        let effort = Effort::of(rows, options.length());
        for (index, visit) in effort.visits(contestants.len(), &mut random) {
            let contestant = &contestants[index];
            let visitor = Visitor { browser, server, contestant, rows };
            // A failed visit must not discard the samples so far.
            if let Err(error) = visitor.visit(visit, effort, &mut samples).await {
                let failure = format!("{} at {rows} rows: {visit:?}: {error:#}", contestant.name);
                eprintln!("bench: {failure}, skipped");
                failures.push(failure);
            }
        }
        eprintln!("bench: {rows} rows: done ({} s)", start.elapsed().as_secs());
    }
    machine.load_after = machine::load_average();
    let body_bytes = options
        .sizes
        .iter()
        .map(|&rows| Ok(server.pair(rows)?.plain[0].bytes.len()))
        .collect::<Result<_>>()?;
    Ok(Run {
        options: words(&options),
        seed,
        took_s: start.elapsed().as_secs(),
        machine,
        contestants,
        body_bytes,
        efforts: options.sizes.iter().map(|&rows| Effort::of(rows, options.length()).to_string()).collect(),
        sizes: options.sizes,
        samples,
        failures,
    })
}

fn words(options: &Options) -> String {
    let mut words = String::new();
    if options.length() == Length::Quick {
        words.push_str(" --quick");
    }
    for name in &options.only {
        words.push_str(&format!(" --only {name}"));
    }
    if options.sizes != plan::SIZES {
        words.extend(options.sizes.iter().map(|rows| format!(" --rows {rows}")));
    }
    words
}

fn write(folder: &Path, run: &Run) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let is_whole = run.options.is_empty() && run.failures.is_empty();
    let name = if is_whole { "latest" } else { "part" };
    let text = report::markdown(run);
    let path = folder.join(format!("{name}.md"));
    fs::write(&path, &text).with_context(|| format!("cannot write {}", path.display()))?;
    eprintln!("bench: wrote {}", path.display());
    println!("{text}");
    Ok(())
}
