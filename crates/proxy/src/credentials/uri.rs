//! A server that issues credentials, whose URL is in an environment variable; for example, a sidecar in a cluster.
//!
//! The URL comes from the operator of the proxy, never from a request.

use http::Uri;

use super::lease::Lease;
use super::request::{LOCAL_TIMEOUTS, parse, rejected, send};
use crate::endpoint::is_loopback_name;
use crate::transport::{self, ConnectionMode};

const SERVICE: &str = "the credentials server";

pub(super) async fn credentials(address: &str) -> Result<Lease, String> {
    let invalid = || "it is not an http or https URL".to_owned();
    let uri: Uri = address.parse().map_err(|_| invalid())?;
    let mode = match uri.scheme_str() {
        Some(scheme @ ("http" | "https")) => {
            ConnectionMode::of(scheme == "https", uri.host().is_some_and(is_loopback_name))
        }
        _ => return Err(invalid()),
    };
    let client = transport::client(LOCAL_TIMEOUTS, mode)
        .build()
        .map_err(|_| "the HTTP client cannot be created".to_owned())?;
    match send(client.get(address)).await {
        Ok((status, body)) if status.is_success() => parse(SERVICE, &body),
        Ok((status, body)) => Err(rejected(SERVICE, status, &body)),
        Err(error) => Err(format!("{SERVICE} {}", error.description())),
    }
}
