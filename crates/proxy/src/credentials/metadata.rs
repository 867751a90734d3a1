//! The role of the ECS instance, from the metadata service of the instance.
//!
//! The second version of the service, which requires a token, is tried before the first. If its requests get no response,
//! the first version is used, as in the official SDKs.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use reqwest::Client;
use tokio::time::timeout;

use super::environment::Environment;
use super::lease::Lease;
use super::request::{LOCAL_TIMEOUTS, parse, rejected, send};
use crate::transport::{self, ConnectionMode, TransportError};

/// The variable that disables the metadata service if it is `true`.
pub(super) const DISABLED: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
/// The variable that disables the first version of the service, which needs no token, if it is `true`.
const V1_DISABLED: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";

const TOKEN: HeaderName = HeaderName::from_static("x-aliyun-ecs-metadata-token");
const TOKEN_TTL: HeaderName = HeaderName::from_static("x-aliyun-ecs-metadata-token-ttl-seconds");
/// The token is used for two immediate requests. One minute is the shortest documented lifetime.
const TOKEN_TTL_S: HeaderValue = HeaderValue::from_static("60");

const ROLES: &str = "/latest/meta-data/ram/security-credentials/";
const SERVICE: &str = "the metadata service";

/// The time for all requests of one version. Both together take less than five seconds.
const VERSION_TIMEOUT: Duration = Duration::from_millis(2200);
const _: () = assert!(VERSION_TIMEOUT.as_millis() * 2 < 5000);

/// The reason for which the second version fails in a container, and its remedy.
const HOP_LIMIT: &str = "in a container, its hop limit must be at least 2: `aliyun ecs ModifyInstanceMetadataOptions \
                         --InstanceId i-… --HttpPutResponseHopLimit 2`";

pub(super) async fn instance_role(
    role_name: Option<&str>,
    environment: &Environment,
) -> Result<Lease, String> {
    let client = transport::client(LOCAL_TIMEOUTS, ConnectionMode::DirectPlain)
        .build()
        .map_err(|_| "the HTTP client cannot be created".to_owned())?;
    let service = Service { client, url: &environment.metadata_url };
    let second = within_timeout(&service, Version::Second, async {
        let token = service.token().await?;
        service.lease(role_name, Some(&token)).await.map_err(Failure::after_token)
    });
    let why = match second.await {
        Ok(lease) => return Ok(lease),
        Err(Failure::Final(why)) => return Err(why),
        Err(Failure::OfVersion(why)) if environment.is_true(V1_DISABLED) => return Err(why),
        Err(Failure::OfVersion(why)) => why,
    };
    let first = within_timeout(&service, Version::First, service.lease(role_name, None));
    match first.await {
        Ok(lease) => {
            tracing::info!("version 1 of the metadata service is used, because version 2 failed: {why}");
            Ok(lease)
        }
        Err(Failure::Final(problem)) => Err(problem),
        Err(Failure::OfVersion(problem)) => Err(format!("{why}; without a token, {problem}")),
    }
}

/// A version of the metadata service.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    /// Without a token.
    First,
    /// With a token.
    Second,
}

/// Why a version of the service gave no credentials.
enum Failure {
    /// The other version would give none either.
    Final(String),
    /// The other version may give some.
    OfVersion(String),
}

impl Failure {
    /// Explains a failure of a request with a token.
    fn after_token(self) -> Self {
        match self {
            Self::Final(why) => Self::Final(why),
            Self::OfVersion(why) => {
                Self::OfVersion(format!("{why}, although it issued a token; {HOP_LIMIT}"))
            }
        }
    }
}

async fn within_timeout(
    service: &Service<'_>,
    version: Version,
    requests: impl Future<Output = Result<Lease, Failure>>,
) -> Result<Lease, Failure> {
    let advice = if version == Version::Second { format!("; {HOP_LIMIT}") } else { String::new() };
    let silent = || {
        let description = TransportError::ReadTimedOut.description();
        Err(Failure::OfVersion(format!("{service} {description}{advice}")))
    };
    timeout(VERSION_TIMEOUT, requests).await.unwrap_or_else(|_| silent())
}

/// The metadata service at a URL.
struct Service<'a> {
    client: Client,
    url: &'a str,
}

impl Service<'_> {
    async fn token(&self) -> Result<HeaderValue, Failure> {
        let request =
            self.client.put(format!("{}/latest/api/token", self.url)).header(TOKEN_TTL, TOKEN_TTL_S);
        let why = match send(request).await {
            Ok((StatusCode::OK, body)) => match HeaderValue::from_bytes(body.trim_ascii()) {
                Ok(mut token) => {
                    token.set_sensitive(true);
                    return Ok(token);
                }
                Err(_) => format!("{self} returned a token with a character that is not allowed in a header"),
            },
            Ok((status, body)) => rejected(SERVICE, status, &body),
            // Without a connection the first version is not available either.
            Err(error @ (TransportError::ConnectTimedOut | TransportError::Unreachable)) => {
                return Err(Failure::Final(format!("{self} {}: not an ECS instance", error.description())));
            }
            Err(error) => format!("{self} {}; {HOP_LIMIT}", error.description()),
        };
        Err(Failure::OfVersion(why))
    }

    async fn lease(&self, role_name: Option<&str>, token: Option<&HeaderValue>) -> Result<Lease, Failure> {
        let role_name = match role_name {
            Some(name) => name.to_owned(),
            None => {
                let names = self.get(ROLES, token).await?;
                String::from_utf8_lossy(&names).lines().next().unwrap_or_default().trim().to_owned()
            }
        };
        if !is_role_name(&role_name) {
            return Err(no_role());
        }
        let body = self.get(&format!("{ROLES}{role_name}"), token).await?;
        parse(SERVICE, &body).map_err(Failure::Final)
    }

    async fn get(&self, path: &str, token: Option<&HeaderValue>) -> Result<Bytes, Failure> {
        let mut request = self.client.get(format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.header(TOKEN, token);
        }
        match send(request).await {
            Ok((StatusCode::OK, body)) => Ok(body),
            Ok((StatusCode::NOT_FOUND, _)) => Err(no_role()),
            Ok((status, body)) => Err(Failure::OfVersion(rejected(SERVICE, status, &body))),
            Err(error) => Err(Failure::OfVersion(format!("{self} {}", error.description()))),
        }
    }
}

impl fmt::Display for Service<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SERVICE} at {}", self.url)
    }
}

fn no_role() -> Failure {
    Failure::Final("this instance has no role".to_owned())
}

/// The name becomes part of a URL path, so it must not contain other characters.
fn is_role_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(is_allowed) && !text.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_name_cannot_change_the_path() {
        assert!(is_role_name("batch-task.reader_2"));
        for bad in ["", "..", "a/b", "a?b", "<html>", "a b"] {
            assert!(!is_role_name(bad), "{bad}");
        }
    }
}
