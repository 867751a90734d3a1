//! `cargo xtask size`: the download sizes of the module, the page and the languages, and their budgets.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::build_variant::BuildVariant;
use crate::languages::FOLDER;
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{files, module, page, process};

/// Bytes of WebAssembly, JavaScript and CSS together, as brotli at level 11.
#[derive(Clone, Copy)]
struct Budgets {
    /// Download of an embedding page. The CSS is part of the WebAssembly.
    module: u64,
    /// Lazy-loaded part of the module.
    lazy: u64,
    /// The standalone page. Its lazy-loaded part has the budget of the module's.
    page: u64,
}

const fn budgets(variant: BuildVariant) -> Budgets {
    match variant {
        BuildVariant::Stable => Budgets { module: 192_600, lazy: 64, page: 200_000 },
        BuildVariant::Small => Budgets { module: 143_900, lazy: 39_100, page: 154_400 },
    }
}

/// Bytes of one language file as brotli. English is part of the WebAssembly.
const LANGUAGE_BUDGET: u64 = 4_096;

/// Node.js, which the npm tools need anyway, includes brotli. The crate `brotli` takes 3.6 s to compile.
const COMPRESS: &str = r#"
const { readFileSync } = require("node:fs");
const { brotliCompressSync, constants } = require("node:zlib");
for (const path of process.argv.slice(1)) {
  const raw = readFileSync(path);
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } };
  console.log(raw.length, brotliCompressSync(raw, options).length);
}"#;

/// Builds the downloads, prints their sizes, and checks them.
///
/// # Errors
/// If something cannot be built or measured, or exceeds its budget.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let variant = BuildVariant::shipped()?;
    let mut exceeded = shipped(workspace, variant)?;
    if variant != BuildVariant::Stable {
        exceeded.extend(embedded(workspace, BuildVariant::Stable)?);
    }
    let css = workspace.root.join("static");
    print("part of the WebAssembly", &css, &[css.join("batch-task-widget.css")])?;
    let languages = workspace.page().join(FOLDER);
    for (name, size) in print("languages", &languages, &files::below(&languages)?)? {
        exceeded.extend(exceeds(&name, size.brotli, LANGUAGE_BUDGET));
    }
    ensure!(exceeded.is_empty(), "{}", exceeded.join("; "));
    Ok(())
}

/// Checks the sizes of the files that the end-to-end tests use. Passes if a tool that reduces sizes is missing.
///
/// # Errors
/// As [`run`].
pub(crate) fn check(workspace: &Workspace, variant: BuildVariant) -> Result<()> {
    let toolbox = Toolbox::for_module(workspace)?;
    let exceeded = shipped(workspace, variant)?;
    let has_all_tools =
        ["binaryen", "terser", "wasm_split_cli_support"].iter().all(|package| toolbox.has(package));
    ensure!(exceeded.is_empty() || !has_all_tools, "{}", exceeded.join("; "));
    Ok(())
}

/// Measures the page and the module. Returns a message for each that exceeds its budget.
fn shipped(workspace: &Workspace, variant: BuildVariant) -> Result<Vec<String>> {
    page::build(workspace, &Toolbox::for_page(workspace)?, variant)?;
    let mut exceeded = embedded(workspace, variant)?;
    let page = workspace.page();
    let name = format!("page, {} build", variant.name());
    exceeded.extend(check_total(&name, &page, &loaded_files(&page)?, budgets(variant).page)?);
    exceeded.extend(check_total(
        &format!("{name}, lazy-loaded"),
        &page,
        &lazy_files(&page)?,
        budgets(variant).lazy,
    )?);
    Ok(exceeded)
}

/// The same for the module.
fn embedded(workspace: &Workspace, variant: BuildVariant) -> Result<Vec<String>> {
    let folder = module::build(workspace, variant)?;
    let name = format!("module, {} build", variant.name());
    let Budgets { module, lazy: lazy_budget, .. } = budgets(variant);
    let main = check_total(&name, &folder, &loaded_files(&folder)?, module)?;
    let lazy = check_total(&format!("{name}, lazy-loaded"), &folder, &lazy_files(&folder)?, lazy_budget)?;
    Ok(main.into_iter().chain(lazy).collect())
}

