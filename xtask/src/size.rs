//! `cargo xtask size`: what a viewer downloads, and the budgets for it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::fingerprint::files_below;
use crate::languages::FOLDER;
use crate::module::{self, Flavour};
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{page, process};

/// Bytes of wasm, JavaScript and CSS together, as brotli at level 11, of the standalone page.
const PAGE_BUDGET: u64 = 172_500;
/// The same of what an embedding page loads; its CSS is part of the wasm.
const STABLE_MODULE_BUDGET: u64 = 170_000;
/// The same with a standard library made small.
const SMALL_MODULE_BUDGET: u64 = 151_500;

/// The same of one language file, which a viewer of that language loads beside.
const LANGUAGE_BUDGET: u64 = 4_096;

/// Node has brotli built in, which spares this program a dependency that compiles for longer than all the others.
const COMPRESS: &str = r#"
const { readFileSync } = require("node:fs");
const { brotliCompressSync, constants } = require("node:zlib");
for (const path of process.argv.slice(1)) {
  const raw = readFileSync(path);
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } };
  console.log(raw.length, brotliCompressSync(raw, options).length);
}"#;

/// Builds what is downloaded, prints the sizes of its parts, and checks them.
///
/// # Errors
/// If something cannot be built or measured, or is above its budget.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let stable = module::build(workspace, Flavour::Stable)?;
    let small = module::build(workspace, Flavour::Small)?;
    page::build(workspace, &Toolbox::for_page(workspace)?)?;
    let artefacts = [
        ("module, stable build", stable, STABLE_MODULE_BUDGET),
        ("module, small build", small, SMALL_MODULE_BUDGET),
        ("page", workspace.page(), PAGE_BUDGET),
    ];
    let mut above = Vec::new();
    for (name, folder, budget) in artefacts {
        let total = print(name, &folder)?;
        if total.brotli > budget {
            above.push(format!("the {name} has {} bytes, above its budget of {budget}", total.brotli));
        }
    }
    for (name, size) in languages(workspace)? {
        if size.brotli > LANGUAGE_BUDGET {
            above.push(format!("{name} has {} bytes, above its budget of {LANGUAGE_BUDGET}", size.brotli));
        }
    }
    if above.is_empty() { Ok(()) } else { bail!("{}", above.join("; ")) }
}

/// Prints the sizes of the language files and gives them.
fn languages(workspace: &Workspace) -> Result<Vec<(String, Size)>> {
    let folder = workspace.page().join(FOLDER);
    let files = files_below(&folder)?;
    let names = files.iter().map(|file| file.strip_prefix(&folder).unwrap_or(file).display().to_string());
    let rows: Vec<(String, Size)> = names.zip(measure(&files)?).collect();
    writeln!(io::stdout(), "{}", table("languages, each on its own", rows.iter().cloned()))
        .context("cannot write to stdout")?;
    Ok(rows)
}

/// Prints the table of one artefact and gives its total, without the languages that are loaded when asked for.
fn print(name: &str, folder: &Path) -> Result<Size> {
    let mut files = files_below(folder)?;
    files.retain(|file| file.extension().is_some_and(|it| it == "wasm" || it == "js" || it == "css"));
    files.retain(|file| !file.starts_with(folder.join(FOLDER)));
    let sizes = measure(&files)?;
    let total = sizes.iter().fold(Size::default(), |sum, size| sum.plus(*size));
    let names = files.iter().map(|file| file.strip_prefix(folder).unwrap_or(file).display().to_string());
    let rows = names.zip(sizes).chain([("total".to_owned(), total)]);
    writeln!(io::stdout(), "{}", table(name, rows)).context("cannot write to stdout")?;
    Ok(total)
}

/// Bytes of a file, or of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    raw: u64,
    brotli: u64,
}

impl Size {
    fn plus(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, brotli: self.brotli + other.brotli }
    }
}

fn measure(files: &[PathBuf]) -> Result<Vec<Size>> {
    let mut node = Command::new("node");
    node.args(["--eval", COMPRESS, "--"]).args(files);
    let answer =
        process::answer(&mut node).context("sizes are measured with Node.js, so `node` has to be on PATH")?;
    parse(&answer)
        .filter(|sizes| sizes.len() == files.len())
        .context("node did not print two numbers for each file")
}

fn parse(answer: &str) -> Option<Vec<Size>> {
    answer
        .lines()
        .map(|line| {
            let (raw, brotli) = line.split_once(' ')?;
            Some(Size { raw: raw.parse().ok()?, brotli: brotli.parse().ok()? })
        })
        .collect()
}

fn table(name: &str, rows: impl Iterator<Item = (String, Size)>) -> String {
    let mut text = format!("{name:<40} {:>10} {:>10}\n", "raw", "brotli 11");
    for (name, size) in rows {
        text.push_str(&format!("{name:<40} {:>10} {:>10}\n", size.raw, size.brotli));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_node_prints() {
        assert_eq!(
            parse("10 5\n200 40\n"),
            Some(vec![Size { raw: 10, brotli: 5 }, Size { raw: 200, brotli: 40 }])
        );
        assert_eq!(parse("10\n"), None);
        assert_eq!(parse(""), Some(Vec::new()));
    }

    #[test]
    fn a_row_for_each_file() {
        let text = table("page", [("a.js".to_owned(), Size { raw: 10, brotli: 5 })].into_iter());
        assert_eq!(text.lines().count(), 2);
        assert!(text.ends_with(" 10          5\n"), "{text}");
    }
}
