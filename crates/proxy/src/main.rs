//! The `batch-task-proxy` program: arguments, logs to stderr, and the exit code.

use std::process::ExitCode;

use batch_task_proxy::args::Args;
use batch_task_proxy::{check, log, serve};
use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    // `--check` prints its result itself.
    let level = if args.check.is_some() { "off" } else { "info" };
    log::init(args.client.log_format, level);
    let result = match args.check {
        Some(_) => check::run(&args).await,
        None => serve::run(args).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("batch-task-proxy: {error:#}");
            ExitCode::FAILURE
        }
    }
}
