//! The role of the ECS instance, from the metadata service of the instance.
//!
//! The second version of the service, which requires a token, is tried before the first.

use http::{HeaderName, HeaderValue, StatusCode};
use reqwest::Client;

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

pub(super) async fn instance_role(
    role_name: Option<&str>,
    environment: &Environment,
) -> Result<Lease, String> {
    let client = transport::client(LOCAL_TIMEOUTS, ConnectionMode::DirectPlain)
        .build()
        .map_err(|_| "the HTTP client cannot be created".to_owned())?;
    let token = token(&client, environment).await?;
    let role_name = match role_name {
        Some(name) => name.to_owned(),
        None => {
            let url = format!("{}{ROLES}", environment.metadata_url);
            let names = get(&client, &url, token.as_ref()).await?;
            String::from_utf8_lossy(&names).lines().next().unwrap_or_default().trim().to_owned()
        }
    };
    if !is_role_name(&role_name) {
        return Err("this instance has no role".to_owned());
    }
    let url = format!("{}{ROLES}{role_name}", environment.metadata_url);
    parse(SERVICE, &get(&client, &url, token.as_ref()).await?)
}

/// Returns a token for the second version; `None` if only the first version is available.
async fn token(client: &Client, environment: &Environment) -> Result<Option<HeaderValue>, String> {
    let url = format!("{}/latest/api/token", environment.metadata_url);
    let request = client.put(url).header(TOKEN_TTL, TOKEN_TTL_S);
    let problem = match send(request).await {
        Ok((StatusCode::OK, body)) => match HeaderValue::from_bytes(body.trim_ascii()) {
            Ok(mut token) => {
                token.set_sensitive(true);
                return Ok(Some(token));
            }
            Err(_) => format!("{SERVICE} returned a token with a character that is not allowed in a header"),
        },
        Ok((status, body)) => rejected(SERVICE, status, &body),
        // Without a connection the first version is not available either.
        Err(error @ (TransportError::ConnectTimedOut | TransportError::Unreachable)) => {
            return Err(format!("{SERVICE} {}: not an ECS instance", error.description()));
        }
        Err(error) => format!("{SERVICE} {}", error.description()),
    };
    if environment.is_true(V1_DISABLED) { Err(problem) } else { Ok(None) }
}

async fn get(client: &Client, url: &str, token: Option<&HeaderValue>) -> Result<bytes::Bytes, String> {
    let mut request = client.get(url);
    if let Some(token) = token {
        request = request.header(TOKEN, token);
    }
    match send(request).await {
        Ok((StatusCode::OK, body)) => Ok(body),
        Ok((StatusCode::NOT_FOUND, _)) => Err("this instance has no role".to_owned()),
        Ok((status, body)) => Err(rejected(SERVICE, status, &body)),
        Err(error) => Err(format!("{SERVICE} {}", error.description())),
    }
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
