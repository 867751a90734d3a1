//! The files of a page, compressed with brotli once, before anything is measured.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use bytes::Bytes;

/// The highest quality of brotli. The measured transfer sizes use it.
const QUALITY: i32 = 11;

#[derive(Clone, Debug)]
pub(crate) struct Asset {
    pub(crate) media_type: &'static str,
    pub(crate) brotli: Bytes,
}

/// The files below a folder, by their paths in URLs.
pub(crate) fn read(folder: &Path) -> Result<HashMap<String, Asset>> {
    let mut files = HashMap::new();
    for path in below(folder)? {
        let Some(media_type) = path.extension().and_then(|it| it.to_str()).and_then(media_type) else {
            continue;
        };
        let raw = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        files.insert(name, Asset { media_type, brotli: brotli(&raw, QUALITY)? });
    }
    Ok(files)
}

fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        match path.is_dir() {
            true => files.extend(below(&path)?),
            false => files.push(path),
        }
    }
    Ok(files)
}

/// Compresses with a window size that browsers accept.
pub(crate) fn brotli(raw: &[u8], quality: i32) -> Result<Bytes> {
    let parameters = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &raw[..], &mut compressed, &parameters)?;
    Ok(compressed.into())
}

fn media_type(extension: &str) -> Option<&'static str> {
    match extension {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript"),
        "css" => Some("text/css"),
        "svg" => Some("image/svg+xml"),
        "wasm" => Some("application/wasm"),
        _ => None,
    }
}