/// Returns the files in a folder that every visit loads: not the languages, and not the lazy-loaded part.
fn loaded_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let languages = folder.join(FOLDER);
    let mut loaded = files::below(folder)?;
    loaded.retain(|file| {
        let kind = file.extension().and_then(|kind| kind.to_str());
        matches!(kind, Some("wasm" | "js" | "css")) && !file.starts_with(&languages) && !is_lazy(file)
    });
    Ok(loaded)
}

fn lazy_files(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(files::below(folder)?.into_iter().filter(|file| is_lazy(file)).collect())
}

/// Whether a file is the lazy-loaded part of the module or of the page.
fn is_lazy(file: &Path) -> bool {
    file.to_string_lossy().ends_with(".extras.wasm")
}

fn check_total(name: &str, folder: &Path, files: &[PathBuf], budget: u64) -> Result<Option<String>> {
    let total = print(name, folder, files)?.iter().map(|(_, size)| size.brotli).sum();
    Ok(exceeds(name, total, budget))
}

fn exceeds(name: &str, bytes: u64, budget: u64) -> Option<String> {
    (bytes > budget).then(|| format!("{name}: {bytes} bytes exceed the budget of {budget}"))
}

/// Bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    raw: u64,
    brotli: u64,
}

/// Measures files, prints them as a table with their total, and returns the rows.
fn print(title: &str, folder: &Path, files: &[PathBuf]) -> Result<Vec<(String, Size)>> {
    let mut node = Command::new("node");
    node.args(["--eval", COMPRESS, "--"]).args(files);
    let output = process::stdout(&mut node).context("sizes are measured with Node.js: install `node`")?;
    let sizes = parse(&output).filter(|sizes| sizes.len() == files.len());
    let sizes = sizes.context("node did not print two numbers for each file")?;
    let names = files.iter().map(|file| file.strip_prefix(folder).unwrap_or(file).display().to_string());
    let rows: Vec<_> = names.zip(sizes).collect();
    writeln!(io::stdout(), "{}", table(title, &rows)).context("cannot write to stdout")?;
    Ok(rows)
}

fn parse(output: &str) -> Option<Vec<Size>> {
    output
        .lines()
        .map(|line| {
            let (raw, brotli) = line.split_once(' ')?;
            Some(Size { raw: raw.parse().ok()?, brotli: brotli.parse().ok()? })
        })
        .collect()
}

fn table(title: &str, rows: &[(String, Size)]) -> String {
    let mut text = format!("{title:<40} {:>10} {:>10}\n", "raw", "brotli 11");
    let sizes = || rows.iter().map(|(_, size)| size);
    let total =
        Size { raw: sizes().map(|size| size.raw).sum(), brotli: sizes().map(|size| size.brotli).sum() };
    for (name, size) in rows.iter().map(|(name, size)| (&**name, size)).chain([("total", &total)]) {
        text += &format!("{name:<40} {:>10} {:>10}\n", size.raw, size.brotli);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_of_node() {
        assert_eq!(
            parse("10 5\n200 40\n"),
            Some(vec![Size { raw: 10, brotli: 5 }, Size { raw: 200, brotli: 40 }])
        );
        assert_eq!(parse("10\n"), None);
        assert_eq!(parse(""), Some(Vec::new()));
    }

    #[test]
    fn a_table_has_a_row_for_each_file_and_a_total() {
        let size = Size { raw: 10, brotli: 5 };
        let text = table("page", &[("a.js".to_owned(), size), ("b.js".to_owned(), size)]);
        assert_eq!(text.lines().count(), 4);
        assert!(text.ends_with(" 20         10\n"), "{text}");
    }
}
