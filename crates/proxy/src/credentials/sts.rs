//! Assuming a role at STS: with an access key (`AssumeRole`), or with the token of an identity provider
//! (`AssumeRoleWithOIDC`).
//!
//! This module must not know where keys, roles and tokens are stored.

use std::borrow::Cow;
use std::path::PathBuf;

use batch_task_acs3::{canonical_query, format_date};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::environment::Environment;
use super::lease::{Credentials, Lease};
use super::request::{REMOTE_TIMEOUTS, TemporaryCredentials, incomplete, rejected, send};
use crate::endpoint::Endpoint;
use crate::signing::Call;
use crate::transport::{self, ConnectionMode};

const VERSION: &str = "2015-04-01";
const SERVICE: &str = "STS";
/// The default session name, which appears in the audit log of the account.
const SESSION_NAME: &str = "batch-task-proxy";

/// A role to assume.
#[derive(Clone, PartialEq, Eq)]
pub struct Role {
    /// The ARN of the role.
    pub arn: String,
    /// The session name, which appears in the audit log of the account.
    pub session_name: Option<String>,
    /// The lifetime of the credentials, in seconds.
    pub duration_s: u32,
    /// A policy that restricts the role further.
    pub policy: Option<String>,
    /// The external ID that the owner of the role requires.
    pub external_id: Option<String>,
    /// The region of the STS endpoint.
    pub sts_region: Option<String>,
}

impl Role {
    /// The default of `duration_s`.
    pub const DEFAULT_DURATION_S: u32 = 3600;
}

/// A role to assume with the token of an identity provider.
#[derive(Clone, PartialEq, Eq)]
pub struct OidcRole {
    /// The role.
    pub role: Role,
    /// The ARN of the identity provider.
    pub provider_arn: String,
    /// The file with the token. It is read for every request, because the identity provider replaces it.
    pub token_file: PathBuf,
}

pub(super) async fn assume_role(
    base: &Credentials,
    role: &Role,
    environment: &Environment,
) -> Result<Lease, String> {
    let endpoint = endpoint(role, environment)?;
    let query = parameters(role);
    let call = Call { host: endpoint.host_header(), action: "AssumeRole", version: VERSION, query: &query };
    let headers = call
        .sign(base, (environment.clock)())
        .ok_or_else(|| "its access key contains a character that is not allowed in a header".to_owned())?;
    post(&endpoint, &call.target(), headers, String::new()).await
}

pub(super) async fn assume_role_with_oidc(
    oidc: &OidcRole,
    environment: &Environment,
) -> Result<Lease, String> {
    let token = std::fs::read_to_string(&oidc.token_file)
        .map_err(|error| format!("its token file cannot be read: {}", error.kind()))?;
    let endpoint = endpoint(&oidc.role, environment)?;
    let date = format_date((environment.clock)());
    let target = format!(
        "/?Action=AssumeRoleWithOIDC&Format=JSON&Version={VERSION}&Timestamp={}",
        utf8_percent_encode(&date, NON_ALPHANUMERIC)
    );
    // The token is sent in the body, because servers log queries.
    let mut form = parameters(&oidc.role);
    form.push(("OIDCProviderArn".into(), oidc.provider_arn.as_str().into()));
    form.push(("OIDCToken".into(), token.trim().into()));
    let content_type = header::HeaderValue::from_static("application/x-www-form-urlencoded");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, content_type)]);
    post(&endpoint, &target, headers, canonical_query(&form)).await
}

fn parameters(role: &Role) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    let mut parameters = vec![
        (Cow::from("RoleArn"), Cow::from(role.arn.as_str())),
        ("RoleSessionName".into(), role.session_name.as_deref().unwrap_or(SESSION_NAME).into()),
        ("DurationSeconds".into(), role.duration_s.to_string().into()),
    ];
    let optional = [("Policy", &role.policy), ("ExternalId", &role.external_id)];
    for (name, value) in optional {
        parameters.extend(value.as_deref().map(|value| (Cow::from(name), Cow::from(value))));
    }
    parameters
}

/// Returns the endpoint of the role's region, else of the environment's region, else the central one. A private network has
/// separate hosts.
fn endpoint(role: &Role, environment: &Environment) -> Result<Endpoint, String> {
    let region = role.sts_region.clone().or_else(|| environment.variable("ALIBABA_CLOUD_STS_REGION"));
    let host = match (&environment.sts_url, region) {
        (Some(url), _) => url.clone(),
        (None, None) => "sts.aliyuncs.com".to_owned(),
        (None, Some(region)) => {
            let is_private = environment.is_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
            format!("{}.{region}.aliyuncs.com", if is_private { "sts-vpc" } else { "sts" })
        }
    };
    Endpoint::parse(&host).map_err(|_| "the region of STS is not valid".to_owned())
}

async fn post(endpoint: &Endpoint, target: &str, headers: HeaderMap, body: String) -> Result<Lease, String> {
    let mode = ConnectionMode::of(endpoint.is_tls(), endpoint.is_loopback());
    let client = transport::client(REMOTE_TIMEOUTS, mode).build().map_err(|_| {
        "the HTTP client cannot be created; are the system's CA certificates installed?".to_owned()
    })?;
    let url = format!("{}{target}", endpoint.origin());
    let (status, body) = send(client.post(url).headers(headers).body(body))
        .await
        .map_err(|error| format!("{SERVICE} {}", error.description()))?;
    parse(status, &body)
}

#[derive(Deserialize)]
struct AssumeRoleResponse {
    #[serde(rename = "Credentials")]
    credentials: TemporaryCredentials,
}

fn parse(status: StatusCode, body: &Bytes) -> Result<Lease, String> {
    if !status.is_success() {
        return Err(rejected(SERVICE, status, body));
    }
    let response: AssumeRoleResponse = serde_json::from_slice(body).map_err(|_| incomplete(SERVICE))?;
    response.credentials.into_lease(SERVICE)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use super::*;

    #[test]
    fn the_region_determines_the_host() {
        let role = |region: Option<&str>| Role {
            arn: "acs:ram::1:role/r".into(),
            session_name: None,
            duration_s: Role::DEFAULT_DURATION_S,
            policy: None,
            external_id: None,
            sts_region: region.map(Into::into),
        };
        let origin = |region: Option<&str>, variables: &[(&str, &str)]| {
            let variables: HashMap<_, _> =
                variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let environment = Environment { variables: Arc::new(variables), ..Environment::of_process(None) };
            endpoint(&role(region), &environment).map(|endpoint| endpoint.origin())
        };
        let private = ("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true");
        let region = ("ALIBABA_CLOUD_STS_REGION", "cn-beijing");
        assert_eq!(origin(None, &[]).unwrap(), "https://sts.aliyuncs.com");
        assert_eq!(origin(None, &[region]).unwrap(), "https://sts.cn-beijing.aliyuncs.com");
        assert_eq!(origin(Some("eu-central-1"), &[region]).unwrap(), "https://sts.eu-central-1.aliyuncs.com");
        assert_eq!(origin(None, &[region, private]).unwrap(), "https://sts-vpc.cn-beijing.aliyuncs.com");
        origin(Some("evil.example/"), &[]).unwrap_err();
    }
}
