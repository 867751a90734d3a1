//! The module in two files: what a page loads, and what is loaded once a viewer comes near (`src/components/extras.rs`).
//!
//! It must not know what is in either of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::tools::Toolbox;

/// What the linker is told, so that the compiled library says who calls whom.
pub(crate) const LINKER_FLAG: &str = "-Clink-arg=--emit-relocs";
/// The second file of a module that is whole: nothing.
pub(crate) const NOTHING: &[u8] = b"\0asm\x01\0\0\0";
/// What the names begin with of what both files share beside memory and table.
const SHARED: &[u8] = b"__wasm_split_shared";

/// A library in two files.
pub(crate) struct Halves {
    pub(crate) main: PathBuf,
    pub(crate) extras: PathBuf,
}

/// Takes a compiled library apart.
///
/// # Errors
/// If that fails, or it has nothing to be taken out.
pub(crate) fn split(toolbox: &Toolbox, library: &Path, folder: &Path, name: &str) -> Result<Halves> {
    // What an earlier one left must not be taken for this one's.
    let _ = fs::remove_dir_all(folder);
    let mut split = Command::new("wasm-split-cli");
    split.arg(library).arg(folder).args(["--out-name", name]);
    toolbox.equip(&mut split)?;
    process::answer(&mut split)?;
    let halves =
        Halves { main: folder.join(format!("{name}.wasm")), extras: folder.join("split_extras.wasm") };
    ensure!(halves.extras.is_file(), "{} has nothing that is loaded later", library.display());
    Ok(halves)
}

/// Gives what both share names that only they have, so that a browser refuses the second file of another build; `seal` is
/// what tells this build from others.
///
/// # Errors
/// If they share nothing.
pub(crate) fn seal(halves: [&mut Vec<u8>; 2], seal: &str) -> Result<()> {
    for half in halves {
        let places: Vec<usize> = half
            .windows(SHARED.len())
            .enumerate()
            .filter_map(|(place, bytes)| (bytes == SHARED).then_some(place))
            .collect();
        ensure!(!places.is_empty(), "the two files of the module share nothing");
        for place in places {
            // As long as what it replaces: a name's length stands before it.
            let name = half.get_mut(place..place + SHARED.len()).context("a name is cut off")?;
            name.fill(b'_');
            name.iter_mut().zip(seal.bytes()).for_each(|(to, from)| *to = from);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_get_the_names_of_their_build() {
        let (mut main, mut extras) =
            (b".__wasm_split_shared0.".to_vec(), b"\x14__wasm_split_shared0\x03".to_vec());
        seal([&mut main, &mut extras], "0123456789abcdef").unwrap();
        assert_eq!(main, b".0123456789abcdef___0.");
        assert_eq!(extras, b"\x140123456789abcdef___0\x03");
        assert!(seal([&mut main, &mut extras], "0").is_err(), "they are sealed");
    }
}
