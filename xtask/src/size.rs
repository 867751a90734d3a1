//! `cargo xtask size`: the download sizes of the programs for embedding pages, of the standalone page and of the languages, and their
//! budgets.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::build_variant::BuildVariant;
use crate::languages::FOLDER;
use crate::program::Program;
use crate::tools::Toolbox;
use crate::workspace::Workspace;
use crate::{files, module, page, process};

/// Bytes of WebAssembly, JavaScript and CSS together, as brotli at level 11.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parts {
    /// The files that a page loads at first. The CSS of a program for embedding pages is part of its WebAssembly.
    first: u64,
    /// The lazy-loaded part.
    lazy: u64,
}

/// The budgets of the programs for embedding pages. Only the widget is also built in the variant that is not shipped: each build
/// takes a minute, and what makes one program larger there makes the others larger, too.
const fn program_budget(program: Program, variant: BuildVariant) -> Option<Parts> {
    match (program, variant) {
        (Program::Widget, BuildVariant::Stable) => Some(Parts { first: 192_500, lazy: 64 }),
        (Program::Widget, BuildVariant::Small) => Some(Parts { first: 144_237, lazy: 38_200 }),
        (Program::List, BuildVariant::Small) => Some(Parts { first: 102_700, lazy: 0 }),
        (Program::All, BuildVariant::Small) => Some(Parts { first: 166_100, lazy: 38_100 }),
        (Program::List | Program::All, BuildVariant::Stable) => None,
    }
}

/// The budget of the standalone page.
const fn page_budget(variant: BuildVariant) -> Parts {
    match variant {
        BuildVariant::Stable => Parts { first: 200_000, lazy: 64 },
        BuildVariant::Small => Parts { first: 156_200, lazy: 70_400 },
    }
}

/// The limit for the list, in percent of the widget.
const LIST_PERCENT: u64 = 85;
/// The limit for both elements in one program, in percent of the widget.
const ALL_PERCENT: u64 = 125;

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
    page::build(workspace, &Toolbox::for_page(workspace)?, variant)?;
    build_programs(workspace, variant)?;
    let mut exceeded = shipped(workspace, variant)?;
    if variant != BuildVariant::Stable {
        build_programs(workspace, BuildVariant::Stable)?;
        exceeded.extend(embedded(workspace, BuildVariant::Stable)?);
    }
    let css = workspace.root.join("static");
    let parts = ["batch-task-widget.css", "batch-task-list.css"].map(|name| css.join(name));
    print("parts of the WebAssembly", &css, &parts)?;
    let languages = workspace.page().join(FOLDER);
    for (name, size) in print("languages", &languages, &files::below(&languages)?)? {
        exceeded.extend(exceeds(&name, size.brotli, LANGUAGE_BUDGET));
    }
    ensure!(exceeded.is_empty(), "{}", exceeded.join("; "));
    Ok(())
}

fn build_programs(workspace: &Workspace, variant: BuildVariant) -> Result<()> {
    let mut programs = Program::ALL.into_iter().filter(|program| program_budget(*program, variant).is_some());
    programs.try_for_each(|program| module::build(workspace, program, variant).map(drop))
}

/// Checks the sizes of the files that the end-to-end tests use, which have been built. Passes if a tool that reduces sizes is
/// missing.
///
/// # Errors
/// If something cannot be measured, or exceeds its budget.
pub(crate) fn check(workspace: &Workspace, variant: BuildVariant) -> Result<()> {
    let toolbox = Toolbox::for_module(workspace)?;
    let exceeded = shipped(workspace, variant)?;
    let has_all_tools =
        ["binaryen", "terser", "wasm_split_cli_support"].iter().all(|package| toolbox.has(package));
    ensure!(exceeded.is_empty() || !has_all_tools, "{}", exceeded.join("; "));
    Ok(())
}

/// Measures the page and the programs for embedding pages. Returns a message for each that exceeds its budget.
fn shipped(workspace: &Workspace, variant: BuildVariant) -> Result<Vec<String>> {
    let mut exceeded = embedded(workspace, variant)?;
    let name = format!("page, {} build", variant.name());
    let parts = measured(&name, &workspace.page())?;
    exceeded.extend(exceeding(&name, parts, page_budget(variant)));
    Ok(exceeded)
}

