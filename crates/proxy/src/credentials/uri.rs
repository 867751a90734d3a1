//! A server that issues credentials, whose URL is in an environment variable; for example, a sidecar in a cluster.
//!
//! The URL comes from the operator of the proxy, never from a request.

use http::Uri;

use super::lease::Lease;
use super::request::{LOCAL_TIMEOUTS, client, failed, parse, rejected, send};
use crate::endpoint::Endpoint;

const SERVICE: &str = "the credentials server";

pub(super) async fn credentials(address: &str) -> Result<Lease, String> {
    let uri: Uri = address.parse().map_err(|_| "it is not a URL".to_owned())?;
    let (scheme, authority) =
        uri.scheme_str().zip(uri.authority()).ok_or_else(|| "it is not a URL".to_owned())?;
    // The message must not quote the URL, which may contain a secret.
    let endpoint = Endpoint::parse(&format!("{scheme}://{authority}")).map_err(|_| {
        "it must be an https URL, or an http URL of a loopback host, because the response contains secrets".to_owned()
    })?;
    match send(client(LOCAL_TIMEOUTS, &endpoint)?.get(address)).await {
        Ok((status, body)) if status.is_success() => parse(SERVICE, &body),
        Ok((status, body)) => Err(rejected(SERVICE, status, &body)),
        Err(error) => Err(failed(SERVICE, &endpoint, error)),
    }
}
