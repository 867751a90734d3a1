//! The per-user cache of tools, with a folder for each package and version.
//!
//! A folder is filled under a temporary name and then renamed, so that concurrent or interrupted installations leave no
//! incomplete folder.

use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

use anyhow::{Context, Result};

use crate::{console, files};

/// Returns the folder for a version of a package, which may not exist yet.
///
/// # Errors
/// If the user has no home folder.
pub(crate) fn folder(package: &str, version: &str) -> Result<PathBuf> {
    Ok(tools()?.join(format!("{package}-{version}")))
}

/// A folder with a temporary name; dropping it deletes the folder unless it was published.
#[derive(Debug)]
pub(crate) struct StagingFolder {
    pub(crate) path: PathBuf,
}

impl StagingFolder {
    pub(crate) fn create(package: &str, version: &str) -> Result<Self> {
        let path = tools()?.join(format!(".{package}-{version}.{}", process::id()));
        // A killed process with the same ID may have left files.
        files::recreate_folder(&path)?;
        Ok(Self { path })
    }

    /// Renames the folder to its final name. If another process was first, its folder is kept and this one is deleted.
    pub(crate) fn publish(self, folder: &Path) -> Result<()> {
        match fs::rename(&self.path, folder) {
            Err(_) if folder.is_dir() => Ok(()),
            result => result.with_context(|| format!("cannot create {}", folder.display())),
        }
    }
}

impl Drop for StagingFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            console::line(&format!("{} could not be deleted: {error}", self.path.display()));
        }
    }
}

fn tools() -> Result<PathBuf> {
    let cache = match env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute()) {
        Some(cache) => cache,
        None => env::home_dir()
            .context("there is no home folder for the tools: set XDG_CACHE_HOME")?
            .join(".cache"),
    };
    Ok(cache.join("batch-task-widget").join("tools"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_published_folder_is_kept() {
        let root = env::temp_dir().join(format!("xtask-cache-{}", process::id()));
        let staging = |text: &str| {
            let path = root.join(format!("staging-{text}"));
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("tool"), text).unwrap();
            StagingFolder { path }
        };
        let (first, second, third) = (staging("first"), staging("second"), staging("third"));
        let folder = root.join("tool-1");

        first.publish(&folder).unwrap();
        second.publish(&folder).unwrap();
        drop(third);

        assert_eq!(fs::read_to_string(folder.join("tool")).unwrap(), "first");
        assert_eq!(fs::read_dir(&root).unwrap().count(), 1);
        fs::remove_dir_all(&root).unwrap();
    }
}
