//! The `batch-task-proxy` program: arguments, logs to stderr, and the exit code.

use std::future::Future;
use std::process::ExitCode;

use anyhow::Context as _;
use batch_task_proxy::args::Args;
use batch_task_proxy::{check, log, serve};
use clap::Parser as _;

fn main() -> ExitCode {
    let args = Args::parse();
    // `--check` prints its result itself.
    let level = if args.check.is_some() { "off" } else { "info" };
    let started = log::init(args.client.log_format, level).context("the log cannot be started");
    let result = started.and_then(|()| match args.check {
        Some(_) => run(async move { check::run(&args).await }),
        None => run(serve::run(args)),
    });
    if let Err(error) = &result {
        log::print(&format!("batch-task-proxy: {error:#}"));
    }
    log::finish();
    if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the program in a runtime that does not wait for blocking operations, such as a name look-up.
fn run(program: impl Future<Output = anyhow::Result<()>> + Send + 'static) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("the asynchronous runtime cannot be started")?;
    // A task of its own, so that a panic does not drop the runtime, which would wait.
    let result = runtime.block_on(runtime.spawn(program));
    runtime.shutdown_background();
    result.context("the program has panicked")?
}
