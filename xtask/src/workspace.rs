//! Where things are: the repository, cargo's target folder, what is built into `dist/`. It must not build anything.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// The repository and the folders that belong to it.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The repository's own folder, absolute.
    pub(crate) root: PathBuf,
    /// What cargo uses, wherever its settings put it; absolute.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the workspace that this program belongs to.
    ///
    /// # Errors
    /// If cargo cannot read the workspace.
    pub(crate) fn find() -> Result<Self> {
        // At run time cargo gives the present place, which matters when a clone has been moved.
        let manifest_dir =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = PathBuf::from(manifest_dir).parent().context("xtask has no folder above it")?.to_owned();
        let mut cargo = Command::new("cargo");
        cargo.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(&root);
        let metadata = process::answer(&mut cargo)?;
        let target =
            json_string(&metadata, "target_directory").context("cargo metadata names no target folder")?;
        Ok(Self { root, target: target.into() })
    }

    /// `cargo`, run in the repository.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(&self.root);
        cargo
    }

    /// The static site that Trunk writes.
    pub(crate) fn page(&self) -> PathBuf {
        self.root.join("dist").join("page")
    }

    /// The npm package.
    pub(crate) fn npm(&self) -> PathBuf {
        self.root.join("dist").join("npm")
    }

    /// Where these commands keep notes between two runs.
    pub(crate) fn notes(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// A path as people read it: relative to the repository where it lies inside.
    pub(crate) fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// The value of the one key that is needed from cargo's JSON; a JSON library would double this program's build time.
fn json_string(json: &str, key: &str) -> Option<String> {
    let start = json.find(&format!("\"{key}\":\""))? + key.len() + 4;
    let mut value = String::new();
    let mut characters = json.get(start..)?.chars();
    loop {
        match characters.next()? {
            '"' => return Some(value),
            '\\' => value.push(characters.next()?),
            other => value.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_folder_in_cargos_json() {
        let json = r#"{"packages":[],"target_directory":"C:\\a \"b\"\\target","version":1}"#;
        assert_eq!(json_string(json, "target_directory").as_deref(), Some(r#"C:\a "b"\target"#));
        assert_eq!(json_string(json, "build_directory"), None);
        assert_eq!(json_string(r#"{"target_directory":"cut"#, "target_directory"), None);
    }
}
