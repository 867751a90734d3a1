//! The second file of the module: splits the lazy-loaded functions (`src/components/lazy.rs`) off the compiled library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::tools::Toolbox;
use crate::{files, process};

/// Makes the linker keep the relocations, by which `wasm-split-cli` finds which functions call which.
pub(crate) const LINKER_FLAG: &str = "-Clink-arg=--emit-relocs";
/// An empty WebAssembly module: the second file of a module that is not split.
pub(crate) const EMPTY: &[u8] = b"\0asm\x01\0\0\0";
/// Prefix of the names by which the two files share variables, besides memory and table.
const SHARED: &[u8] = b"__wasm_split_shared";

/// A library in two files, which are input for `wasm-bindgen` and `wasm-opt`.
pub(crate) struct SplitLibrary {
    pub(crate) main: PathBuf,
    pub(crate) lazy: PathBuf,
}

/// Splits a compiled library. The shared names get the text of `build_id`, so that browsers refuse to link files of two
/// different builds.
///
/// # Errors
/// If `wasm-split-cli` fails, or finds nothing to split off.
pub(crate) fn split(
    toolbox: &Toolbox,
    library: &Path,
    folder: &Path,
    build_id: &str,
) -> Result<SplitLibrary> {
    // `wasm-split-cli` does not remove the files of an earlier run.
    let _ = fs::remove_dir_all(folder);
    let mut split = Command::new("wasm-split-cli");
    split.arg(library).arg(folder).args(["--out-name", "main"]);
    toolbox.set_path(&mut split)?;
    process::stdout(&mut split)?;
    let files = SplitLibrary { main: folder.join("main.wasm"), lazy: folder.join("split_extras.wasm") };
    ensure!(files.lazy.is_file(), "{} has no lazy-loaded functions", library.display());
    for file in [&files.main, &files.lazy] {
        let mut wasm = files::read_bytes(file)?;
        rename_shared(&mut wasm, build_id)
            .with_context(|| format!("{} has no shared names", file.display()))?;
        files::write(file, wasm)?;
    }
    Ok(files)
}

/// Overwrites [`SHARED`] with `build_id`, cut or padded to the same length, wherever it occurs. Returns `None` if it does not.
fn rename_shared(wasm: &mut [u8], build_id: &str) -> Option<()> {
    let mut start = 0;
    while let Some(found) = wasm[start..].windows(SHARED.len()).position(|bytes| bytes == SHARED) {
        start += found;
        let name = &mut wasm[start..start + SHARED.len()];
        name.fill(b'_');
        name.iter_mut().zip(build_id.bytes()).for_each(|(to, from)| *to = from);
    }
    (start > 0).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_names_contain_the_build_id() {
        let mut wasm = b"\x14__wasm_split_shared0\x03.__wasm_split_shared1.".to_vec();
        rename_shared(&mut wasm, "0123456789abcdef").unwrap();
        assert_eq!(wasm, b"\x140123456789abcdef___0\x03.0123456789abcdef___1.");
        assert_eq!(rename_shared(&mut wasm, "0"), None);
    }
}
