//! `cargo xtask size`: what a viewer downloads, and the budgets for it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::files;
use crate::flavour::Flavour;
use crate::languages::FOLDER;
use crate::tools::{Presence, Toolbox};
use crate::workspace::Workspace;
use crate::{module, page, process};

/// Bytes of wasm, JavaScript and CSS together, as brotli at level 11.
#[derive(Clone, Copy)]
struct Budgets {
    /// Of what an embedding page loads; its CSS is part of the wasm.
    module: u64,
    /// Of what it loads besides once a viewer comes near.
    extras: u64,
    /// Of the standalone page.
    page: u64,
}

const fn budgets(flavour: Flavour) -> Budgets {
    match flavour {
        Flavour::Stable => Budgets { module: 150_300, extras: 64, page: 158_000 },
        Flavour::Small => Budgets { module: 128_400, extras: 12_900, page: 140_300 },
    }
}

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
    let flavour = Flavour::to_ship()?;
    let mut above = shipped(workspace, flavour)?;
    if flavour != Flavour::Stable {
        above.extend(embedded(workspace, Flavour::Stable)?);
    }
    print("of the wasm", &workspace.root.join("static"), |file| file.ends_with("batch-task-widget.css"))?;
    for (name, size) in languages(workspace)? {
        if size.brotli > LANGUAGE_BUDGET {
            above.push(format!("{name} has {} bytes, above its budget of {LANGUAGE_BUDGET}", size.brotli));
        }
    }
    if above.is_empty() { Ok(()) } else { bail!("{}", above.join("; ")) }
}

/// The same of what the end-to-end tests use, which costs nothing once that is built. Where a tool is missing that makes it
/// small, it is as big as it is.
///
/// # Errors
/// As [`run`].
pub(crate) fn check(workspace: &Workspace, flavour: Flavour) -> Result<()> {
    let toolbox = Toolbox::for_module(workspace)?;
    let above = shipped(workspace, flavour)?;
    let is_small =
        [toolbox.wasm_opt, toolbox.terser, toolbox.wasm_split].iter().all(|tool| *tool == Presence::Present);
    if above.is_empty() || !is_small { Ok(()) } else { bail!("{}", above.join("; ")) }
}

/// What is shipped, and what of it is above its budget.
fn shipped(workspace: &Workspace, flavour: Flavour) -> Result<Vec<String>> {
    page::build(workspace, &Toolbox::for_page(workspace)?, flavour)?;
    let mut above = embedded(workspace, flavour)?;
    let name = format!("page, {} build", flavour.name());
    above.extend(artefact(&name, &workspace.page(), budgets(flavour).page)?);
    Ok(above)
}

/// What an embedding page loads, at first and later, and what of it is above its budget.
fn embedded(workspace: &Workspace, flavour: Flavour) -> Result<Vec<String>> {
    let name = format!("module, {} build", flavour.name());
    let Budgets { module, extras, .. } = budgets(flavour);
    let folder = module::build(workspace, flavour)?;
    let mut above = artefact(&name, &folder, module)?;
    above.extend(part(&format!("{name}, later"), &folder, module::is_extras, extras)?);
    Ok(above)
}

fn artefact(name: &str, folder: &Path, budget: u64) -> Result<Vec<String>> {
    // Languages are loaded when they are asked for.
    let is_loaded = |file: &Path| {
        let kind = file.extension().and_then(|kind| kind.to_str());
        let is_later = file.starts_with(folder.join(FOLDER)) || module::is_extras(file);
        matches!(kind, Some("wasm" | "js" | "css")) && !is_later
    };
    part(name, folder, is_loaded, budget)
}

/// Prints the files in a folder that are part of something, and whether they are above its budget.
fn part(name: &str, folder: &Path, is_part: impl Fn(&Path) -> bool, budget: u64) -> Result<Vec<String>> {
    let Size { brotli, .. } = print(name, folder, is_part)?;
    let above = brotli > budget;
    Ok(above
        .then(|| format!("the {name} has {brotli} bytes, above its budget of {budget}"))
        .into_iter()
        .collect())
}

/// Prints the sizes of the language files and gives them.
fn languages(workspace: &Workspace) -> Result<Vec<(String, Size)>> {
    let folder = workspace.page().join(FOLDER);
    let files = files::below(&folder)?;
    let names = files.iter().map(|file| file.strip_prefix(&folder).unwrap_or(file).display().to_string());
    let rows: Vec<(String, Size)> = names.zip(measure(&files)?).collect();
    writeln!(io::stdout(), "{}", table("languages, each on its own", rows.iter().cloned()))
        .context("cannot write to stdout")?;
    Ok(rows)
}

/// Prints the table of the files in a folder that are part of something, and gives their total.
fn print(name: &str, folder: &Path, is_part: impl Fn(&Path) -> bool) -> Result<Size> {
    let mut files = files::below(folder)?;
    files.retain(|file| is_part(file));
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
