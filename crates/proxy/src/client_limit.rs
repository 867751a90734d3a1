//! The rate limit per client.
//!
//! Memory is bounded, however many clients there are. How a client is identified is decided in
//! [`client_address`](crate::client_address).

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::client_address::Client;
use crate::metrics::{Limit, Metrics};
use crate::proxy_error::ProxyError;

/// The burst size, in seconds of the permitted rate.
const BURST_SECONDS: u32 = 2;
/// The shortest retry delay of a rejected request.
const MIN_RETRY_DELAY: Duration = Duration::from_secs(1);

/// A limit on requests per client. By default there is no limit.
#[derive(Clone, Default)]
pub struct ClientRateLimit(Option<Arc<Counters>>);

struct Counters {
    /// The key is a 16-bit hash of the client, so that there are at most 65,536 counters. The hash is seeded, so that a
    /// client cannot choose to share another client's counter.
    limiter: RateLimiter<u16, HashMapStateStore<u16>, DefaultClock>,
    hasher: RandomState,
}

impl ClientRateLimit {
    /// Allows each client `per_second` requests per second; `None` sets no limit.
    #[must_use]
    pub fn new(per_second: Option<NonZeroU32>) -> Self {
        per_second.map_or_else(Self::default, |limit| {
            let burst = limit.saturating_mul(NonZeroU32::MIN.saturating_add(BURST_SECONDS - 1));
            Self::with_burst(limit, burst)
        })
    }

    /// Allows each client `per_second` requests per second, and `burst` at once.
    #[must_use]
    pub fn with_burst(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(burst);
        let limiter = RateLimiter::hashmap(quota);
        Self(Some(Arc::new(Counters { limiter, hasher: RandomState::new() })))
    }

    /// Counts a request.
    ///
    /// # Errors
    /// The time until the next request is allowed, if the limit is exceeded.
    pub fn count(&self, client: IpAddr) -> Result<(), Duration> {
        let Some(counters) = &self.0 else { return Ok(()) };
        let [.., high, low] = counters.hasher.hash_one(client).to_be_bytes();
        counters
            .limiter
            .check_key(&u16::from_be_bytes([high, low]))
            .map_err(|until| until.wait_time_from(counters.limiter.clock().now()))
    }
}

impl fmt::Debug for ClientRateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientRateLimit").finish_non_exhaustive()
    }
}

/// Middleware: rejects requests of a client that exceeds the limit.
pub async fn limit(
    State((limit, metrics)): State<(ClientRateLimit, Metrics)>,
    request: Request,
    next: Next,
) -> Response {
    let client = request.extensions().get::<Client>().map(Client::network);
    match client.map_or(Ok(()), |client| limit.count(client)) {
        Ok(()) => next.run(request).await,
        Err(wait) => {
            metrics.request_limited(Limit::ClientRate);
            ProxyError::too_many_requests(wait.max(MIN_RETRY_DELAY)).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_has_its_own_count() {
        let limit = ClientRateLimit::new(NonZeroU32::new(1));
        let clients: [IpAddr; 2] = ["192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap()];
        for client in clients {
            assert_eq!(limit.count(client), Ok(()));
            assert_eq!(limit.count(client), Ok(()), "the burst");
            let wait = limit.count(client).unwrap_err();
            assert!(wait <= Duration::from_secs(1), "{wait:?}");
        }
        assert_eq!(ClientRateLimit::default().count(clients[0]), Ok(()));
    }

    #[test]
    fn the_number_of_counters_is_bounded() {
        let limit = ClientRateLimit::new(NonZeroU32::new(10));
        for client in 0..1_000_000_u128 {
            let _ = limit.count(IpAddr::V6(std::net::Ipv6Addr::from_bits(client << 64)));
        }
        assert!(limit.0.unwrap().limiter.len() <= usize::from(u16::MAX) + 1);
    }
}
