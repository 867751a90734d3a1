//! The command line, which `cargo xtask bench` writes.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;

use crate::plan::{Length, SIZES};

/// The options of a run.
#[derive(Clone, Debug, Parser)]
pub(crate) struct Options {
    #[arg(long)]
    pub(crate) browser: PathBuf,
    /// The builds of the widget, as NAME=FOLDER. The targets are for the first.
    #[arg(long = "module", value_parser = module)]
    pub(crate) modules: Vec<(String, PathBuf)>,
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

fn module(text: &str) -> Result<(String, PathBuf)> {
    let (name, folder) = text.split_once('=').context("it is not NAME=FOLDER")?;
    Ok((name.to_owned(), folder.into()))
}

fn size(text: &str) -> Result<usize> {
    let rows: usize = text.parse()?;
    ensure!(rows >= 10 && rows.is_multiple_of(10), "bodies have a multiple of 10 rows");
    Ok(rows)
}
