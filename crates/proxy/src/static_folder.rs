//! The files below a folder: regular files only, and none that a symbolic link leads to outside of the folder.
//!
//! This module must not know URLs.

use std::fs::{File, Metadata};
use std::future::Future;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use tower_http::services::fs::{Backend, TokioBackend, TokioFile};

/// Opens files below a folder.
#[derive(Debug, Clone)]
pub(crate) struct StaticFolder(Arc<Path>);

impl StaticFolder {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.into())
    }

    /// Returns the content of a file, up to a limit in bytes. Blocks.
    ///
    /// # Errors
    /// If the file must not be served, is larger, or cannot be read.
    pub(crate) fn read(&self, name: &str, limit: u64) -> io::Result<Vec<u8>> {
        let (path, metadata) = self.resolve_now(&self.0.join(name))?;
        if !metadata.is_file() || metadata.len() > limit {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut content = Vec::new();
        // It may have grown.
        File::open(path)?.take(limit).read_to_end(&mut content)?;
        Ok(content)
    }

    /// Resolves symbolic links. A path that must not be served is reported as not found.
    async fn resolve(&self, path: PathBuf) -> io::Result<(PathBuf, Metadata)> {
        let folder = self.clone();
        // Joining fails only if the runtime shuts down.
        tokio::task::spawn_blocking(move || folder.resolve_now(&path)).await?
    }

    fn resolve_now(&self, path: &Path) -> io::Result<(PathBuf, Metadata)> {
        // The folder is resolved each time, because a deployment may replace it.
        let (root, path) = (self.0.canonicalize()?, path.canonicalize()?);
        let metadata = path.metadata()?;
        // Opening a named pipe could block forever.
        if path.starts_with(root) && (metadata.is_file() || metadata.is_dir()) {
            Ok((path, metadata))
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }
}

type BoxFuture<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl Backend for StaticFolder {
    type File = TokioFile;
    type Metadata = Metadata;
    type OpenFuture = BoxFuture<TokioFile>;
    type MetadataFuture = BoxFuture<Metadata>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        let folder = self.clone();
        Box::pin(async move {
            let (path, _) = folder.resolve(path).await?;
            TokioBackend.open(path).await
        })
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        let folder = self.clone();
        Box::pin(async move { Ok(folder.resolve(path).await?.1) })
    }
}
