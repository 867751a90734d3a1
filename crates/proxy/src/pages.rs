//! The page's files: media types, compression, and how long a browser may keep them.
//!
//! Must not know what the page does, or the API.

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
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

/// Files that have no `.br` or `.gz` beside them are compressed anew for each visit: beyond this quality the time
/// outweighs the bytes.
const BROTLI_QUALITY: i32 = 5;

const NO_PAGE: &str = "There is no page to serve: build it with `cargo xtask demo`, serve it with `trunk serve`, or \
                       name its directory with --static-dir.\n";

/// Serves the files of `static_dir`, or a sentence on how to build them.
pub fn routes(static_dir: Option<&Path>) -> Router {
    let Some(static_dir) = static_dir else {
        return Router::new().fallback(|| async { (StatusCode::NOT_FOUND, NO_PAGE) });
    };
    let files = ServeDir::new(static_dir).precompressed_br().precompressed_gzip();
    let files = files.fallback(service_fn(|_: Request| async { Ok::<_, Infallible>(not_found()) }));
    Router::new()
        .fallback_service(files)
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(BROTLI_QUALITY)))
        .layer(from_fn(describe))
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is no such file here.\n").into_response()
}

/// Whether a path is one of the page's: no part of it is hidden (`.git`, `.env`) or leads up, in any encoding. Nor is a
/// part empty: a redirect from `//name` to `//name/` would lead to another host.
fn is_servable(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let decoded = percent_decode_str(rest).collect::<Vec<_>>();
    let mut parts = decoded.split(|byte| b"/\\".contains(byte)).peekable();
    std::iter::from_fn(|| parts.next().map(|part| (part, parts.peek().is_none())))
        .all(|(part, is_last)| !part.starts_with(b".") && (is_last || !part.is_empty()))
}

/// Sets what a browser must know of a file beyond its media type.
async fn describe(request: Request, next: Next) -> Response {
    let policy = cache_control(request.uri().path());
    let mut response = if is_servable(request.uri().path()) { next.run(request).await } else { not_found() };
    let known = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(if known { policy } else { "no-cache" }));
    // What the build writes is UTF-8, but a browser would guess.
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).filter(|t| is_bare_text(t));
    let with_charset = text.and_then(|text| HeaderValue::from_str(&format!("{text}; charset=utf-8")).ok());
    if let Some(with_charset) = with_charset {
        headers.insert(CONTENT_TYPE, with_charset);
    }
    // The same file goes out in several encodings, so its tag can promise the same content but not the same bytes.
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

/// A file whose name holds a hash of its content never changes; any other is asked about each time.
fn cache_control(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hashed = name.contains('.')
        && stem.rsplit_once('-').is_some_and(|(_, hash)| {
            // Trunk leaves zeros in front out.
            (12..=16).contains(&hash.len())
                && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        });
    if hashed { "public, max-age=31536000, immutable" } else { "no-cache" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_and_ways_out_are_not_the_pages() {
        for good in ["/", "/index.html", "/a/b.js", "/a/", "/a..b", "/a%20b", "/%E6%89%B9.js"] {
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
        ] {
            assert!(!is_servable(bad), "{bad}");
        }
    }

    #[test]
    fn only_names_with_a_content_hash_are_immutable() {
        for path in [
            "/page-0123456789abcdef.js",
            "/a/page-0123456789abcdef_bg.wasm",
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
