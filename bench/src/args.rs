//! Parses the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, ensure};
use lexopt::{Arg, Parser, ValueExt as _};

use crate::plan::{Length, SIZES};

/// The options of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) browser: PathBuf,
    /// The builds of the widget by name. The targets are for the first.
    pub(crate) modules: Vec<(String, PathBuf)>,
    pub(crate) length: Length,
    /// The names of the contestants; empty for all.
    pub(crate) only: Vec<String>,
    pub(crate) sizes: Vec<usize>,
    /// The seed of the bodies and of the order; random if absent.
    pub(crate) seed: Option<u64>,
}

/// Parses the arguments after the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Options> {
    read(&mut Parser::from_args(words))
        .map_err(|error| anyhow!("{error}; start this with `cargo xtask bench`"))
}

fn read(parser: &mut Parser) -> Result<Options> {
    let mut browser = None;
    let (mut modules, mut only, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
    let mut length = Length::Full;
    let mut seed = None;
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("browser") => browser = Some(PathBuf::from(parser.value()?)),
            Arg::Long("module") => modules.push(module(&parser.value()?.string()?)?),
            Arg::Long("quick") => length = Length::Quick,
            Arg::Long("only") => only.push(parser.value()?.string()?),
            Arg::Long("rows") => sizes.push(size(parser.value()?.parse()?)?),
            Arg::Long("seed") => seed = Some(parser.value()?.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if sizes.is_empty() {
        sizes = SIZES.to_vec();
    }
    let browser = browser.context("--browser is missing")?;
    Ok(Options { browser, modules, length, only, sizes, seed })
}

fn module(text: &str) -> Result<(String, PathBuf)> {
    let (name, folder) = text.split_once('=').context("--module takes NAME=FOLDER")?;
    Ok((name.to_owned(), folder.into()))
}

/// Bodies have a multiple of 10 rows.
fn size(rows: usize) -> Result<usize> {
    ensure!(rows >= 10 && rows.is_multiple_of(10), "--rows takes a multiple of 10, not {rows}");
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Options> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn command_lines_and_their_options() {
        let needed = "--browser /b --module ours=/m";
        let options = parsed(needed).unwrap();
        assert_eq!(options.sizes, SIZES);
        assert_eq!(options.length, Length::Full);
        assert_eq!(options.modules, [("ours".to_owned(), PathBuf::from("/m"))]);
        let options =
            parsed(&format!("{needed} --quick --only react --only ours --rows 10 --seed 3")).unwrap();
        assert_eq!(options.only, ["react", "ours"]);
        assert_eq!((options.sizes, options.seed, options.length), (vec![10], Some(3), Length::Quick));
    }

    #[test]
    fn an_error_names_the_argument() {
        for (line, word) in [
            ("--module ours=/m", "--browser"),
            ("--browser /b --module ours", "NAME=FOLDER"),
            ("--rows 7", "7"),
            ("--quik", "--quik"),
        ] {
            let message = parsed(line).unwrap_err().to_string();
            assert!(message.contains(word), "{line}: {message}");
        }
    }
}
