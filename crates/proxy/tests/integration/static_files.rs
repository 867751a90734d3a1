//! The files of the page.

use std::fs;

use axum::Router;
use tempfile::TempDir;

use crate::support::{get, page_proxy, send};

const HASHED: &str = "page-0123456789abcdef";

fn site() -> (TempDir, Router) {
    let directory = tempfile::tempdir().unwrap();
    let page = directory.path().join("page");
    fs::create_dir(&page).unwrap();
    fs::write(directory.path().join("secret.toml"), "outside").unwrap();
    fs::write(page.join("index.html"), "<!doctype html><title>批次</title>".repeat(20)).unwrap();
    fs::write(page.join(format!("{HASHED}.js")), "export {};\n".repeat(100)).unwrap();
    fs::write(page.join(format!("{HASHED}_bg.wasm")), [0; 4096]).unwrap();
    fs::write(page.join("style.css"), "a { color: red }\n".repeat(100)).unwrap();
    fs::write(page.join("icon.svg"), "<svg/>").unwrap();
    let router = page_proxy(&page);
    (directory, router)
}

#[tokio::test]
async fn files_have_media_types_and_cache_lifetimes() {
    let (_directory, router) = site();
    for (target, media_type, cache_control) in [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/?batch-id=pcb-demo", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        (&format!("/{HASHED}.js"), "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        (&format!("/{HASHED}_bg.wasm"), "application/wasm", "public, max-age=31536000, immutable"),
        ("/style.css", "text/css; charset=utf-8", "no-cache"),
        ("/icon.svg", "image/svg+xml", "no-cache"),
    ] {
        let response = get(&router, target).await;
        assert_eq!(response.status, 200, "{target}");
        assert_eq!(response.header("content-type"), media_type, "{target}");
        assert_eq!(response.header("cache-control"), cache_control, "{target}");
        assert!(
            !response.header("etag").is_empty() && !response.header("last-modified").is_empty(),
            "{target}"
        );
    }
    let missing = get(&router, &format!("/{}.js", HASHED.replace('0', "f"))).await;
    assert_eq!((missing.status.as_u16(), missing.header("cache-control")), (404, "no-cache"));
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() {
    let (_directory, router) = site();
    for encoding in ["identity", "br", "gzip"] {
        let first = send(&router, "GET", "/style.css", &[("accept-encoding", encoding)]).await;
        let headers = [("accept-encoding", encoding), ("if-none-match", first.header("etag"))];
        let second = send(&router, "GET", "/style.css", &headers).await;
        assert_eq!((second.status.as_u16(), second.body.len()), (304, 0), "{encoding}");
        assert_eq!(second.header("cache-control"), "no-cache");
        let since = [("if-modified-since", first.header("last-modified"))];
        assert_eq!(send(&router, "GET", "/style.css", &since).await.status, 304);
    }
}

#[tokio::test]
async fn files_are_compressed_as_accepted() {
    let (directory, router) = site();
    for target in ["/", "/style.css", &format!("/{HASHED}_bg.wasm")] {
        for (accepted, given) in [("gzip, br", "gzip"), ("gzip", "gzip"), ("", ""), ("br", "")] {
            let response = send(&router, "GET", target, &[("accept-encoding", accepted)]).await;
            assert_eq!(response.header("content-encoding"), given, "{target}: {accepted}");
            assert_eq!(response.header("vary"), "accept-encoding", "{target}: {accepted}");
        }
    }
    fs::write(directory.path().join("page/style.css.br"), "compressed variant").unwrap();
    let response = send(&router, "GET", "/style.css", &[("accept-encoding", "br")]).await;
    assert_eq!((response.text(), response.header("content-encoding")), ("compressed variant", "br"));
    assert_eq!(response.header("content-type"), "text/css; charset=utf-8");
}

#[tokio::test]
async fn nothing_outside_the_directory_is_served() {
    let (_directory, router) = site();
    for target in [
        "/../secret.toml",
        "/%2e%2e/secret.toml",
        "/..%2fsecret.toml",
        "/%2e%2e%2fsecret.toml",
        "/a/../../secret.toml",
        "/..%5csecret.toml",
        "//../secret.toml",
        "/%00",
        "/index.html/../../secret.toml",
    ] {
        let response = get(&router, target).await;
        assert!(response.status.is_client_error(), "{target}: {}", response.status);
        assert!(!response.text().contains("outside"), "{target}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn symbolic_links_are_followed_inside_the_directory_only() {
    use std::os::unix::fs::symlink;
    let (directory, router) = site();
    let page = directory.path().join("page");
    let outside = directory.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("index.html"), "outside").unwrap();
    fs::write(outside.join("style.css.br"), "outside").unwrap();
    // Kubernetes mounts files in this form.
    fs::create_dir(page.join("..2026")).unwrap();
    fs::write(page.join("..2026/config.js"), "inside").unwrap();
    for (target, link) in [
        ("..2026", "..data"),
        ("..data/config.js", "config.js"),
        ("../secret.toml", "file.js"),
        ("../outside", "folder"),
        ("../outside/index.html", "other.html"),
        ("../outside/style.css.br", "style.css.br"),
        ("missing.js", "dangling.js"),
    ] {
        symlink(target, page.join(link)).unwrap();
    }
    assert_eq!(get(&router, "/config.js").await.text(), "inside");
    for target in ["/file.js", "/folder", "/folder/", "/folder/index.html", "/other.html", "/dangling.js"] {
        for method in ["GET", "HEAD"] {
            let response = send(&router, method, target, &[]).await;
            assert_eq!(response.status, 404, "{method} {target}");
            assert!(!response.text().contains("outside"), "{target}");
        }
    }
    let compressed = send(&router, "GET", "/style.css", &[("accept-encoding", "br")]).await;
    assert!(compressed.status == 200 && compressed.body != b"outside", "{compressed:?}");

    // The directory itself may be a link, which a deployment replaces.
    let current = directory.path().join("current");
    symlink("page", &current).unwrap();
    let router = page_proxy(&current);
    assert_eq!(get(&router, "/icon.svg").await.text(), "<svg/>");
    fs::remove_file(&current).unwrap();
    symlink("outside", &current).unwrap();
    assert_eq!(get(&router, "/").await.text(), "outside");
}

#[tokio::test]
async fn backups_and_source_maps_are_not_served() {
    let (directory, router) = site();
    for name in ["style.css~", "page.js.map", "page.js.map.gz", "PAGE.JS.MAP"] {
        fs::write(directory.path().join("page").join(name), "internal").unwrap();
        let response = get(&router, &format!("/{name}")).await;
        assert_eq!((response.status.as_u16(), response.text()), (404, "File not found.\n"), "{name}");
    }
}

#[tokio::test]
async fn files_support_get_and_head_only() {
    let (_directory, router) = site();
    let head = send(&router, "HEAD", "/index.html", &[]).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    let post = send(&router, "POST", "/index.html", &[]).await;
    assert_eq!((post.status.as_u16(), post.header("allow")), (405, "GET,HEAD"));
}
