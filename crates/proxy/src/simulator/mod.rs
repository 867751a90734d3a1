//! A server that speaks the API's protocol over a real socket, so that everything runs without the cloud.
//!
//! Owns the state between calls (nonces, when a batch was first asked for, how often) and the mechanics of odd
//! answers: late, cut, never. What an answer says is [`scenario`]'s; whether a call is let in is [`verify`]'s.

mod batch;
mod bulk;
mod demo;
mod random;
mod refusal;
pub mod scenario;
mod small;
pub mod verify;

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method};
use time::OffsetDateTime;
use uuid::Uuid;

use self::refusal::Refusal;
use self::scenario::{Delivery, Moment, Reaction, Scenario};
use self::verify::Gate;
use crate::acs3::decode_query;
use crate::clock::Clock;
use crate::credentials::Credentials;

/// The id of the only key that the simulator knows.
pub const ACCESS_KEY_ID: &str = "sim-access-key-id";
/// That key's secret.
pub const ACCESS_KEY_SECRET: &str = "sim-access-key-secret";
/// The token that goes with it as a temporary key; it works without one, too.
pub const SECURITY_TOKEN: &str = "sim-security-token";

/// A call's body is empty; this much is read so that its hash can be checked.
const REQUEST_BODY_LIMIT: usize = 64 * 1024;

/// What the proxy signs its calls to the simulator with.
#[must_use]
pub fn credentials() -> Credentials {
    Credentials {
        access_key_id: ACCESS_KEY_ID.to_owned(),
        access_key_secret: ACCESS_KEY_SECRET.to_owned(),
        security_token: None,
    }
}

/// The simulator, before it listens.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

struct Shared {
    speed: f64,
    seed: u64,
    clock: Clock,
    gate: Gate,
    runs: Mutex<HashMap<Scenario, Run>>,
}

/// One batch's life so far. It begins when it is first asked for, so that whoever watches sees it all.
#[derive(Clone, Copy)]
struct Run {
    began: OffsetDateTime,
    polls: u64,
}

impl Simulator {
    /// A simulator whose batches run `speed` times faster than life, with rows that `seed` decides.
    #[must_use]
    pub fn new(speed: f64, seed: u64, clock: Clock) -> Self {
        Self {
            shared: Arc::new(Shared { speed, seed, clock, gate: Gate::default(), runs: Mutex::default() }),
        }
    }

    /// The API's one route, as a value that can be served or called.
    pub fn router(&self) -> Router {
        Router::new().fallback(answer).with_state(Arc::clone(&self.shared))
    }
}

impl Shared {
    fn moment(&self, scenario: Scenario) -> Moment {
        let now = (self.clock)();
        // No code that holds the lock can panic half-way through a change, so a poisoned map is a sound one.
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        let run = runs.entry(scenario).or_insert(Run { began: now, polls: 0 });
        run.polls += 1;
        let real = Duration::try_from(now - run.began).unwrap_or_default();
        Moment {
            began: run.began,
            elapsed: real.mul_f64(self.speed),
            speed: self.speed,
            seed: self.seed,
            poll: run.polls,
            request_id: request_id(),
        }
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    match admit(&shared, request).await {
        Ok(scenario) => {
            let moment = shared.moment(scenario);
            // A hundred thousand rows take a while to write, which other calls must not wait for.
            match tokio::task::spawn_blocking(move || scenario::play(scenario, &moment)).await {
                Ok(reaction) => deliver(reaction, shared.speed).await,
                Err(_) => Refusal::internal_error().into_response(&request_id()),
            }
        }
        Err(refusal) => refusal.into_response(&request_id()),
    }
}

async fn admit(shared: &Shared, request: Request) -> Result<Scenario, Refusal> {
    if request.method() != Method::POST {
        return Err(Refusal::unsupported_method());
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, REQUEST_BODY_LIMIT).await.map_err(|_| Refusal::body_too_large())?;
    shared.gate.check(&parts, &body, (shared.clock)())?;
    let query = decode_query(parts.uri.query().unwrap_or_default());
    match query.iter().find(|(name, _)| name == "BatchId") {
        Some((_, batch_id)) if !batch_id.is_empty() => {
            Scenario::of(batch_id).ok_or_else(|| Refusal::batch_not_found(batch_id))
        }
        _ => Err(Refusal::missing_batch_id()),
    }
}

async fn deliver(reaction: Reaction, speed: f64) -> Response {
    let Reaction { status, content_type, headers, body, delivery } = reaction;
    let length = body.len();
    let body = match delivery {
        Delivery::AtOnce => Body::from(body),
        Delivery::After(delay) => {
            tokio::time::sleep(delay.div_f64(speed)).await;
            Body::from(body)
        }
        Delivery::Never => std::future::pending().await,
        Delivery::CutAt(sent) => {
            let part = body.slice(..sent.min(length));
            Body::from_stream(stream::iter([part]).map(Ok).chain(stream::once(cut())))
        }
    };
    let mut response =
        (status, [(CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response();
    if matches!(delivery, Delivery::CutAt(_)) {
        // Announcing more than follows is what makes it a cut rather than a short body.
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response.headers_mut().extend(headers);
    response
}

/// Ends a body with an error once what went before it is on the wire: a server that knows of the cut too early sends
/// nothing at all.
async fn cut() -> io::Result<Bytes> {
    tokio::task::yield_now().await;
    Err(io::ErrorKind::ConnectionAborted.into())
}

fn request_id() -> String {
    Uuid::new_v4().to_string().to_uppercase()
}
