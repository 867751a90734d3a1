//! The per-user folder of tools, one folder below it for each package and version.
//!
//! A folder there is complete: it gets its name only once everything is in it, so that two installations at the same
//! time, or one that is cut short, do no harm.

use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

use anyhow::{Context, Result};

/// Where a version of a package is, or will be.
///
/// # Errors
/// If the user has no home folder.
pub(crate) fn folder(package: &str, version: &str) -> Result<PathBuf> {
    Ok(tools()?.join(format!("{package}-{version}")))
}

/// A folder under a temporary name beside the final one; it goes away when this is dropped without being published.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) path: PathBuf,
}

impl Draft {
    /// Begins a new folder.
    ///
    /// # Errors
    /// If it cannot be made.
    pub(crate) fn begin(package: &str, version: &str) -> Result<Self> {
        let path = tools()?.join(format!(".{package}-{version}.{}", process::id()));
        // What a killed process of the same number has left.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self { path })
    }

    /// Gives the folder its final name; if another process was first, its folder stays and this one goes.
    ///
    /// # Errors
    /// If it cannot be renamed and there is no other.
    pub(crate) fn publish(self, folder: &Path) -> Result<()> {
        match fs::rename(&self.path, folder) {
            Err(_) if folder.is_dir() => Ok(()),
            result => result.with_context(|| format!("cannot make {}", folder.display())),
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            crate::say::line(&format!("{} is left over and may be deleted: {error}", self.path.display()));
        }
    }
}

fn tools() -> Result<PathBuf> {
    let cache = match env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute()) {
        Some(cache) => cache,
        None => {
            env::home_dir().context("no home folder to keep tools in: set XDG_CACHE_HOME")?.join(".cache")
        }
    };
    Ok(cache.join("batch-task-widget").join("tools"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_second_takes_what_is_there() {
        let root = env::temp_dir().join(format!("xtask-cache-{}", process::id()));
        let draft = |text: &str| {
            let path = root.join(format!("draft-{text}"));
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("tool"), text).unwrap();
            Draft { path }
        };
        let (first, second, third) = (draft("first"), draft("second"), draft("third"));
        let folder = root.join("tool-1");

        first.publish(&folder).unwrap();
        second.publish(&folder).unwrap();
        drop(third);

        assert_eq!(fs::read_to_string(folder.join("tool")).unwrap(), "first");
        assert_eq!(fs::read_dir(&root).unwrap().count(), 1);
        fs::remove_dir_all(&root).unwrap();
    }
}
