//! Paths of the repository, of cargo's target folder, and of the build results in `dist/`.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tinyjson::JsonValue;

use crate::process;

#[derive(Debug)]
pub(crate) struct Workspace {
    /// The repository, absolute.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, absolute.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the workspace that this program belongs to.
    pub(crate) fn find() -> Result<Self> {
        // The value at run time is correct even if the clone was moved after this program was compiled.
        let manifest_dir =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = PathBuf::from(manifest_dir).parent().context("xtask has no parent folder")?.to_owned();
        let mut cargo = Command::new("cargo");
        cargo.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(&root);
        let metadata: JsonValue = process::stdout(&mut cargo)?.parse()?;
        let metadata: &HashMap<String, JsonValue> =
            metadata.get().context("`cargo metadata` is not an object")?;
        let target: Option<&String> = metadata.get("target_directory").and_then(JsonValue::get);
        let target = PathBuf::from(target.context("`cargo metadata` names no target folder")?);
        Ok(Self { root, target })
    }

    /// Returns `cargo` with the repository as working folder.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(&self.root);
        cargo
    }

    /// The static site.
    pub(crate) fn page(&self) -> PathBuf {
        self.root.join("dist").join("page")
    }

    /// The npm package.
    pub(crate) fn npm(&self) -> PathBuf {
        self.root.join("dist").join("npm")
    }

    /// Intermediate files and fingerprints of these commands.
    pub(crate) fn build_folder(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Shortens a path for messages: relative to the repository if it is inside.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
