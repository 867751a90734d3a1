//! `dist/SHA256SUMS`: the checksum of every shipped file, in the format of `sha256sum --check`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use crate::files;

/// Writes the checksums of `parts`, which are in `folder`, to `folder/SHA256SUMS`. Returns its path.
pub(crate) fn write(folder: &Path, parts: &[PathBuf]) -> Result<PathBuf> {
    let mut lines = String::new();
    for part in parts {
        for file in files::below(part)? {
            lines += &line(&files::read_bytes(&file)?, file.strip_prefix(folder).unwrap_or(&file));
        }
    }
    let path = folder.join("SHA256SUMS");
    files::write(&path, lines)?;
    Ok(path)
}

fn line(bytes: &[u8], name: &Path) -> String {
    let mut line = String::new();
    for byte in Sha256::digest(bytes) {
        // Writing to a String cannot fail.
        let _ = write!(line, "{byte:02x}");
    }
    // `sha256sum` expects `/` on Windows as well.
    let name = name.display().to_string().replace('\\', "/");
    line + "  " + &name + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_has_the_format_of_sha256sum() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  npm/index.js\n";
        assert_eq!(line(b"abc", Path::new("npm/index.js")), abc);
    }
}
