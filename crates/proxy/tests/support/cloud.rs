//! Stubs of STS, the metadata service, a credentials server, CloudSSO and the CLI's OAuth server, on one socket.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::response::IntoResponse as _;
use batch_task_acs3::format_date;
use batch_task_proxy::clock;
use batch_task_proxy::credentials::Environment;
use batch_task_proxy::target::TargetSettings;
use http::StatusCode;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// A received request.
#[derive(Debug, Clone)]
pub(crate) struct ReceivedRequest {
    pub(crate) parts: http::request::Parts,
    pub(crate) body: Bytes,
}

impl ReceivedRequest {
    /// Returns the method and the path, without the query.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.parts.method, self.parts.uri.path())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.parts.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

type Handler = Box<dyn Fn(&ReceivedRequest) -> Option<(StatusCode, String)> + Send>;

type Predicate = Box<dyn Fn(&ReceivedRequest) -> bool + Send>;

/// The stubs, and the requests that they received.
#[derive(Clone)]
pub(crate) struct Cloud {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Arc<Mutex<Vec<ReceivedRequest>>>,
    /// A response is sent once it has acquired one of these.
    pub(crate) permits: Arc<Semaphore>,
    /// The maximum number of concurrent requests.
    pub(crate) max_concurrent: Arc<AtomicUsize>,
    lifetime: Arc<Mutex<Duration>>,
    handler: Arc<Mutex<Option<Handler>>>,
    silent: Arc<Mutex<Option<Predicate>>>,
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let cloud = Self {
            address: listener.local_addr().unwrap(),
            requests: Arc::default(),
            permits: Arc::new(Semaphore::new(1000)),
            max_concurrent: Arc::default(),
            lifetime: Arc::new(Mutex::new(Duration::from_secs(3600))),
            handler: Arc::default(),
            silent: Arc::default(),
        };
        let (shared, in_flight) = (cloud.clone(), Arc::new(AtomicUsize::new(0)));
        let router = Router::new().fallback(move |request: Request| {
            let (cloud, in_flight) = (shared.clone(), Arc::clone(&in_flight));
            async move {
                let now = in_flight.fetch_add(1, Ordering::SeqCst) + 1;
                cloud.max_concurrent.fetch_max(now, Ordering::SeqCst);
                let (parts, body) = request.into_parts();
                let received = ReceivedRequest { parts, body: to_bytes(body, 1 << 20).await.unwrap() };
                cloud.requests.lock().unwrap().push(received.clone());
                if cloud.is_silent(&received) {
                    std::future::pending::<()>().await;
                }
                cloud.permits.acquire().await.unwrap().forget();
                in_flight.fetch_sub(1, Ordering::SeqCst);
                cloud.respond(&received).into_response()
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        cloud
    }

    /// Sets the lifetime of credentials that are issued from now on.
    pub(crate) fn set_lifetime(&self, lifetime: Duration) {
        *self.lifetime.lock().unwrap() = lifetime;
    }

    /// Overrides the responses for which `handler` returns one.
    pub(crate) fn set_handler(
        &self,
        handler: impl Fn(&ReceivedRequest) -> Option<(StatusCode, String)> + Send + 'static,
    ) {
        *self.handler.lock().unwrap() = Some(Box::new(handler));
    }

    pub(crate) fn clear_handler(&self) {
        *self.handler.lock().unwrap() = None;
    }

    /// Sends no response to the requests for which `predicate` is true.
    pub(crate) fn set_silent(&self, predicate: impl Fn(&ReceivedRequest) -> bool + Send + 'static) {
        *self.silent.lock().unwrap() = Some(Box::new(predicate));
    }

    fn is_silent(&self, received: &ReceivedRequest) -> bool {
        self.silent.lock().unwrap().as_ref().is_some_and(|predicate| predicate(received))
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(ReceivedRequest::line).collect()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Returns an environment with these stubs and variables only.
    pub(crate) fn environment(&self, variables: &[(&str, &str)]) -> Environment {
        let variables: HashMap<_, _> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Environment {
            variables: Arc::new(variables),
            home: None,
            profile: None,
            target: TargetSettings::default(),
            sts_url: Some(self.url("")),
            oauth_url: Some(self.url("")),
            metadata_url: self.url(""),
            clock: clock::system(),
        }
    }

    fn respond(&self, received: &ReceivedRequest) -> (StatusCode, String) {
        let handler = self.handler.lock().unwrap();
        if let Some(response) = handler.as_ref().and_then(|handler| handler(received)) {
            return response;
        }
        let text = match received.line().as_str() {
            "PUT /latest/api/token" => "metadata-token".to_owned(),
            "GET /latest/meta-data/ram/security-credentials/" => "the-role\n".to_owned(),
            "GET /latest/meta-data/ram/security-credentials/the-role" | "GET /credentials" => self.issued(),
            "POST /cloud-credentials" => format!(r#"{{"CloudCredential":{}}}"#, self.issued()),
            // The names of this server begin with a lower-case letter.
            "POST /v1/exchange" => ["AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"]
                .iter()
                .fold(self.issued(), |text, name| {
                    text.replace(name, &format!("{}{}", name[..1].to_lowercase(), &name[1..]))
                }),
            "POST /" => format!(r#"{{"RequestId":"R-1","Credentials":{}}}"#, self.issued()),
            _ => return (StatusCode::NOT_FOUND, "404".to_owned()),
        };
        (StatusCode::OK, text)
    }

    /// Returns new credentials. Their access key ID contains the number of requests so far.
    fn issued(&self) -> String {
        let number = self.requests.lock().unwrap().len();
        let end = clock::system()() + *self.lifetime.lock().unwrap();
        format!(
            r#"{{"Code":"Success","AccessKeyId":"key-{number}","AccessKeySecret":"issued-secret","SecurityToken":"issued-token","Expiration":"{}"}}"#,
            format_date(end)
        )
    }
}

/// Waits for a condition. If it is never true, the time limit of the test runner ends the test.
pub(crate) async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
