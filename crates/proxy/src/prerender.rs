//! The page with its first state drawn into it, where the API routes require no token.
//!
//! The page's first API call is answered as if the client had sent it to the API route. If that takes too long, the client gets
//! the file as it is; the call goes on, and the page's program finds its response.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use batch_task_prerender as page;
use batch_task_prerender::{Call, Operation, Template, Visit, stylesheet};
use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::access::Access;
use crate::api::ApiState;
use crate::api_request::Action;
use crate::client_address::Client;
use crate::client_limit::ClientRateLimit;
use crate::clock::Clock;
use crate::gzip::{self, Effort};
use crate::metrics::{Limit, Metrics, PageResult};
use crate::static_folder::StaticFolder;

/// How long a client waits for a drawn page. The page as it is shows rows not much later.
const PATIENCE: Duration = Duration::from_millis(300);
/// The file of the page.
const INDEX: &str = "index.html";
/// A larger file is not read; the built one has about 10 KB.
const MAX_INDEX_BYTES: u64 = 1024 * 1024;

type Headers = [(HeaderName, HeaderValue); 3];

/// The headers of a drawn page. It contains what the client may see now, so no cache stores it.
const PAGE_HEADERS: Headers = [
    (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (VARY, HeaderValue::from_static("accept-encoding, accept-language")),
];
/// The headers of the stylesheet, whose name contains a hash of its content.
const STYLESHEET_HEADERS: Headers = [
    (CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
    (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    (VARY, HeaderValue::from_static("accept-encoding")),
];

/// Whether the page is served with its first state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Prerendering {
    /// Where the API routes require no token.
    #[default]
    On,
    /// Never.
    Off,
}

impl Prerendering {
    /// Returns whether the page may contain a response of the API. A client that can read the page can then also read the API.
    pub(crate) const fn is_allowed(self, access: &Access) -> bool {
        match (self, access) {
            (Self::Off, _) | (_, Access::Tokens(_)) => false,
            (Self::On, Access::Loopback | Access::Open) => true,
        }
    }
}

struct Inner {
    folder: StaticFolder,
    api: ApiState,
    client_rate_limit: ClientRateLimit,
    metrics: Metrics,
    clock: Clock,
    /// The file when it was read last.
    index: Mutex<Index>,
    /// One for each page that is drawn at the same time.
    permits: Arc<Semaphore>,
}

#[derive(Default)]
struct Index {
    content: Vec<u8>,
    /// `None` if the file has no place for a drawing.
    template: Option<Arc<Template>>,
}

/// A request for the page.
struct PageRequest {
    visit: Visit,
    client: Option<Client>,
    accepts_gzip: bool,
}

/// A text, compressed if the client accepts that.
#[derive(Clone)]
struct Compressed {
    is_gzip: bool,
    body: Bytes,
}

/// The stylesheet as it is, and for clients that accept gzip.
static STYLESHEETS: LazyLock<[Compressed; 2]> = LazyLock::new(|| {
    [false, true].map(|accepts_gzip| Compressed::new(stylesheet().css.as_bytes(), accepts_gzip))
});

/// Why the page is served as it is. `None` if it asks this server for nothing.
type NotDrawn = Option<PageResult>;

/// Draws pages. Clones share the state.
#[derive(Clone)]
pub(crate) struct Prerenderer(Arc<Inner>);

impl Prerenderer {
    pub(crate) fn new(
        folder: StaticFolder,
        api: ApiState,
        client_rate_limit: ClientRateLimit,
        metrics: Metrics,
        clock: Clock,
    ) -> Self {
        // The other half of the threads serves requests meanwhile.
        let at_once = std::thread::available_parallelism().map_or(1, |threads| threads.get().div_ceil(2));
        let (index, permits) = (Mutex::default(), Arc::new(Semaphore::new(at_once)));
        Self(Arc::new(Inner { folder, api, client_rate_limit, metrics, clock, index, permits }))
    }
}

/// Middleware: answers a request for the page with a drawn one, if that is ready in time.
pub(crate) async fn draw(
    State(Prerenderer(inner)): State<Prerenderer>,
    request: Request,
    next: Next,
) -> Response {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return next.run(request).await;
    }
    match request.uri().path().strip_prefix('/') {
        Some("" | INDEX) => {}
        Some(name) if name == stylesheet().name => {
            let stylesheet = &STYLESHEETS[usize::from(gzip::is_accepted(request.headers()))];
            return stylesheet.clone().into_response(STYLESHEET_HEADERS, request.method());
        }
        _ => return next.run(request).await,
    }
    let page_request = PageRequest::read(&request, (inner.clock)());
    let page = timeout(PATIENCE, inner.page(page_request)).await.unwrap_or(Err(Some(PageResult::Slow)));
    if let Some(result) = page.as_ref().map_or_else(|result| *result, |_| Some(PageResult::Drawn)) {
        inner.metrics.page_served(result);
    }
    match page {
        Ok(page) => page.into_response(PAGE_HEADERS, request.method()),
        Err(_) => next.run(request).await,
    }
}

impl PageRequest {
    fn read(request: &Request, now: OffsetDateTime) -> Self {
        let headers = request.headers();
        let languages = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
        let languages = languages.collect::<Vec<_>>().join(",");
        Self {
            visit: Visit {
                query: request.uri().query().unwrap_or_default().to_owned(),
                accept_language: Some(languages).filter(|languages| !languages.is_empty()),
                now_ms: u64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or_default(),
            },
            client: request.extensions().get().copied(),
            accepts_gzip: gzip::is_accepted(headers),
        }
    }
}

impl Inner {
    async fn page(self: &Arc<Self>, request: PageRequest) -> Result<Compressed, NotDrawn> {
        let PageRequest { visit, client, accepts_gzip } = request;
        let inner = Arc::clone(self);
        let prepare = move || {
            let template = inner.template()?;
            let call = template.first_call(&visit)?;
            Some((template, visit, call))
        };
        let (template, visit, call) = run(prepare).await?.ok_or(None)?;
        // Otherwise the page would be a way around the limit of the API route.
        if let Some(client) = client
            && self.client_rate_limit.count(client.network()).is_err()
        {
            self.metrics.request_limited(Limit::ClientRate);
            return Err(Some(PageResult::Limited));
        }
        let response = self.response(&call, client).await?;
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| Some(PageResult::Failed))?;
        run(move || {
            // Held until the work has ended, also if nobody waits for it any more.
            let _permit = permit;
            Compressed::new(template.with_response(&visit, &response).as_bytes(), accepts_gzip)
        })
        .await
    }

    /// Returns the template in the file, which a deployment may have replaced. Blocks.
    fn template(&self) -> Option<Arc<Template>> {
        let content = self.folder.read(INDEX, MAX_INDEX_BYTES).ok()?;
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        if index.content != content {
            let template = str::from_utf8(&content).ok().and_then(Template::parse).map(Arc::new);
            *index = Index { content, template };
        }
        index.template.clone()
    }

    /// Returns what the API route responds to the page's first call.
    async fn response(&self, call: &Call, client: Option<Client>) -> Result<page::Response, NotDrawn> {
        let action = match call.operation {
            Operation::Batch => Action::DescribeBatchTask,
            Operation::List => Action::DescribeBatchTasks,
        };
        let response = self.api.respond(action, &call.query, client, &Method::GET, &HeaderMap::new()).await;
        let (head, body) = response.into_parts();
        let date = (self.clock)().format(&Rfc2822).map(|date| ("date".to_owned(), date)).ok();
        let headers = head
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
        Ok(page::Response {
            status: head.status.as_u16(),
            headers: headers.chain(date).collect(),
            // Complete already, so it is not copied.
            body: to_bytes(body, usize::MAX).await.map_err(|_| Some(PageResult::Failed))?,
        })
    }
}

