//! The `batch-task-proxy` program: arguments, logs to stderr, and the exit code.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use batch_task_proxy::args::Args;
use batch_task_proxy::{check, serve};
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    // A check says all there is to say by itself.
    let level = if args.check.is_some() { "off" } else { "info" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let ansi = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(ansi).with_writer(std::io::stderr).init();
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
