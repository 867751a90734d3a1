//! A proxy that caches for two seconds of a clock that the test sets, and its upstream.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::response::IntoResponse as _;
use batch_task_proxy::Settings;
use batch_task_proxy::clock::{self, Clock, MonotonicClock};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::{LONG_TIMEOUTS, simulator_credentials, upstream_with};

pub(crate) const RUNNING: &str = r#"{"RequestId":"@","Status":"RUNNING"}"#;

/// The proxy and its upstream.
pub(crate) struct SharedProxy {
    pub(crate) router: Router,
    /// A response is sent once it has acquired one of these.
    pub(crate) permits: Arc<Semaphore>,
    calls: Arc<AtomicUsize>,
    now_ms: Arc<AtomicU64>,
    /// The error of the machine's clock, in seconds.
    pub(crate) clock_error_s: Arc<AtomicI64>,
    response: Arc<Mutex<(StatusCode, HeaderMap, String)>>,
}

impl SharedProxy {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    /// Starts a proxy with these settings, besides the clock and the cache.
    pub(crate) async fn with(settings: Settings) -> Self {
        let calls = Arc::new(AtomicUsize::new(0));
        let response = Arc::new(Mutex::new((StatusCode::OK, HeaderMap::new(), RUNNING.to_owned())));
        let permits = Arc::new(Semaphore::new(10_000));
        let (counted, given, awaited) = (Arc::clone(&calls), Arc::clone(&response), Arc::clone(&permits));
        let api = Router::new().fallback(move || {
            let (counted, given, awaited) = (Arc::clone(&counted), Arc::clone(&given), Arc::clone(&awaited));
            async move {
                let call = counted.fetch_add(1, Ordering::SeqCst);
                awaited.acquire().await.unwrap().forget();
                let (status, headers, body) = given.lock().unwrap().clone();
                (status, headers, body.replace('@', &format!("R-{call}"))).into_response()
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, api).await });
        let now_ms = Arc::new(AtomicU64::new(1_000_000));
        let read = Arc::clone(&now_ms);
        let clock = MonotonicClock::new(move || Duration::from_millis(read.load(Ordering::SeqCst)));
        let clock_error_s = Arc::new(AtomicI64::new(0));
        let error_s = Arc::clone(&clock_error_s);
        let wrong: Clock =
            Arc::new(move || clock::system()() + time::Duration::seconds(error_s.load(Ordering::SeqCst)));
        let upstream = upstream_with(address, Ok(simulator_credentials()), LONG_TIMEOUTS, wrong);
        let settings = Settings { cache_ttl: Duration::from_secs(2), clock, ..settings };
        let router = batch_task_proxy::router(upstream, settings).unwrap();
        Self { router, permits, calls, now_ms, clock_error_s, response }
    }

    pub(crate) fn set_response(&self, status: u16, body: &str) {
        self.set_response_with(status, &[], body);
    }

    pub(crate) fn set_response_with(
        &self,
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: &str,
    ) {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        *self.response.lock().unwrap() = (StatusCode::from_u16(status).unwrap(), headers, body.to_owned());
    }

    /// Returns the number of calls so far.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// Sets the time since the start of the test.
    pub(crate) fn set_time(&self, seconds: u64) {
        self.set_time_ms(seconds * 1_000);
    }

    pub(crate) fn set_time_ms(&self, milliseconds: u64) {
        self.now_ms.store(1_000_000 + milliseconds, Ordering::SeqCst);
    }
}
