//! The files of a page, compressed with brotli once, before anything is measured.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use bytes::Bytes;

/// The highest quality of brotli. The measured transfer sizes use it.
const QUALITY: i32 = 11;

#[derive(Clone, Debug)]
pub(crate) struct Asset {
    pub(crate) media_type: &'static str,
    pub(crate) brotli: Bytes,
}

/// The files of a page by name.
pub(crate) fn read(folders: &[PathBuf]) -> Result<HashMap<String, Asset>> {
    let mut files = HashMap::new();
    // The first folder is read last, so that its files replace those of the others.
    for folder in folders.iter().rev() {
        let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let Some(media_type) = path.extension().and_then(|it| it.to_str()).and_then(media_type) else {
                continue;
            };
            let raw = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            files.insert(name.unwrap_or_default(), Asset { media_type, brotli: brotli(&raw, QUALITY)? });
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
        "wasm" => Some("application/wasm"),
        _ => None,
    }
}
