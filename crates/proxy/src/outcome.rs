//! The result of a request for a batch: a body with its source, or a failure.

use std::time::Duration;

use http::StatusCode;

use crate::cache::CachedBody;
use crate::failures::Failure;
use crate::metrics::CacheResult;

/// The result of a request.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A body, cached or just received.
    Good(CachedBody, BodySource),
    /// A failure. It answers further requests for the given time, if any.
    Failed(Failure, Option<Duration>),
}

impl Outcome {
    /// Returns the label for the metrics.
    #[must_use]
    pub fn cache_result(&self) -> CacheResult {
        match self {
            Self::Good(_, BodySource::Hit) => CacheResult::Hit,
            Self::Good(_, BodySource::Called) => CacheResult::Miss,
            Self::Good(_, BodySource::Joined) => CacheResult::Joined,
            Self::Good(_, BodySource::Stale(_)) => CacheResult::Stale,
            Self::Failed(Failure::Refused(_), _) => CacheResult::Refused,
            Self::Failed(Failure::Failed(_), _) => CacheResult::Failed,
        }
    }
}

/// Where a body came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodySource {
    /// The cache; the body is fresh.
    Hit,
    /// A call for this request.
    Called,
    /// A call for another request, which this one joined.
    Joined,
    /// The cache; the body is stale.
    Stale(StaleReason),
}

/// Why a stale body is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleReason {
    /// The API responded with this status.
    Status(StatusCode),
    /// The call failed with this code of the proxy.
    ProxyError(&'static str),
    /// The call has not ended yet.
    SlowCall,
}

impl From<&Failure> for StaleReason {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Refused(response) => Self::Status(response.status),
            Failure::Failed(error) => Self::ProxyError(error.code),
        }
    }
}
