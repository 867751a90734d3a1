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
use super::request::{REMOTE_TIMEOUTS, TemporaryCredentials, client, failed, incomplete, rejected, send};
use crate::endpoint::{Endpoint, EndpointType, InvalidEndpoint, Region};
use crate::signing::Call;
use crate::target::ProfileSettings;
use crate::text_file;

const VERSION: &str = "2015-04-01";
const SERVICE: &str = "STS";
/// The variable with the endpoint of STS.
const STS_ENDPOINT: &str = "ALIBABA_CLOUD_STS_ENDPOINT";
/// The variable with the region of STS.
const STS_REGION: &str = "ALIBABA_CLOUD_STS_REGION";
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
    /// The endpoint of STS.
    pub sts: StsSettings,
}

/// The settings of a profile that determine the endpoint of STS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StsSettings {
    /// The host or URL. It takes precedence over the others.
    pub endpoint: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// Whether STS is called in the private network of the region.
    pub is_private: bool,
    /// The profile, whose region is used in a private network without `region`.
    pub profile: Option<ProfileSettings>,
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
    let endpoint = endpoint(&role.sts, environment)?;
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
    let token = text_file::read(&oidc.token_file).map_err(|error| format!("its token file {error}"))?;
    let token = String::from_utf8(token).map_err(|_| "its token file is not text".to_owned())?;
    let endpoint = endpoint(&oidc.role.sts, environment)?;
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

/// Returns the endpoint of STS as the official tools do: the one of the profile, else of the variable, else that of the
/// region of STS, else the central one. The private network has no central endpoint, so that of the API's region is used.
fn endpoint(settings: &StsSettings, environment: &Environment) -> Result<Endpoint, String> {
    let given = settings.endpoint.clone().map(|endpoint| ("sts_endpoint", endpoint));
    let by_variable = || environment.variable(STS_ENDPOINT).map(|endpoint| (STS_ENDPOINT, endpoint));
    let for_tests = environment.sts_url.clone().map(|url| ("sts_url", url));
    if let Some((name, endpoint)) = for_tests.or(given).or_else(by_variable) {
        // The message must not quote values of the file.
        return parse_endpoint(&endpoint).map_err(|_| format!("{name} is not a valid host or https URL"));
    }
    let selected = environment.target.endpoint_type(settings.profile.as_ref()).map(|given| given.value);
    let endpoint_type = match selected {
        None if settings.is_private => EndpointType::Vpc,
        selected => selected.unwrap_or(EndpointType::Public),
    };
    let given = settings.region.clone().map(|region| ("sts_region", region));
    let region = match given.or_else(|| environment.variable(STS_REGION).map(|region| (STS_REGION, region))) {
        Some((name, region)) => {
            let region = region.parse::<Region>();
            Some(region.map_err(|_| format!("{name} is not a valid region name, such as cn-hangzhou"))?)
        }
        None if endpoint_type == EndpointType::Vpc => {
            Some(environment.target.region(settings.profile.as_ref()).value)
        }
        None => None,
    };
    Ok(Endpoint::of_sts(region.as_ref(), endpoint_type))
}

/// Parses an endpoint of STS. As in the CLI, `http://` does not select plain HTTP, except for a loopback host.
fn parse_endpoint(text: &str) -> Result<Endpoint, InvalidEndpoint> {
    let with_tls = text.strip_prefix("http://").map(|host| format!("https://{host}"));
    match (Endpoint::parse(text), with_tls) {
        (Err(_), Some(with_tls)) => Endpoint::parse(&with_tls),
        (parsed, _) => parsed,
    }
}

async fn post(endpoint: &Endpoint, target: &str, headers: HeaderMap, body: String) -> Result<Lease, String> {
    let url = format!("{}{target}", endpoint.origin());
    let request = client(REMOTE_TIMEOUTS, endpoint)?.post(url).headers(headers).body(body);
    let (status, body) = send(request).await.map_err(|error| failed(SERVICE, endpoint, error))?;
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
    use crate::target::{Source, Sourced, TargetSettings};

    #[test]
    fn settings_determine_the_host() {
        const PRIVATE: EndpointType = EndpointType::Vpc;
        let region = ("ALIBABA_CLOUD_STS_REGION", "cn-beijing");
        let variable = ("ALIBABA_CLOUD_STS_ENDPOINT", "sts-vpc.cn-shanghai.aliyuncs.com");
        let in_region = |region: &str| StsSettings { region: Some(region.into()), ..StsSettings::default() };
        let at =
            |endpoint: &str| StsSettings { endpoint: Some(endpoint.into()), ..in_region("eu-central-1") };
        let profile = ProfileSettings {
            name: "p".into(),
            region: Some("us-west-1".parse().unwrap()),
            endpoint_type: None,
        };
        let of_profile = StsSettings { profile: Some(profile.clone()), ..StsSettings::default() };
        let private = StsSettings { is_private: true, ..of_profile.clone() };
        let by_endpoint_type = StsSettings {
            profile: Some(ProfileSettings { endpoint_type: Some(PRIVATE), ..profile }),
            ..StsSettings::default()
        };
        let none = StsSettings::default();
        for (settings, variables, endpoint_type, expected) in [
            (&none, &[][..], None, "sts.aliyuncs.com"),
            (&of_profile, &[], None, "sts.aliyuncs.com"),
            (&none, &[region], None, "sts.cn-beijing.aliyuncs.com"),
            (&in_region("eu-central-1"), &[region], None, "sts.eu-central-1.aliyuncs.com"),
            (&none, &[region], Some(PRIVATE), "sts-vpc.cn-beijing.aliyuncs.com"),
            (&none, &[], Some(PRIVATE), "sts-vpc.cn-hangzhou.aliyuncs.com"),
            (&of_profile, &[], Some(PRIVATE), "sts-vpc.us-west-1.aliyuncs.com"),
            (&by_endpoint_type, &[], None, "sts-vpc.us-west-1.aliyuncs.com"),
            (&private, &[], None, "sts-vpc.us-west-1.aliyuncs.com"),
            (&private, &[], Some(EndpointType::Public), "sts.aliyuncs.com"),
            (&none, &[region, variable], Some(PRIVATE), "sts-vpc.cn-shanghai.aliyuncs.com"),
            (&at("sts.us-east-1.aliyuncs.com"), &[variable], None, "sts.us-east-1.aliyuncs.com"),
            (&at("http://sts.us-east-1.aliyuncs.com/"), &[], None, "sts.us-east-1.aliyuncs.com"),
        ] {
            let variables: HashMap<_, _> =
                variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let endpoint_type =
                endpoint_type.map(|value| Sourced { value, source: Source::Setting("--endpoint-type") });
            let environment = Environment {
                variables: Arc::new(variables),
                target: TargetSettings { endpoint_type, ..TargetSettings::default() },
                ..Environment::of_process(None)
            };
            let origin = endpoint(settings, &environment).unwrap().origin();
            assert_eq!(origin, format!("https://{expected}"), "{settings:?}");
        }
        for (settings, expected) in [
            (in_region("evil.example/"), "sts_region is not a valid region name, such as cn-hangzhou"),
            (at("a b"), "sts_endpoint is not a valid host or https URL"),
        ] {
            assert_eq!(endpoint(&settings, &Environment::of_process(None)).unwrap_err(), expected);
        }
    }
}
