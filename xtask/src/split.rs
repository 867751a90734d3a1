//! The second file of a program: splits the lazy-loaded functions (`src/components/lazy.rs`) off the compiled module or page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::process;
use crate::tools::Toolbox;

/// Splits off the deferred functions. The compiler needs [`LINKER_FLAG`].
pub(crate) const FEATURE: &str = "split";
/// Makes the linker keep the relocations, by which `wasm-split-cli` finds which functions call which.
pub(crate) const LINKER_FLAG: &str = "-Clink-arg=--emit-relocs";
/// An empty WebAssembly module: the second file of a module that is not split.
pub(crate) const EMPTY: &[u8] = b"\0asm\x01\0\0\0";
/// A program in two files, which are input for `wasm-bindgen` and `wasm-opt`.
pub(crate) struct SplitProgram {
    pub(crate) main: PathBuf,
    pub(crate) lazy: PathBuf,
}

/// Splits a compiled program. The files go to `folder`, which is emptied.
///
/// # Errors
/// If `wasm-split-cli` fails, or finds nothing to split off.
pub(crate) fn split(toolbox: &Toolbox, program: &Path, folder: &Path) -> Result<SplitProgram> {
    // `wasm-split-cli` does not remove the files of an earlier run.
    let _ = fs::remove_dir_all(folder);
    let mut split = Command::new("wasm-split-cli");
    split.arg(program).arg(folder).args(["--out-name", "main"]);
    toolbox.set_path(&mut split)?;
    process::stdout(&mut split)?;
    let files = SplitProgram { main: folder.join("main.wasm"), lazy: folder.join("split_extras.wasm") };
    ensure!(files.lazy.is_file(), "{} has no lazy-loaded functions", program.display());
    Ok(files)
}
