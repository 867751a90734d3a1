//! Taking on a role at STS: with keys (`AssumeRole`), or with an identity provider's token (`AssumeRoleWithOIDC`).
//!
//! Must not know where keys, roles and tokens are written down.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::fetch::{Issued, PATIENT, incomplete, refusal, send};
use super::recipe::{OidcRole, Role};
use super::{Credentials, Lease, Places};
use crate::acs3;
use crate::clock::to_acs_date;
use crate::endpoint::Endpoint;
use crate::signing::Call;
use crate::transport::{self, Reach};

const VERSION: &str = "2015-04-01";
const WHO: &str = "STS";
/// The session's name in the account's audit log, unless a profile gives one.
const SESSION_NAME: &str = "batch-task-proxy";

pub(super) async fn assume_role(base: &Credentials, role: &Role, places: &Places) -> Result<Lease, String> {
    let endpoint = endpoint(role, places)?;
    let query = parameters(role);
    let call = Call { host: endpoint.host_header(), action: "AssumeRole", version: VERSION, query: &query };
    let headers = call
        .sign(base, (places.clock)())
        .ok_or_else(|| "its keys hold a character that no HTTP header can carry".to_owned())?;
    post(&endpoint, &call.target(), headers, String::new()).await
}

pub(super) async fn assume_role_with_oidc(oidc: &OidcRole, places: &Places) -> Result<Lease, String> {
    let token = std::fs::read_to_string(&oidc.token_file)
        .map_err(|error| format!("its token file cannot be read: {}", error.kind()))?;
    let endpoint = endpoint(&oidc.role, places)?;
    let date = to_acs_date((places.clock)());
    let target = format!(
        "/?Action=AssumeRoleWithOIDC&Format=JSON&Version={VERSION}&Timestamp={}",
        utf8_percent_encode(&date, NON_ALPHANUMERIC)
    );
    // In the body rather than in the query, which ends up in logs.
    let mut form = parameters(&oidc.role);
    form.push(("OIDCProviderArn".into(), oidc.provider_arn.as_str().into()));
    form.push(("OIDCToken".into(), token.trim().into()));
    let content_type = header::HeaderValue::from_static("application/x-www-form-urlencoded");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, content_type)]);
    post(&endpoint, &target, headers, acs3::canonical_query(&form)).await
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

/// The host of the role's region, else of the environment's, else the central one; private networks have their own.
fn endpoint(role: &Role, places: &Places) -> Result<Endpoint, String> {
    let region = role.sts_region.clone().or_else(|| places.variable("ALIBABA_CLOUD_STS_REGION"));
    let host = match (&places.sts, region) {
        (Some(url), _) => url.clone(),
        (None, None) => "sts.aliyuncs.com".to_owned(),
        (None, Some(region)) => {
            let private = places.says_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
            format!("{}.{region}.aliyuncs.com", if private { "sts-vpc" } else { "sts" })
        }
    };
    Endpoint::parse(&host).map_err(|_| "the region of its STS is none".to_owned())
}

async fn post(endpoint: &Endpoint, target: &str, headers: HeaderMap, body: String) -> Result<Lease, String> {
    let reach = Reach::of(endpoint.is_tls(), endpoint.is_loopback());
    let client = transport::client(PATIENT, reach).build().map_err(|_| {
        "the HTTP client cannot be set up; are the system's CA certificates installed?".to_owned()
    })?;
    let url = format!("{}{target}", endpoint.origin());
    let (status, body) = send(client.post(url).headers(headers).body(body))
        .await
        .map_err(|trouble| format!("{WHO} {}", trouble.words()))?;
    read(status, &body)
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Credentials")]
    credentials: Issued,
}

fn read(status: StatusCode, body: &Bytes) -> Result<Lease, String> {
    if !status.is_success() {
        return Err(refusal(WHO, status, body));
    }
    let answer: Answer = serde_json::from_slice(body).map_err(|_| incomplete(WHO))?;
    answer.credentials.into_lease(WHO)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use super::*;

    #[test]
    fn the_host_follows_the_region() {
        let role = |region: Option<&str>| Role {
            arn: "acs:ram::1:role/r".into(),
            session_name: None,
            duration_s: Role::DURATION_S,
            policy: None,
            external_id: None,
            sts_region: region.map(Into::into),
        };
        let origin = |region: Option<&str>, variables: &[(&str, &str)]| {
            let variables: HashMap<_, _> =
                variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let places = Places { variables: Arc::new(variables), ..Places::of_process(None) };
            endpoint(&role(region), &places).map(|endpoint| endpoint.origin())
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
