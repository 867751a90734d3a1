//! `dist/SHA256SUMS`: a checksum of every file that is shipped, as `sha256sum --check` reads them.
//!
//! It must not know what is shipped.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use crate::files;

/// Writes the checksums of `parts`, which lie in `folder`, into the folder; gives the file.
///
/// # Errors
/// If something cannot be read or written.
pub(crate) fn write(folder: &Path, parts: &[PathBuf]) -> Result<PathBuf> {
    let mut lines = String::new();
    for part in parts {
        for file in files::below(part)? {
            let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "{}", line(&bytes, file.strip_prefix(folder).unwrap_or(&file)));
        }
    }
    let sums = folder.join("SHA256SUMS");
    fs::write(&sums, lines).with_context(|| format!("cannot write {}", sums.display()))?;
    Ok(sums)
}

fn line(bytes: &[u8], name: &Path) -> String {
    let mut line = String::with_capacity(80);
    for byte in Sha256::digest(bytes) {
        let _ = write!(line, "{byte:02x}");
    }
    // The same on every system.
    let name = name.display().to_string().replace('\\', "/");
    line + "  " + &name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_sha256sum_prints() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  npm/index.js";
        assert_eq!(line(b"abc", Path::new("npm/index.js")), abc);
    }
}
