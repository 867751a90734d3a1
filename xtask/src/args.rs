//! The command line of `cargo xtask`.

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use batch_task_browser_engines::Engine;

/// The project's own commands.
///
/// Each command installs the tools that it needs and cannot find: the wasm target, rust-src, wasm-bindgen, Trunk, wasm-opt and
/// terser; `test` also the three browsers with their drivers, nginx and the official SDK for Python. Tools are installed in a
/// per-user cache, which all clones share.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build the page and the proxy, serve both with simulated tasks, and open a browser
    Demo(DemoOptions),
    /// Run all tests: native, with the official SDK, components in each browser engine, behind nginx, end to end in each engine
    Test(TestOptions),
    /// Build the host pages that are slow to build, Angular and Next, with the npm package, and test them in Chromium
    Hosts,
    /// Check formatting, clippy for the host and for wasm32, docs, the project's own rules, and the dependencies
    Lint,
    /// Write the language files in static/lang/ from the catalogues in crates/languages/src/
    Languages,
    /// Write dist/page/ (the static site), dist/npm/ (the npm package), dist/batch-task-proxy, and their SHA256SUMS
    Package,
    /// Print the download sizes of the module and the page, raw and as brotli, and check them against their budgets
    Size,
    /// Measure the proxy under load: latencies, upstream calls and memory, compared with nginx
    Load,
    /// Compare the widget with alternatives in headless Chromium (40 minutes)
    Bench(BenchOptions),
    /// Run the fuzz targets; inputs that fail are kept in fuzz/found/
    Fuzz(FuzzOptions),
    /// Run the widget for a simulated day with faults, and check memory, listeners and request counts
    Soak(SoakOptions),
}

#[derive(Args, Debug)]
pub(crate) struct DemoOptions {
    /// Port of 127.0.0.1 to listen on; 0 selects a free port
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,
    /// Do not open a browser
    #[arg(long)]
    pub(crate) no_open: bool,
}

#[derive(Args, Debug)]
pub(crate) struct TestOptions {
    /// The only stage to run; all without it
    #[arg(long)]
    only: Option<Stage>,
    /// Engine for the stages that need a browser; may be repeated; all three without it
    #[arg(long = "engine", value_name = "chromium|firefox|webkit", value_parser = engine)]
    engines: Vec<Engine>,
    /// Run only the end-to-end tests whose path contains this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) name: String,
}

impl TestOptions {
    pub(crate) fn runs(&self, stage: Stage) -> bool {
        self.only.is_none_or(|only| only == stage)
    }

    pub(crate) fn engines(&self) -> &[Engine] {
        if self.engines.is_empty() { &Engine::ALL } else { &self.engines }
    }
}

/// A part of `test`, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    Native,
    Sdk,
    Browser,
    Nginx,
    #[value(name = "e2e")]
    EndToEnd,
}

#[derive(Args, Debug)]
pub(crate) struct BenchOptions {
    /// Smoke test: few samples
    #[arg(long)]
    quick: bool,
    /// Contestant: script, bundle, page, vanilla, preact, react, antd or floor; may be repeated; all without it
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<String>,
    /// Number of rows instead of 10, 1,000, 10,000 and 100,000; may be repeated
    #[arg(long, value_name = "N")]
    rows: Vec<usize>,
    /// Seed of the bodies and of the order; random without it, and printed
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

impl BenchOptions {
    /// Returns the arguments of the benchmark program.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let Self { quick, only, rows, seed } = self;
        let quick = quick.then(|| "--quick".to_owned());
        let only = only.iter().map(|name| format!("--only={name}"));
        let rows = rows.iter().map(|rows| format!("--rows={rows}"));
        quick.into_iter().chain(only).chain(rows).chain(seed.map(|seed| format!("--seed={seed}"))).collect()
    }
}

#[derive(Args, Debug)]
pub(crate) struct FuzzOptions {
    /// Time for each target
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) seconds: u32,
    /// The only target to run: decoder, timestamp, pointer, signature, query, failures or accounts
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct SoakOptions {
    /// Run for N minutes of real time instead
    #[arg(long, value_name = "N")]
    pub(crate) minutes: Option<u32>,
    /// Browser engine
    #[arg(long, value_name = "chromium|firefox|webkit", value_parser = engine, default_value = "chromium")]
    pub(crate) engine: Engine,
}

fn engine(word: &str) -> Result<Engine> {
    Engine::of_word(word).context("the engines are chromium, firefox and webkit")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn parsed(line: &str) -> Result<Command, clap::Error> {
        let words = std::iter::once("xtask").chain(line.split_whitespace());
        CommandLine::try_parse_from(words).map(|line| line.command)
    }

    #[test]
    fn the_options_do_not_conflict() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn engines_are_all_unless_some_are_named() {
        for (line, expected) in [
            ("test", Engine::ALL.as_slice()),
            ("test --engine=webkit --engine chromium", &[Engine::Webkit, Engine::Chromium]),
        ] {
            let Ok(Command::Test(options)) = parsed(line) else { panic!("{line}") };
            assert_eq!(options.engines(), expected, "{line}");
        }
        let error = parsed("test --engine ie").unwrap_err().to_string();
        assert!(error.contains("'ie'") && error.contains("firefox"), "{error}");
    }

    #[test]
    fn the_benchmark_receives_all_options() {
        let line = "bench --quick --only react --only page --rows 10 --seed 3";
        let Ok(Command::Bench(options)) = parsed(line) else { panic!("{line}") };
        let expected = ["--quick", "--only=react", "--only=page", "--rows=10", "--seed=3"];
        assert_eq!(options.arguments(), expected);
    }
}
