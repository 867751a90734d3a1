//! Keys of a person who has signed in with the CLI (modes CloudSSO and OAuth).
//!
//! The CLI stores its keys and an access token in the profile. Keys that have not expired are used; then the access token is
//! exchanged for others, as the CLI does. A refresh token is not used, because it is valid once and the proxy does not write
//! the file.

use bytes::Bytes;
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::environment::Environment;
use super::lease::{Credentials, Lease};
use super::request::{REMOTE_TIMEOUTS, TemporaryCredentials, client, failed, incomplete, rejected, send};
use crate::endpoint::Endpoint;

/// The remaining lifetime below which stored keys are exchanged for others, if possible.
const MIN_LIFETIME: Duration = Duration::minutes(5);

/// A profile of mode CloudSSO or OAuth.
#[derive(Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The keys that the CLI has stored, and when they expire.
    pub stored: Option<(Credentials, OffsetDateTime)>,
    /// The access token, and when it expires.
    pub token: Option<(String, OffsetDateTime)>,
    /// The server that exchanges the token for keys.
    pub server: SignInServer,
    /// The commands that help if there are no valid keys and no valid token.
    pub advice: String,
}

/// The server that exchanges an access token for keys.
#[derive(Clone, PartialEq, Eq)]
pub enum SignInServer {
    /// CloudSSO, with the URL where people sign in.
    CloudSso {
        /// The URL. Only its host is used.
        url: String,
        /// The account in which the keys are valid.
        account_id: String,
        /// The access configuration, which determines the permissions of the keys.
        access_configuration_id: String,
    },
    /// The OAuth server of the CLI.
    OAuth {
        /// The URL, without a path.
        url: &'static str,
    },
}

pub(super) async fn keys(sign_in: &SignIn, environment: &Environment) -> Result<Lease, String> {
    let now = (environment.clock)();
    let stored = sign_in.stored.clone().filter(|(_, end)| now < *end);
    let stored_lease = |(credentials, end)| Lease::until(end, credentials);
    if let Some(keys) = stored.clone().filter(|(_, end)| *end - now > MIN_LIFETIME) {
        return Ok(stored_lease(keys));
    }
    let result = match &sign_in.token {
        Some((token, end)) if now < *end => exchange(&sign_in.server, token, environment).await,
        _ => Err("the keys that the CLI has stored have expired".to_owned()),
    };
    match (result, stored) {
        (Ok(lease), _) => Ok(lease),
        (Err(_), Some(keys)) => Ok(stored_lease(keys)),
        (Err(why), None) => Err(format!("{why}: {}", sign_in.advice)),
    }
}

async fn exchange(server: &SignInServer, token: &str, environment: &Environment) -> Result<Lease, String> {
    let (service, endpoint, path, body) = match server {
        SignInServer::CloudSso { url, account_id, access_configuration_id } => {
            let body = json!({ "AccountId": account_id, "AccessConfigurationId": access_configuration_id });
            ("CloudSSO", sign_in_endpoint(url)?, "/cloud-credentials", body.to_string())
        }
        SignInServer::OAuth { url } => {
            let url = environment.oauth_url.as_deref().unwrap_or(url);
            ("the OAuth server", sign_in_endpoint(url)?, "/v1/exchange", String::new())
        }
    };
    let request = client(REMOTE_TIMEOUTS, &endpoint)?
        .post(format!("{}{path}", endpoint.origin()))
        .bearer_auth(token)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/json")
        .body(body);
    let (status, body) = send(request).await.map_err(|error| failed(service, &endpoint, error))?;
    parse(service, status, &body)
}

/// Returns the endpoint of a URL whose path is not used.
fn sign_in_endpoint(url: &str) -> Result<Endpoint, String> {
    let uri: Option<http::Uri> = url.parse().ok();
    let parts = uri.as_ref().and_then(|uri| uri.scheme_str().zip(uri.authority()));
    let endpoint = parts.and_then(|(scheme, host)| Endpoint::parse(&format!("{scheme}://{host}")).ok());
    endpoint.ok_or_else(|| "its cloud_sso_sign_in_url is not an https URL".to_owned())
}

#[derive(Deserialize)]
struct CloudSsoResponse {
    #[serde(rename = "CloudCredential")]
    keys: TemporaryCredentials,
}

fn parse(service: &str, status: StatusCode, body: &Bytes) -> Result<Lease, String> {
    if !status.is_success() {
        return Err(rejected(service, status, body));
    }
    let keys = serde_json::from_slice::<CloudSsoResponse>(body)
        .map(|response| response.keys)
        .or_else(|_| serde_json::from_slice(body));
    keys.map_err(|_| incomplete(service))?.into_lease(service)
}
