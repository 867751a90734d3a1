//! The second file of the module: splits the lazy-loaded functions (`src/components/lazy.rs`) off the compiled library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::process;
use crate::tools::Toolbox;

/// Makes the linker keep the relocations, by which `wasm-split-cli` finds which functions call which.
pub(crate) const LINKER_FLAG: &str = "-Clink-arg=--emit-relocs";
/// An empty WebAssembly module: the second file of a module that is not split.
pub(crate) const EMPTY: &[u8] = b"\0asm\x01\0\0\0";
/// A library in two files, which are input for `wasm-bindgen` and `wasm-opt`.
pub(crate) struct SplitLibrary {
    pub(crate) main: PathBuf,
    pub(crate) lazy: PathBuf,
}

/// Splits a compiled library.
///
/// # Errors
/// If `wasm-split-cli` fails, or finds nothing to split off.
pub(crate) fn split(toolbox: &Toolbox, library: &Path, folder: &Path) -> Result<SplitLibrary> {
    // `wasm-split-cli` does not remove the files of an earlier run.
    let _ = fs::remove_dir_all(folder);
    let mut split = Command::new("wasm-split-cli");
    split.arg(library).arg(folder).args(["--out-name", "main"]);
    toolbox.set_path(&mut split)?;
    process::stdout(&mut split)?;
    let files = SplitLibrary { main: folder.join("main.wasm"), lazy: folder.join("split_extras.wasm") };
    ensure!(files.lazy.is_file(), "{} has no lazy-loaded functions", library.display());
    Ok(files)
}
