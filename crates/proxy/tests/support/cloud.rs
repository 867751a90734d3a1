//! Stand-ins, on one real socket, for STS, the metadata service and a server of credentials.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::response::IntoResponse as _;
use batch_task_proxy::clock::{self, to_acs_date};
use batch_task_proxy::credentials::Places;
use http::StatusCode;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// A request, as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) parts: http::request::Parts,
    pub(crate) body: Bytes,
}

impl Seen {
    /// The method and the path, without the query.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.parts.method, self.parts.uri.path())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.parts.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

type Answer = Box<dyn Fn(&Seen) -> Option<(StatusCode, String)> + Send>;

/// All stand-ins, and what they saw.
#[derive(Clone)]
pub(crate) struct Cloud {
    pub(crate) address: SocketAddr,
    pub(crate) seen: Arc<Mutex<Vec<Seen>>>,
    /// A request is answered once it has one of these.
    pub(crate) permits: Arc<Semaphore>,
    /// The most requests that were under way at once.
    pub(crate) at_once: Arc<AtomicUsize>,
    life: Arc<Mutex<Duration>>,
    odd: Arc<Mutex<Option<Answer>>>,
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let cloud = Self {
            address: listener.local_addr().unwrap(),
            seen: Arc::default(),
            permits: Arc::new(Semaphore::new(1000)),
            at_once: Arc::default(),
            life: Arc::new(Mutex::new(Duration::from_secs(3600))),
            odd: Arc::default(),
        };
        let (shared, under_way) = (cloud.clone(), Arc::new(AtomicUsize::new(0)));
        let router = Router::new().fallback(move |request: Request| {
            let (cloud, under_way) = (shared.clone(), Arc::clone(&under_way));
            async move {
                let now = under_way.fetch_add(1, Ordering::SeqCst) + 1;
                cloud.at_once.fetch_max(now, Ordering::SeqCst);
                let (parts, body) = request.into_parts();
                let seen = Seen { parts, body: to_bytes(body, 1 << 20).await.unwrap() };
                cloud.seen.lock().unwrap().push(seen.clone());
                cloud.permits.acquire().await.unwrap().forget();
                under_way.fetch_sub(1, Ordering::SeqCst);
                cloud.answer(&seen).into_response()
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        cloud
    }

    /// From now on credentials live for so long.
    pub(crate) fn lives_for(&self, life: Duration) {
        *self.life.lock().unwrap() = life;
    }

    /// From now on answers are these, where there is one; else the usual.
    pub(crate) fn answers(&self, odd: impl Fn(&Seen) -> Option<(StatusCode, String)> + Send + 'static) {
        *self.odd.lock().unwrap() = Some(Box::new(odd));
    }

    pub(crate) fn answers_as_usual(&self) {
        *self.odd.lock().unwrap() = None;
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(Seen::line).collect()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A world with nothing in it but these stand-ins and variables.
    pub(crate) fn places(&self, variables: &[(&str, &str)]) -> Places {
        let variables: HashMap<_, _> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Places {
            variables: Arc::new(variables),
            home: None,
            profile: None,
            sts: Some(self.url("")),
            metadata: self.url(""),
            clock: clock::system(),
        }
    }

    fn answer(&self, seen: &Seen) -> (StatusCode, String) {
        if let Some(answer) = self.odd.lock().unwrap().as_ref().and_then(|odd| odd(seen)) {
            return answer;
        }
        let text = match seen.line().as_str() {
            "PUT /latest/api/token" => "metadata-token".to_owned(),
            "GET /latest/meta-data/ram/security-credentials/" => "the-role\n".to_owned(),
            "GET /latest/meta-data/ram/security-credentials/the-role" | "GET /credentials" => self.issued(),
            "POST /" => format!(r#"{{"RequestId":"R-1","Credentials":{}}}"#, self.issued()),
            _ => return (StatusCode::NOT_FOUND, "404".to_owned()),
        };
        (StatusCode::OK, text)
    }

    /// New credentials; the key's id counts the requests so far.
    fn issued(&self) -> String {
        let number = self.seen.lock().unwrap().len();
        let end = clock::system()() + *self.life.lock().unwrap();
        format!(
            r#"{{"Code":"Success","AccessKeyId":"key-{number}","AccessKeySecret":"issued-secret","SecurityToken":"issued-token","Expiration":"{}"}}"#,
            to_acs_date(end)
        )
    }
}

/// Waits for a condition; a test that waits in vain ends by its runner's limit.
pub(crate) async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
