//! The files of the page: media types, compression and cache lifetimes.

use std::convert::Infallible;
use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use http::{HeaderValue, StatusCode};
use percent_encoding::percent_decode_str;
use tower::service_fn;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

use crate::static_folder::StaticFolder;

const NO_PAGE: &str = "The page was not found. Build it with `cargo xtask demo`, serve it with `trunk serve`, or set its directory \
                       with --static-dir.\n";

/// Serves the files of `static_dir`; without it, a message that says how to build them.
pub fn routes(static_dir: Option<&Path>) -> Router {
    let Some(static_dir) = static_dir else {
        return Router::new().fallback(|| async { (StatusCode::NOT_FOUND, NO_PAGE) });
    };
    let files = ServeDir::with_backend(static_dir, StaticFolder::new(static_dir));
    let files = files.precompressed_br().precompressed_gzip();
    let files = files.fallback(service_fn(|_: Request| async { Ok::<_, Infallible>(not_found()) }));
    Router::new()
        .fallback_service(files)
        // For files without a compressed variant on disk.
        .layer(CompressionLayer::new())
        .layer(from_fn(set_headers))
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "File not found.\n").into_response()
}

/// Returns whether a path may be served. Hidden files (`.git`, `.env`), parent directories and files that are not part of the
/// page are not served, in any encoding. Empty segments are not allowed either: a redirect from `//name` to `//name/` would
/// lead to another host.
fn is_servable(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let decoded = percent_decode_str(rest).collect::<Vec<_>>();
    let mut parts = decoded.split(|byte| b"/\\".contains(byte)).peekable();
    std::iter::from_fn(|| parts.next().map(|part| (part, parts.peek().is_none()))).all(|(part, is_last)| {
        !part.starts_with(b".") && (is_last || !part.is_empty()) && !is_development_file(part)
    })
}

/// Returns whether a name is that of an editor's backup or a source map, also of a compressed one.
fn is_development_file(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let uncompressed = [".gz", ".br"].iter().find_map(|suffix| name.strip_suffix(suffix.as_bytes()));
    let name = uncompressed.unwrap_or(&name);
    name.ends_with(b"~") || name.ends_with(b".map")
}

/// Middleware: rejects paths that must not be served, and sets cache lifetime, charset and entity tag.
async fn set_headers(request: Request, next: Next) -> Response {
    let policy = cache_control(request.uri().path());
    let mut response = if is_servable(request.uri().path()) { next.run(request).await } else { not_found() };
    let is_found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(if is_found { policy } else { "no-cache" }));
    // All text files of the page are UTF-8. Without a charset the browser would guess.
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).filter(|t| is_bare_text(t));
    let with_charset = text.and_then(|text| HeaderValue::from_str(&format!("{text}; charset=utf-8")).ok());
    if let Some(with_charset) = with_charset {
        headers.insert(CONTENT_TYPE, with_charset);
    }
    // The same file is served in several encodings, so its tag must be weak.
    let weak = headers
        .get(ETAG)
        .filter(|tag| tag.as_bytes().starts_with(b"\""))
        .and_then(|tag| HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()).ok());
    if let Some(weak) = weak {
        headers.insert(ETAG, weak);
    }
    response
}

fn is_bare_text(media_type: &str) -> bool {
    media_type.starts_with("text/") && !media_type.contains(';')
}

/// Files with a content hash in their name are immutable; all others are revalidated.
fn cache_control(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hashed = name.contains('.')
        && stem.rsplit_once('-').is_some_and(|(_, hash)| {
            // Trunk omits leading zeros.
            (12..=16).contains(&hash.len())
                && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        });
    if hashed { "public, max-age=31536000, immutable" } else { "no-cache" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_and_parent_directories_are_not_served() {
        for good in [
            "/",
            "/index.html",
            "/a/b.js",
            "/a/",
            "/a..b",
            "/a%20b",
            "/%E6%89%B9.js",
            "/map",
            "/map.js",
            "/~a",
        ] {
            assert!(is_servable(good), "{good}");
        }
        for bad in [
            "",
            "*",
            "/.env",
            "/%2eenv",
            "/a/.git/config",
            "/..",
            "/a/..",
            "/%2e%2e/x",
            "/a%2f..%2fb",
            "/a\\.b",
            "/a%5c.b",
            "//a",
            "/a//b",
            "/%2fa",
            "//",
            "/page.js~",
            "/page.js%7E",
            "/page.js.map",
            "/a/page.js.MAP",
            "/page.js.map.gz",
            "/page.js%2emap.br",
            "/old~/page.js",
        ] {
            assert!(!is_servable(bad), "{bad}");
        }
    }

    #[test]
    fn only_files_with_a_content_hash_are_immutable() {
        for path in [
            "/page-0123456789abcdef.js",
            "/a/page-0123456789abcdef_bg.wasm",
            "/page-0123456789abcdef.extras.wasm",
            "/style-fedcba9876543210.css",
            "/style-16e64abee665c20.css",
        ] {
            assert_eq!(cache_control(path), "public, max-age=31536000, immutable", "{path}");
        }
        for path in [
            "/",
            "/index.html",
            "/page.js",
            "/page-0123456789a.js",
            "/page-0123456789abcdeg.js",
            "/0123456789abcdef.js",
            "/page-0123456789abcdef",
        ] {
            assert_eq!(cache_control(path), "no-cache", "{path}");
        }
    }
}