/// Runs work that takes long for the threads that serve requests, or that may panic.
async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotDrawn> {
    let span = tracing::Span::current();
    spawn_blocking(move || span.in_scope(work)).await.map_err(|error| {
        if error.is_panic() {
            tracing::error!("drawing the page has panicked, so it is served as it is");
        }
        Some(PageResult::Failed)
    })
}

impl Compressed {
    fn new(text: &[u8], accepts_gzip: bool) -> Self {
        let gzip = if accepts_gzip { gzip::compress(text, Effort::Small) } else { None };
        Self { is_gzip: gzip.is_some(), body: gzip.unwrap_or_else(|| text.to_owned()).into() }
    }

    fn into_response(self, headers: Headers, method: &Method) -> Response {
        let Self { is_gzip, body } = self;
        let length = HeaderValue::from(body.len());
        let body = if method == Method::HEAD { Body::empty() } else { Body::from(body) };
        let mut response = (headers, [(CONTENT_LENGTH, length)], body).into_response();
        if is_gzip {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_leaves_the_page_as_it_is() {
        assert_eq!(run(|| 7).await, Ok(7));
        let panicked: Result<(), _> = run(|| panic!("drawing")).await;
        assert_eq!(panicked, Err(Some(PageResult::Failed)));
    }
}
