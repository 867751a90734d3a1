//! A hash over the inputs of a build step, by which the step is skipped if its inputs have not changed.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::Result;

use crate::files;

/// Collects the inputs.
#[derive(Debug, Default)]
pub(crate) struct Fingerprint(DefaultHasher);

impl Fingerprint {
    /// Adds an input that is not a file, such as a tool's version.
    pub(crate) fn fact(&mut self, fact: &str) {
        fact.hash(&mut self.0);
    }

    /// Adds the contents of a file, or of every file below a folder, and their paths relative to `root`. A missing file
    /// changes the hash as well.
    pub(crate) fn path(&mut self, root: &Path, relative: &str) -> Result<()> {
        let path = root.join(relative);
        if !path.exists() {
            self.fact(&format!("no {relative}"));
            return Ok(());
        }
        for file in files::below(&path)? {
            file.strip_prefix(root).unwrap_or(&file).hash(&mut self.0);
            files::read_bytes(&file)?.hash(&mut self.0);
        }
        Ok(())
    }

    /// Returns the hash as hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn of(root: &Path, fact: &str) -> String {
        let mut fingerprint = Fingerprint::default();
        fingerprint.fact(fact);
        fingerprint.path(root, "src").unwrap();
        fingerprint.path(root, "gone").unwrap();
        fingerprint.finish()
    }

    #[test]
    fn every_change_of_an_input_changes_the_hash() {
        let root = std::env::temp_dir().join(format!("xtask-fingerprint-{}", std::process::id()));
        fs::create_dir_all(root.join("src/below")).unwrap();
        fs::write(root.join("src/a.rs"), "a").unwrap();
        let mut seen = vec![of(&root, "1")];
        assert_eq!(of(&root, "1"), seen[0]);

        seen.push(of(&root, "2"));
        fs::write(root.join("src/a.rs"), "b").unwrap();
        seen.push(of(&root, "1"));
        fs::rename(root.join("src/a.rs"), root.join("src/below/a.rs")).unwrap();
        seen.push(of(&root, "1"));
        fs::write(root.join("gone"), "").unwrap();
        seen.push(of(&root, "1"));
        fs::remove_dir_all(&root).unwrap();

        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }
}
