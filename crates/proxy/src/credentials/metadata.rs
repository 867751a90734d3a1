//! The role of the ECS instance that the proxy runs on, from the instance's metadata service.
//!
//! Its second version, which asks for a token first, is tried before the first.

use http::{HeaderName, HeaderValue, StatusCode};
use reqwest::Client;

use super::fetch::{LOCAL, read_issued, refusal, send};
use super::{Lease, Places};
use crate::transport::{self, Reach, Trouble};

/// Says `true` if the metadata service is not to be asked.
pub(super) const DISABLED: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
/// Says `true` if its first version, which has no token, is not to be asked.
const V1_DISABLED: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";

const TOKEN: HeaderName = HeaderName::from_static("x-aliyun-ecs-metadata-token");
const TOKEN_TTL: HeaderName = HeaderName::from_static("x-aliyun-ecs-metadata-token-ttl-seconds");
/// The token serves two requests, at once; a minute is the shortest that is documented.
const TOKEN_TTL_S: HeaderValue = HeaderValue::from_static("60");

const ROLES: &str = "/latest/meta-data/ram/security-credentials/";
const WHO: &str = "the metadata service";

pub(super) async fn instance_role(role_name: Option<&str>, places: &Places) -> Result<Lease, String> {
    let client = transport::client(LOCAL, Reach::DirectPlain)
        .build()
        .map_err(|_| "the HTTP client cannot be set up".to_owned())?;
    let token = token(&client, places).await?;
    let role_name = match role_name {
        Some(name) => name.to_owned(),
        None => {
            let answer = get(&client, &format!("{}{ROLES}", places.metadata), token.as_ref()).await;
            String::from_utf8_lossy(&answer?).lines().next().unwrap_or_default().trim().to_owned()
        }
    };
    if !is_role_name(&role_name) {
        return Err("this instance has no role".to_owned());
    }
    let url = format!("{}{ROLES}{role_name}", places.metadata);
    read_issued(WHO, &get(&client, &url, token.as_ref()).await?)
}

/// A token of the second version; `None` where only the first is to be had.
async fn token(client: &Client, places: &Places) -> Result<Option<HeaderValue>, String> {
    let request = client.put(format!("{}/latest/api/token", places.metadata)).header(TOKEN_TTL, TOKEN_TTL_S);
    let refused = match send(request).await {
        Ok((StatusCode::OK, body)) => match HeaderValue::from_bytes(body.trim_ascii()) {
            Ok(mut token) => {
                token.set_sensitive(true);
                return Ok(Some(token));
            }
            Err(_) => format!("{WHO} gave a token that no header can carry"),
        },
        Ok((status, body)) => refusal(WHO, status, &body),
        // There is no such service: its first version would only be waited for as well.
        Err(trouble @ (Trouble::ConnectTimedOut | Trouble::Unreachable)) => {
            return Err(format!("{WHO} {}: not an ECS instance", trouble.words()));
        }
        Err(trouble) => format!("{WHO} {}", trouble.words()),
    };
    if places.says_true(V1_DISABLED) { Err(refused) } else { Ok(None) }
}

async fn get(client: &Client, url: &str, token: Option<&HeaderValue>) -> Result<bytes::Bytes, String> {
    let mut request = client.get(url);
    if let Some(token) = token {
        request = request.header(TOKEN, token);
    }
    match send(request).await {
        Ok((StatusCode::OK, body)) => Ok(body),
        Ok((StatusCode::NOT_FOUND, _)) => Err("this instance has no role".to_owned()),
        Ok((status, body)) => Err(refusal(WHO, status, &body)),
        Err(trouble) => Err(format!("{WHO} {}", trouble.words())),
    }
}

/// A role's name becomes part of a path, and so must be no more than a name.
fn is_role_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(fits) && !text.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_name_is_no_path() {
        assert!(is_role_name("batch-task.reader_2"));
        for bad in ["", "..", "a/b", "a?b", "<html>", "a b"] {
            assert!(!is_role_name(bad), "{bad}");
        }
    }
}
