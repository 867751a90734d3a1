//! The project's own commands, `cargo xtask …`: selects the command and converts its result to an exit code. Each command has
//! its own module.

mod args;
mod bench;
mod bindgen;
mod build_variant;
mod checksums;
mod console;
mod demo;
mod display;
mod files;
mod fingerprint;
mod fuzz;
mod gallery;
mod hosts;
mod interrupt;
mod languages;
mod lint;
mod load;
mod module;
mod npm;
mod package;
mod page;
mod process;
mod program;
mod proxy;
mod server;
mod shrink;
mod size;
mod slow_hosts;
mod soak;
mod split;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use args::{Command, CommandLine};
use clap::Parser as _;
use interrupt::Interrupted;
use workspace::Workspace;

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<()> {
    let CommandLine { command } = CommandLine::parse();
    interrupt::listen()?;
    let workspace = Workspace::find()?;
    match command {
        Command::Demo(options) => demo::run(&workspace, &options),
        Command::Test(options) => test::run(&workspace, &options),
        Command::Hosts => slow_hosts::run(&workspace),
        Command::Lint => lint::run(&workspace),
        Command::Languages => languages::run(&workspace),
        Command::Package => package::run(&workspace),
        Command::Size => size::run(&workspace),
        Command::Load => load::run(&workspace),
        Command::Bench(options) => bench::run(&workspace, &options),
        Command::Fuzz(options) => fuzz::run(&workspace, &options),
        Command::Soak(options) => soak::run(&workspace, &options),
    }
}

fn exit_code(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Interrupted>() => {
            console::line(&error.to_string());
            // The exit code by which shells report SIGINT.
            ExitCode::from(130)
        }
        Err(error) => {
            console::line(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
