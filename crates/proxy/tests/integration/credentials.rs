//! The chain of credential providers, with stubs of STS and the metadata service.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use batch_task_acs3::{Authorization, SignedRequest, decode_query};
use batch_task_proxy::credentials::Environment;
use batch_task_proxy::credentials::provider_chain::{Provider, find};
use http::StatusCode;
use tempfile::TempDir;

use crate::support::cloud::{Cloud, ReceivedRequest};

const KEY: [(&str, &str); 2] =
    [("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret")];
const CONFIG: &str = r#"{"current":"ak","profiles":[
    {"name":"ak","mode":"AK","access_key_id":"config-id","access_key_secret":"config-secret"},
    {"name":"role","mode":"RamRoleArn","access_key_id":"base-id","access_key_secret":"base-secret","ram_role_arn":"acs:ram::1:role/r","external_id":"e/1"},
    {"name":"ecs","mode":"EcsRamRole","ram_role_name":"the-role"}]}"#;
const CREDENTIALS: &str =
    "[default]\ntype=access_key\naccess_key_id=file-id\naccess_key_secret=file-secret\n";

pub(crate) fn home(files: &[(&str, &str)]) -> TempDir {
    let home = TempDir::new().unwrap();
    for (path, text) in files {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    home
}

pub(crate) fn at_home(home: &TempDir, environment: Environment) -> Environment {
    Environment { home: Some(home.path().to_owned()), ..environment }
}

pub(crate) async fn found(environment: &Environment) -> (Provider, String) {
    let (provider, lease) = find(environment).await.unwrap();
    (provider, lease.credentials.access_key_id)
}

fn oidc(token: &Path) -> [(&'static str, &str); 3] {
    [
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/oidc"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token.to_str().unwrap()),
    ]
}

#[tokio::test]
async fn the_first_provider_in_the_official_order_is_used() {
    let cloud = Cloud::start().await;
    let home = home(&[
        ("token", "identity"),
        (".aliyun/config.json", CONFIG),
        (".alibabacloud/credentials", CREDENTIALS),
    ]);
    let (token, uri) = (home.path().join("token"), cloud.url("/credentials"));
    let uri = [("ALIBABA_CLOUD_CREDENTIALS_URI", uri.as_str())];
    let mut variables: Vec<_> = KEY.into_iter().chain(oidc(&token)).chain(uri).collect();

    let everything = at_home(&home, cloud.environment(&variables));
    assert_eq!(found(&everything).await, (Provider::AccessKeyVariables, "env-id".into()));
    variables.retain(|(name, _)| !name.contains("ACCESS_KEY"));
    let without_key = at_home(&home, cloud.environment(&variables));
    assert_eq!(found(&without_key).await, (Provider::OidcVariables, "key-1".into()));
    variables.retain(|(name, _)| name.contains("URI"));
    let without_role = at_home(&home, cloud.environment(&variables));
    assert_eq!(found(&without_role).await, (Provider::ConfigFile, "config-id".into()));
    fs::remove_file(home.path().join(".aliyun/config.json")).unwrap();
    assert_eq!(found(&without_role).await, (Provider::CredentialsFile, "file-id".into()));
    fs::remove_file(home.path().join(".alibabacloud/credentials")).unwrap();
    assert_eq!(found(&without_role).await, (Provider::Metadata, "key-4".into()));
    variables.push(("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"));
    let last = at_home(&home, cloud.environment(&variables));
    assert_eq!(found(&last).await, (Provider::Uri, "key-5".into()));
}

#[tokio::test]
async fn a_profile_is_used_exclusively() {
    let cloud = Cloud::start().await;
    let home = home(&[(".aliyun/config.json", CONFIG)]);
    let profile = |name: &str| Environment {
        profile: Some(name.to_owned()),
        ..at_home(&home, cloud.environment(&KEY))
    };
    assert_eq!(found(&profile("ak")).await, (Provider::ConfigFile, "config-id".into()));
    let error = find(&profile("other")).await.unwrap_err();
    assert_eq!(error.attempts.len(), 2, "{error}");
    let by_variable = at_home(&home, cloud.environment(&[("ALIBABA_CLOUD_PROFILE", "ecs")]));
    assert_eq!(found(&by_variable).await, (Provider::ConfigFile, "key-2".into()));
    assert_eq!(cloud.lines()[0], "PUT /latest/api/token", "the name of the role is in the profile");
}

fn is_signed_with(received: &ReceivedRequest, secret: &str) -> bool {
    let authorization = Authorization::parse(received.header("authorization")).unwrap();
    let headers: Vec<_> =
        authorization.signed_headers.iter().map(|name| (*name, received.header(name))).collect();
    let query = decode_query(received.parts.uri.query().unwrap());
    let content_sha256 = received.header("x-acs-content-sha256");
    let request =
        SignedRequest { method: "POST", path: "/", query: &query, headers: &headers, content_sha256 };
    request.verify(secret, authorization.signature)
}

#[tokio::test]
async fn assume_role_requests_are_signed() {
    let cloud = Cloud::start().await;
    let home = home(&[(".aliyun/config.json", CONFIG)]);
    let environment = Environment { profile: Some("role".into()), ..at_home(&home, cloud.environment(&[])) };
    let lease = Provider::ConfigFile.load(&environment).await.unwrap();
    assert_eq!(lease.credentials.security_token.as_deref(), Some("issued-token"));
    assert!(lease.expires_at.is_some());
    let received = cloud.requests.lock().unwrap()[0].clone();
    assert_eq!(
        (received.header("x-acs-action"), received.header("x-acs-version")),
        ("AssumeRole", "2015-04-01")
    );
    let query = received.parts.uri.query().unwrap();
    assert_eq!(
        query,
        "DurationSeconds=3600&ExternalId=e%2F1&RoleArn=acs%3Aram%3A%3A1%3Arole%2Fr&RoleSessionName=batch-task-proxy"
    );
    assert!(is_signed_with(&received, "base-secret") && !is_signed_with(&received, "another"));
}

#[tokio::test]
async fn the_current_oidc_token_is_sent_in_the_body() {
    let cloud = Cloud::start().await;
    let home = home(&[("token", "identity-1\n")]);
    let token = home.path().join("token");
    let environment = cloud.environment(&oidc(&token));
    Provider::OidcVariables.load(&environment).await.unwrap();
    fs::write(&token, "identity-2").unwrap();
    Provider::OidcVariables.load(&environment).await.unwrap();
    for (received, identity) in cloud.requests.lock().unwrap().iter().zip(["identity-1", "identity-2"]) {
        let (url, body) =
            (received.parts.uri.to_string(), String::from_utf8(received.body.to_vec()).unwrap());
        assert!(url.contains("Action=AssumeRoleWithOIDC&") && !url.contains("identity"), "{url}");
        assert!(body.contains(&format!("OIDCToken={identity}&RoleArn=")), "{body}");
        assert_eq!(received.header("content-type"), "application/x-www-form-urlencoded");
        assert_eq!(received.header("authorization"), "");
    }
}

#[tokio::test]
async fn metadata_version_1_is_used_only_if_it_is_allowed() {
    let cloud = Cloud::start().await;
    Provider::Metadata.load(&cloud.environment(&[])).await.unwrap();
    let tokens: Vec<_> = cloud
        .requests
        .lock()
        .unwrap()
        .iter()
        .map(|received| (received.line(), received.header("x-aliyun-ecs-metadata-token").to_owned()))
        .collect();
    let with_token = |line: &str| (line.to_owned(), "metadata-token".to_owned());
    assert_eq!(tokens[0], ("PUT /latest/api/token".to_owned(), String::new()));
    assert_eq!(tokens[1], with_token("GET /latest/meta-data/ram/security-credentials/"));
    assert_eq!(tokens[2], with_token("GET /latest/meta-data/ram/security-credentials/the-role"));

    cloud.set_handler(|received| {
        (received.parts.method == "PUT").then(|| (StatusCode::NOT_FOUND, r#"{"Code":"NoTokens"}"#.to_owned()))
    });
    Provider::Metadata.load(&cloud.environment(&[])).await.unwrap();
    let rejected =
        Provider::Metadata.load(&cloud.environment(&[("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")])).await;
    assert_eq!(rejected.unwrap_err(), "the metadata service rejected the request (HTTP 404, NoTokens)");
    cloud.set_handler(|received| {
        (received.parts.uri.path().ends_with("credentials/")).then(|| (StatusCode::NOT_FOUND, String::new()))
    });
    assert_eq!(
        Provider::Metadata.load(&cloud.environment(&[])).await.unwrap_err(),
        "this instance has no role"
    );
}

#[tokio::test]
async fn metadata_version_1_is_used_if_requests_with_a_token_fail() {
    const FORBIDDEN: (StatusCode, &str) = (StatusCode::FORBIDDEN, "");
    let has_token = |received: &ReceivedRequest| !received.header("x-aliyun-ecs-metadata-token").is_empty();
    let is_put = |received: &ReceivedRequest| received.parts.method == "PUT";
    let never = |_: &ReceivedRequest| false;
    // As in a container if the hop limit of the instance is 1.
    for (is_refused, is_silent, why) in [
        (
            has_token as fn(&ReceivedRequest) -> bool,
            never as fn(&ReceivedRequest) -> bool,
            "rejected the request (HTTP 403)",
        ),
        (never, has_token, "did not respond in time"),
        (never, is_put, "did not respond in time"),
    ] {
        let cloud = Cloud::start().await;
        cloud.set_silent(is_silent);
        cloud
            .set_handler(move |received| is_refused(received).then(|| (FORBIDDEN.0, FORBIDDEN.1.to_owned())));
        let lease = Provider::Metadata.load(&cloud.environment(&[])).await.unwrap();
        assert_eq!(lease.credentials.access_key_secret, "issued-secret");
        let only_version_2 = cloud.environment(&[("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")]);
        let problem = Provider::Metadata.load(&only_version_2).await.unwrap_err();
        assert!(problem.contains(why) && problem.contains("its hop limit must be at least 2"), "{problem}");
    }
}

#[tokio::test]
async fn the_error_of_both_metadata_versions_is_reported() {
    let cloud = Cloud::start().await;
    cloud.set_handler(|received| {
        (received.parts.method == "GET").then(|| (StatusCode::FORBIDDEN, r#"{"Code":"Nothing"}"#.to_owned()))
    });
    let problem = Provider::Metadata.load(&cloud.environment(&[])).await.unwrap_err();
    assert!(
        problem.starts_with(
            "the metadata service rejected the request (HTTP 403, Nothing), although it issued a token; "
        ) && problem
            .ends_with("; without a token, the metadata service rejected the request (HTTP 403, Nothing)"),
        "{problem}"
    );
}

#[tokio::test]
async fn the_error_lists_every_provider_with_its_reason() {
    let cloud = Cloud::start().await;
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let home = home(&[(
        ".aliyun/config.json",
        r#"{"current":"sso","profiles":[{"name":"sso","mode":"CloudSSO"}]}"#,
    )]);
    let environment = Environment {
        metadata_url: format!("http://{closed}"),
        ..at_home(
            &home,
            cloud.environment(&[KEY[0], ("ALIBABA_CLOUD_CREDENTIALS_URI", "file:///etc/passwd")]),
        )
    };
    let error = find(&environment).await.unwrap_err();
    let whys: Vec<_> = error.attempts.iter().map(|(_, why)| why.as_str()).collect();
    assert_eq!(
        whys,
        [
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set",
            "ALIBABA_CLOUD_ROLE_ARN is not set",
            "the keys that the CLI has stored have expired: sign in again with `aliyun configure --profile sso --mode \
             CloudSSO`",
            "the file does not exist",
            &format!("the metadata service at http://{closed} cannot be reached: not an ECS instance"),
            "it is not a URL",
        ]
    );
    let message = error.to_string();
    assert!(error.attempts.iter().all(|(provider, why)| message.contains(&format!("{provider} ({why})"))));
    assert!(!message.contains("env-id") && !message.contains(home.path().to_str().unwrap()), "{message}");
}

#[tokio::test]
async fn expired_credentials_are_not_used() {
    let cloud = Cloud::start().await;
    cloud.set_lifetime(std::time::Duration::ZERO);
    let why = Provider::Metadata.load(&cloud.environment(&[])).await.unwrap_err();
    assert!(why.contains("already expired"), "{why}");
}

#[tokio::test]
async fn a_credentials_uri_must_be_loopback_or_https() {
    let cloud = Cloud::start().await;
    let load = async |uri: &str| {
        let environment = cloud.environment(&[("ALIBABA_CLOUD_CREDENTIALS_URI", uri)]);
        Provider::Uri.load(&environment).await
    };
    assert!(load(&cloud.url("/credentials")).await.is_ok());
    for uri in [
        "http://credentials.example/very-secret",
        "http://127.0.0.1.example",
        "http://10.0.0.1",
        "ftp://127.0.0.1/x",
    ] {
        let why = load(uri).await.unwrap_err();
        assert!(
            why.starts_with("it must be an https URL, or an http URL of a loopback host"),
            "{uri}: {why}"
        );
        assert!(!why.contains("very-secret"), "{why}");
    }
}

#[tokio::test]
async fn connection_errors_name_the_host() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (url, home) = (format!("http://{closed}"), home(&[("token", "t"), (".aliyun/config.json", CONFIG)]));
    let token = home.path().join("token");
    let uri = format!("{url}/credentials?key=very-secret");
    let variables: Vec<_> =
        oidc(&token).into_iter().chain([("ALIBABA_CLOUD_CREDENTIALS_URI", uri.as_str())]).collect();
    let cloud = Cloud::start().await;
    let environment = Environment {
        profile: Some("role".into()),
        sts_url: Some(url.clone()),
        metadata_url: url.clone(),
        ..at_home(&home, cloud.environment(&variables))
    };
    for provider in [Provider::OidcVariables, Provider::ConfigFile, Provider::Metadata, Provider::Uri] {
        let why = provider.load(&environment).await.unwrap_err();
        assert!(why.contains(&url) && why.contains("cannot be reached"), "{provider}: {why}");
        assert!(!why.contains("very-secret"), "{why}");
    }
}
