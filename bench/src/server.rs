//! The server of all contestants: their files, compressed in advance, and the API responses. Must not know the browser.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body as HttpBody;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use batch_task_prerender::{Template, Visit};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::body::Body;
use crate::contestant::{Contestant, Kind};
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

/// The two bodies of a size.
pub(crate) struct Pair {
    pub(crate) plain: [Body; 2],
    /// For each [`Variant`], compressed.
    brotli: [Bytes; 3],
}

/// A body with a RequestId.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Variant {
    First,
    Second,
    /// The first body with another RequestId.
    FirstAgain,
}

struct Site {
    files: HashMap<String, HashMap<String, Asset>>,
    /// The contestant whose page is drawn, and that page.
    drawn: Option<(String, Template)>,
    pairs: HashMap<usize, Arc<Pair>>,
    responses: Mutex<Responses>,
}

/// The API responses.
struct Responses {
    series: Series,
    encoding: Encoding,
    count: u32,
    last: Variant,
}

impl Responses {
    /// Returns what the next response contains. It never has the RequestId of the last one.
    fn next(&mut self) -> Variant {
        self.count += 1;
        self.last = match (self.series, self.last) {
            (Series::Changed, Variant::First | Variant::FirstAgain) => Variant::Second,
            (Series::Unchanged | Series::NotModified, Variant::First) => Variant::FirstAgain,
            _ => Variant::First,
        };
        self.last
    }
}

impl Pair {
    fn new(size: usize, seed: u64) -> Result<Self> {
        let plain = [Body::at(size, 0, seed), Body::at(size, 1, seed)];
        let brotli = |step: usize, variant: Variant| {
            files::brotli(&plain[step].with_request_id(variant as u32).concat(), 5)
        };
        let brotli =
            [brotli(0, Variant::First)?, brotli(1, Variant::Second)?, brotli(0, Variant::FirstAgain)?];
        Ok(Self { plain, brotli })
    }
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
        let mut drawn = None;
        for contestant in contestants {
            files.insert(contestant.name.clone(), files::read(&contestant.folder)?);
            if contestant.kind == Kind::Drawn {
                let html = std::fs::read_to_string(contestant.folder.join("index.html"))?;
                let template = Template::parse(&html).context("the page has no place for a drawing")?;
                drawn = Some((contestant.name.clone(), template));
            }
        }
        let mut pairs = HashMap::new();
        for &size in sizes {
            pairs.insert(size, Arc::new(Pair::new(size, seed)?));
        }
        let (series, encoding) = (Series::Unchanged, Encoding::Identity);
        let responses = Mutex::new(Responses { series, encoding, count: 0, last: Variant::Second });
        let site = Arc::new(Site { files, drawn, pairs, responses });
        let router = Router::new()
            .route("/bodies/{rows}/{step}", get(held_body))
            .route("/{contestant}/{rows}/api/DescribeBatchTask", get(api))
            .route("/{contestant}/{rows}/", get(index))
            .route("/{contestant}/{rows}/{*file}", get(file))
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
    pub(crate) fn url(&self, contestant: &Contestant, rows: usize) -> String {
        let Contestant { name, kind, .. } = contestant;
        format!("http://127.0.0.1:{}/{name}/{rows}/{}", self.port, kind.query())
    }

    /// The bodies of a size; an error if the server was not started with that size.
    pub(crate) fn pair(&self, rows: usize) -> Result<Arc<Pair>> {
        self.site.pairs.get(&rows).cloned().with_context(|| format!("there are no bodies of {rows} rows"))
    }

    /// Sets the API responses from now on. A changed series starts with the body that the last response did not have.
    pub(crate) fn respond(&self, series: Series, encoding: Encoding) {
        let mut responses = self.site.responses.lock().unwrap_or_else(PoisonError::into_inner);
        (responses.series, responses.encoding) = (series, encoding);
    }
}

async fn index(state: State<Arc<Site>>, Path((contestant, rows)): Path<(String, usize)>) -> Response {
    let State(site) = &state;
    if let (Some((name, template)), Some(pair)) = (&site.drawn, site.pairs.get(&rows))
        && *name == contestant
    {
        // It is the response to the first request.
        site.responses.lock().unwrap_or_else(PoisonError::into_inner).last = Variant::First;
        return drawn(template, pair).unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    }
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

/// Returns the page with the first body, compressed as the proxy does it.
fn drawn(template: &Template, pair: &Pair) -> Option<Response> {
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_millis();
    let query = Kind::Drawn.query().trim_start_matches('?').to_owned();
    let visit = Visit { query, accept_language: None, now_ms: u64::try_from(now_ms).ok()? };
    // No later response has this RequestId.
    let body = pair.plain[0].with_request_id(u32::MAX).concat().into();
    let response = batch_task_prerender::Response { status: 200, headers: Vec::new(), body };
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(template.with_response(&visit, &response).as_bytes()).ok()?;
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_ENCODING, "gzip")];
    Some((headers, encoder.finish().ok()?).into_response())
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
    let (series, encoding, count, variant) = {
        let mut responses = site.responses.lock().unwrap_or_else(PoisonError::into_inner);
        let variant = responses.next();
        (responses.series, responses.encoding, responses.count, variant)
    };
    let (tag, caching) = match series {
        Series::NotModified => (Some([(header::ETAG, TAG)]), "no-cache"),
        Series::Changed | Series::Unchanged => (None, "no-store"),
    };
    if tag.is_some() && asked.get(header::IF_NONE_MATCH).is_some_and(|held| held == TAG) {
        return (StatusCode::NOT_MODIFIED, tag, ()).into_response();
    }
    let json = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, caching)];
    if encoding == Encoding::Brotli {
        return (json, [(header::CONTENT_ENCODING, "br")], pair.brotli[variant as usize].clone())
            .into_response();
    }
    let step = usize::from(variant == Variant::Second);
    let pieces = pair.plain[step].with_request_id(count);
    let length = pieces.iter().map(Bytes::len).sum::<usize>();
    let json = (tag, json);
    let stream = stream::iter(pieces.map(Ok::<_, std::convert::Infallible>));
    (json, [(header::CONTENT_LENGTH, length.to_string())], HttpBody::from_stream(stream)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_responses_have_different_request_ids() {
        use Variant::{First, FirstAgain, Second};
        let encoding = Encoding::Brotli;
        let mut responses = Responses { series: Series::Unchanged, encoding, count: 0, last: Second };
        for (series, expected) in [
            (Series::Unchanged, [First, FirstAgain, First]),
            (Series::Changed, [Second, First, Second]),
            (Series::Unchanged, [First, FirstAgain, First]),
        ] {
            responses.series = series;
            assert_eq!([(); 3].map(|()| responses.next()), expected, "{series:?}");
        }
    }
}
