//! The server of all contestants: their files, compressed in advance, and the API responses. Must not know the browser.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body as HttpBody;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::body::Body;
use crate::contestant::Contestant;
use crate::files::{self, Asset};

/// The ETag of the first body.
const TAG: &str = "W/\"bench\"";

/// How consecutive API responses differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Series {
    /// In 1 % of the rows.
    Changed,
    /// Only in the RequestId.
    Unchanged,
    /// Not at all: the response to a conditional request is 304.
    NotModified,
}

/// The encoding of the bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Identity,
    /// Brotli with quality 5, compressed in advance.
    Brotli,
}

/// The two bodies of a size, between which the responses alternate.
pub(crate) struct Pair {
    pub(crate) plain: [Body; 2],
    /// The first body, compressed.
    brotli: Bytes,
}

struct Site {
    files: HashMap<String, HashMap<String, Asset>>,
    pairs: HashMap<usize, Arc<Pair>>,
    mode: Mutex<(Series, Encoding)>,
    polls: AtomicU32,
}

/// A running server. Dropping it stops the server.
pub(crate) struct Server {
    port: u16,
    site: Arc<Site>,
    serving: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Server {
    /// Reads and compresses all pages, generates the bodies, and serves both on a free port of 127.0.0.1.
    pub(crate) async fn start(contestants: &[Contestant], sizes: &[usize], seed: u64) -> Result<Self> {
        let mut files = HashMap::new();
        for contestant in contestants {
            files.insert(contestant.name.clone(), files::read(&contestant.folders)?);
        }
        let mut pairs = HashMap::new();
        for &size in sizes {
            let plain = [Body::at(size, 0, seed), Body::at(size, 1, seed)];
            let brotli = files::brotli(&plain[0].bytes, 5)?;
            pairs.insert(size, Arc::new(Pair { plain, brotli }));
        }
        let mode = Mutex::new((Series::Changed, Encoding::Identity));
        let site = Arc::new(Site { files, pairs, mode, polls: AtomicU32::new(0) });
        let router = Router::new()
            .route("/bodies/{rows}/{step}", get(held_body))
            .route("/{contestant}/{rows}/api/DescribeBatchTask", get(api))
            .route("/{contestant}/{rows}/", get(index))
            .route("/{contestant}/{rows}/{file}", get(file))
            .with_state(Arc::clone(&site));
        let listener = TcpListener::bind("127.0.0.1:0").await.context("cannot open a port")?;
        let port = listener.local_addr()?.port();
        let serving = tokio::spawn(async move {
            // Ends only with the program.
            drop(axum::serve(listener, router).await);
        });
        Ok(Self { port, site, serving })
    }

    /// The URL of a contestant's page.
    pub(crate) fn url(&self, contestant: &str, rows: usize) -> String {
        format!("http://127.0.0.1:{}/{contestant}/{rows}/", self.port)
    }

    /// The bodies of a size; an error if the server was not started with that size.
    pub(crate) fn pair(&self, rows: usize) -> Result<Arc<Pair>> {
        self.site.pairs.get(&rows).cloned().with_context(|| format!("there are no bodies of {rows} rows"))
    }

    /// The files of a contestant by name.
    pub(crate) fn files(&self, contestant: &str) -> impl Iterator<Item = (&String, &Asset)> {
        self.site.files.get(contestant).into_iter().flatten()
    }

    /// Sets the API responses from now on, starting with the first body.
    pub(crate) fn respond(&self, series: Series, encoding: Encoding) {
        *self.site.mode.lock().unwrap_or_else(PoisonError::into_inner) = (series, encoding);
        // An even number selects the first body.
        self.site.polls.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |polls| Some((polls | 1) + 1)).ok();
    }
}

async fn index(state: State<Arc<Site>>, Path((contestant, rows)): Path<(String, usize)>) -> Response {
    file(state, Path((contestant, rows, "index.html".to_owned()))).await
}

async fn file(
    State(site): State<Arc<Site>>,
    Path((contestant, _, name)): Path<(String, usize, String)>,
) -> Response {
    match site.files.get(&contestant).and_then(|files| files.get(&name)) {
        Some(asset) => {
            let headers = [(header::CONTENT_TYPE, asset.media_type), (header::CONTENT_ENCODING, "br")];
            (headers, asset.brotli.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn held_body(State(site): State<Arc<Site>>, Path((rows, step)): Path<(usize, usize)>) -> Response {
    match site.pairs.get(&rows).and_then(|pair| pair.plain.get(step)) {
        Some(body) => body.bytes.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn api(
    State(site): State<Arc<Site>>,
    Path((_, rows)): Path<(String, usize)>,
    asked: HeaderMap,
) -> Response {
    let Some(pair) = site.pairs.get(&rows) else { return StatusCode::NOT_FOUND.into_response() };
    let (series, encoding) = *site.mode.lock().unwrap_or_else(PoisonError::into_inner);
    let poll = site.polls.fetch_add(1, Ordering::SeqCst);
    let (tag, caching) = match series {
        Series::NotModified => (Some([(header::ETAG, TAG)]), "no-cache"),
        Series::Changed | Series::Unchanged => (None, "no-store"),
    };
    if tag.is_some() && asked.get(header::IF_NONE_MATCH).is_some_and(|held| held == TAG) {
        return (StatusCode::NOT_MODIFIED, tag, ()).into_response();
    }
    let json = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, caching)];
    if encoding == Encoding::Brotli {
        return (json, [(header::CONTENT_ENCODING, "br")], pair.brotli.clone()).into_response();
    }
    let step = if series == Series::Changed { poll as usize % 2 } else { 0 };
    let pieces = pair.plain[step].with_request_id(poll);
    let length = pieces.iter().map(Bytes::len).sum::<usize>();
    let json = (tag, json);
    let stream = stream::iter(pieces.map(Ok::<_, std::convert::Infallible>));
    (json, [(header::CONTENT_LENGTH, length.to_string())], HttpBody::from_stream(stream)).into_response()
}
