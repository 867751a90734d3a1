//! The command line, which `cargo xtask bench` writes.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Parser;

use crate::plan::{Length, SIZES};

/// The options of a run.
#[derive(Clone, Debug, Parser)]
pub(crate) struct Options {
    #[arg(long)]
    pub(crate) browser: PathBuf,
    /// The folder with the sites of the widget, each in a folder with the name of its contestant.
    #[arg(long)]
    pub(crate) ours: PathBuf,
    #[arg(long)]
    quick: bool,
    /// The names of the contestants; empty for all.
    #[arg(long)]
    pub(crate) only: Vec<String>,
    #[arg(long = "rows", value_parser = size, default_values_t = SIZES)]
    pub(crate) sizes: Vec<usize>,
    /// The seed of the bodies and of the order; random if absent.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
}

impl Options {
    pub(crate) const fn length(&self) -> Length {
        if self.quick { Length::Quick } else { Length::Full }
    }
}

fn size(text: &str) -> Result<usize> {
    let rows: usize = text.parse()?;
    ensure!(rows >= 10 && rows.is_multiple_of(10), "bodies have a multiple of 10 rows");
    Ok(rows)
}
