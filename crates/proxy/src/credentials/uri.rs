//! A server of credentials that the environment names, such as a side-car of a cluster.
//!
//! The address comes from who starts the proxy, never from a request.

use http::Uri;

use super::Lease;
use super::fetch::{LOCAL, read_issued, refusal, send};
use crate::host::is_loopback_name;
use crate::transport::{self, Reach};

const WHO: &str = "the server there";

pub(super) async fn credentials(address: &str) -> Result<Lease, String> {
    let bad = || "it is no http or https URL".to_owned();
    let uri: Uri = address.parse().map_err(|_| bad())?;
    let reach = match uri.scheme_str() {
        Some(scheme @ ("http" | "https")) => {
            Reach::of(scheme == "https", uri.host().is_some_and(is_loopback_name))
        }
        _ => return Err(bad()),
    };
    let client =
        transport::client(LOCAL, reach).build().map_err(|_| "the HTTP client cannot be set up".to_owned())?;
    match send(client.get(address)).await {
        Ok((status, body)) if status.is_success() => read_issued(WHO, &body),
        Ok((status, body)) => Err(refusal(WHO, status, &body)),
        Err(trouble) => Err(format!("{WHO} {}", trouble.words())),
    }
}
