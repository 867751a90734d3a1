//! The files below a folder: regular files only, and none that a symbolic link leads to outside of the folder.
//!
//! This module must not know URLs.

use std::fs::Metadata;
use std::future::Future;
use std::io;
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

    /// Resolves symbolic links. A path that must not be served is reported as not found.
    async fn resolve(&self, path: PathBuf) -> io::Result<(PathBuf, Metadata)> {
        let root = Arc::clone(&self.0);
        // The folder is resolved each time, because a deployment may replace it.
        let resolve = move || {
            let (root, path) = (root.canonicalize()?, path.canonicalize()?);
            let metadata = path.metadata()?;
            // Opening a named pipe could block forever.
            if path.starts_with(root) && (metadata.is_file() || metadata.is_dir()) {
                Ok((path, metadata))
            } else {
                Err(io::ErrorKind::NotFound.into())
            }
        };
        // Joining fails only if the runtime shuts down.
        tokio::task::spawn_blocking(resolve).await?
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
