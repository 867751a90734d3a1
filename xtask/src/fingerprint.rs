//! A number that changes when any of some files or facts changes. It must not know what they are for.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

use crate::files;

/// Collects what a result depends on.
#[derive(Debug, Default)]
pub(crate) struct Fingerprint(DefaultHasher);

impl Fingerprint {
    /// Adds a fact that is in no file, such as a tool's version.
    pub(crate) fn fact(&mut self, fact: &str) {
        fact.hash(&mut self.0);
    }

    /// Adds a file, or every file below a folder: names relative to `root`, and contents. That something is missing
    /// counts as well.
    ///
    /// # Errors
    /// If what is there cannot be read.
    pub(crate) fn path(&mut self, root: &Path, relative: &str) -> Result<()> {
        let path = root.join(relative);
        if !path.exists() {
            self.fact(&format!("no {relative}"));
            return Ok(());
        }
        for file in files::below(&path)? {
            file.strip_prefix(root).unwrap_or(&file).hash(&mut self.0);
            fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?.hash(&mut self.0);
        }
        Ok(())
    }

    /// The number, as text for a file.
    pub(crate) fn finish(self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(root: &Path, fact: &str) -> String {
        let mut fingerprint = Fingerprint::default();
        fingerprint.fact(fact);
        fingerprint.path(root, "src").unwrap();
        fingerprint.path(root, "gone").unwrap();
        fingerprint.finish()
    }

    #[test]
    fn every_change_shows_and_no_change_does_not() {
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