/// The same for the programs that have a budget.
fn embedded(workspace: &Workspace, variant: BuildVariant) -> Result<Vec<String>> {
    let mut exceeded = Vec::new();
    let mut sizes = Vec::new();
    for program in Program::ALL {
        let Some(budget) = program_budget(program, variant) else { continue };
        let name = format!("{}, {} build", program.name(), variant.name());
        let parts = measured(&name, &module::files(workspace, program, variant))?;
        exceeded.extend(exceeding(&name, parts, budget));
        sizes.push((program, parts));
    }
    exceeded.extend(larger_than_widget(&sizes));
    Ok(exceeded)
}

/// Prints the sizes of the files in a folder, and returns their sums.
fn measured(name: &str, folder: &Path) -> Result<Parts> {
    let total = |name: &str, files: &[PathBuf]| -> Result<u64> {
        Ok(print(name, folder, files)?.iter().map(|(_, size)| size.brotli).sum())
    };
    let first = total(name, &loaded_files(folder)?)?;
    let lazy = match &*lazy_files(folder)? {
        [] => 0,
        files => total(&format!("{name}, lazy-loaded"), files)?,
    };
    Ok(Parts { first, lazy })
}

fn exceeding(name: &str, parts: Parts, budget: Parts) -> Vec<String> {
    let first = exceeds(name, parts.first, budget.first);
    first.into_iter().chain(exceeds(&format!("{name}, lazy-loaded"), parts.lazy, budget.lazy)).collect()
}

/// Compares the other programs with the widget. What both elements load later counts as well: it must not be a way around.
fn larger_than_widget(sizes: &[(Program, Parts)]) -> Vec<String> {
    let of = |wanted: Program| sizes.iter().find(|(program, _)| *program == wanted).map(|(_, parts)| *parts);
    let (Some(widget), Some(list), Some(all)) = (of(Program::Widget), of(Program::List), of(Program::All))
    else {
        return Vec::new();
    };
    let rows = [
        ("the list", list.first, LIST_PERCENT, widget.first),
        ("both elements", all.first, ALL_PERCENT, widget.first),
        (
            "both elements with the lazy-loaded part",
            all.first + all.lazy,
            ALL_PERCENT,
            widget.first + widget.lazy,
        ),
    ];
    let compare = |(name, size, percent, widget): (&str, u64, u64, u64)| {
        exceeds(&format!("{name}, at most {percent} % of the widget"), size, widget * percent / 100)
    };
    rows.into_iter().filter_map(compare).collect()
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

/// Whether a file is the lazy-loaded part of a program.
fn is_lazy(file: &Path) -> bool {
    file.to_string_lossy().ends_with(".extras.wasm")
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
    fn programs_that_are_too_large_beside_the_widget() {
        let sizes = |list, all: (u64, u64)| {
            let parts = |(first, lazy)| Parts { first, lazy };
            [(1_000, 200), (list, 0), all].map(parts)
        };
        for (list, all, expected) in [
            (850, (1_250, 250), [false, false, false]),
            (851, (1_250, 250), [true, false, false]),
            (850, (1_251, 200), [false, true, false]),
            (850, (1_250, 251), [false, false, true]),
            (900, (2_000, 251), [true, true, true]),
        ] {
            let sizes: Vec<_> = Program::ALL.into_iter().zip(sizes(list, all)).collect();
            let exceeded = larger_than_widget(&sizes).join("; ");
            let found = ["the list,", "both elements,", "lazy-loaded"].map(|name| exceeded.contains(name));
            assert_eq!(found, expected, "{exceeded}");
            assert!(larger_than_widget(&sizes[..1]).is_empty());
        }
    }

    #[test]
    fn a_table_has_a_row_for_each_file_and_a_total() {
        let size = Size { raw: 10, brotli: 5 };
        let text = table("page", &[("a.js".to_owned(), size), ("b.js".to_owned(), size)]);
        assert_eq!(text.lines().count(), 4);
        assert!(text.ends_with(" 20         10\n"), "{text}");
    }
}
