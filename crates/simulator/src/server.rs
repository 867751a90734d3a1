//! The server: the state between calls, and the route that answers them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use batch_task_acs3::decode_query;
use http::Method;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::api_error::ApiError;
use crate::call_context::CallContext;
use crate::list::{ListParameters, ListedBatch};
use crate::past::PastBatch;
use crate::protocol::LIST_ACTION;
use crate::response::SimulatedResponse;
use crate::scenario::{Scenario, listed, respond};
use crate::verify::Verifier;

/// Returns the current time in UTC.
pub type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// The largest accepted request body, in bytes. A valid call has an empty body; the body is read to check its hash.
const REQUEST_BODY_LIMIT: usize = 64 * 1024;

/// The simulator, before it is bound to a socket.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Inner>,
}

struct Inner {
    speed: f64,
    seed: u64,
    clock: Clock,
    created: OffsetDateTime,
    verifier: Verifier,
    batches: Mutex<HashMap<Scenario, BatchCalls>>,
}

/// The calls for one batch. A batch begins at its first call or when it is first listed, so that every viewer sees it from
/// the start.
#[derive(Clone, Copy)]
struct BatchCalls {
    first_at: OffsetDateTime,
    count: u64,
}

impl Simulator {
    /// Creates a simulator whose batches run `speed` times faster than real time. `seed` determines the rows.
    #[must_use]
    pub fn new(speed: f64, seed: u64, clock: Clock) -> Self {
        let (created, verifier, batches) = (clock(), Verifier::default(), Mutex::default());
        Self { inner: Arc::new(Inner { speed, seed, clock, created, verifier, batches }) }
    }

    /// Returns the API's only route. It can be served on a socket or called directly.
    pub fn router(&self) -> Router {
        Router::new().fallback(handle).with_state(Arc::clone(&self.inner))
    }
}

/// The meaning of a call.
enum Accepted {
    Scenario(Scenario),
    Past(PastBatch),
    List(ListParameters),
}

impl Inner {
    /// Authenticates a request and returns what it asks for.
    async fn accept(&self, request: Request) -> Result<Accepted, ApiError> {
        if request.method() != Method::POST {
            return Err(ApiError::unsupported_method());
        }
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, REQUEST_BODY_LIMIT).await.map_err(|_| ApiError::body_too_large())?;
        self.verifier.verify(&parts, &body, (self.clock)())?;
        let query = decode_query(parts.uri.query().unwrap_or_default());
        if parts.headers.get("x-acs-action").is_some_and(|action| action == LIST_ACTION) {
            return ListParameters::parse(&query).map(Accepted::List);
        }
        match query.iter().find(|(name, _)| name == "BatchId") {
            Some((_, batch_id)) if !batch_id.is_empty() => {
                let past = || PastBatch::of(batch_id, self.seed).map(Accepted::Past);
                let found = Scenario::of(batch_id).map(Accepted::Scenario).or_else(past);
                found.ok_or_else(|| ApiError::batch_not_found(batch_id))
            }
            _ => Err(ApiError::missing_batch_id()),
        }
    }

    fn batch_calls(&self) -> MutexGuard<'_, HashMap<Scenario, BatchCalls>> {
        // No code panics while it holds this lock, so the map of a poisoned lock is still consistent.
        self.batches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts the call and returns its context.
    fn next_call(&self, scenario: Scenario) -> CallContext {
        let now = (self.clock)();
        let mut batches = self.batch_calls();
        let calls = batches.entry(scenario).or_insert(BatchCalls { first_at: now, count: 0 });
        calls.count += 1;
        self.context(*calls, now)
    }

    /// Returns the context of a list: that of the last call for the batch, or of the first if there was none.
    fn list_context(&self, scenario: Scenario, now: OffsetDateTime) -> CallContext {
        let first = BatchCalls { first_at: now, count: 0 };
        let calls = *self.batch_calls().entry(scenario).or_insert(first);
        self.context(BatchCalls { count: calls.count.max(1), ..calls }, now)
    }

    fn context(&self, calls: BatchCalls, now: OffsetDateTime) -> CallContext {
        let real = Duration::try_from(now - calls.first_at).unwrap_or_default();
        CallContext {
            began: calls.first_at,
            elapsed: real.mul_f64(self.speed),
            speed: self.speed,
            seed: self.seed,
            call_number: calls.count,
            request_id: request_id(),
        }
    }

    fn respond(&self, accepted: Accepted) -> SimulatedResponse {
        match accepted {
            Accepted::Scenario(scenario) => respond(scenario, &self.next_call(scenario)),
            Accepted::Past(past) => past.batch(self.created, request_id()).into(),
            Accepted::List(parameters) => SimulatedResponse::json(self.list(&parameters)),
        }
    }

    fn list(&self, parameters: &ListParameters) -> Vec<u8> {
        let now = (self.clock)();
        let scenarios =
            Scenario::ALL.iter().map(|scenario| listed(*scenario, &self.list_context(*scenario, now)));
        let past = PastBatch::all(self.seed).map(|past| past.batch(self.created, String::new()));
        parameters.body(scenarios.chain(past.map(ListedBatch::from)).collect(), &request_id())
    }
}

async fn handle(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let response = match inner.accept(request).await {
        Ok(accepted) => {
            let shared = Arc::clone(&inner);
            // Serialising 100,000 rows takes long enough to delay other calls on this thread.
            tokio::task::spawn_blocking(move || shared.respond(accepted))
                .await
                .unwrap_or_else(|_| SimulatedResponse::error(&ApiError::internal_error(), &request_id()))
        }
        Err(error) => SimulatedResponse::error(&error, &request_id()),
    };
    response.deliver(inner.speed).await
}

fn request_id() -> String {
    Uuid::new_v4().to_string().to_uppercase()
}
