//! Where credentials are looked for, in which order, and what is said of each place; STS and metadata over real sockets.

#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too, which the lint does not see")]

mod support;

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use batch_task_proxy::acs3::{Authorization, SignedRequest, decode_query};
use batch_task_proxy::credentials::Places;
use batch_task_proxy::credentials::chain::{Source, find};
use http::StatusCode;
use support::cloud::{Cloud, Seen};
use tempfile::TempDir;

const KEY: [(&str, &str); 2] =
    [("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret")];
const CONFIG: &str = r#"{"current":"ak","profiles":[
    {"name":"ak","mode":"AK","access_key_id":"config-id","access_key_secret":"config-secret"},
    {"name":"role","mode":"RamRoleArn","access_key_id":"base-id","access_key_secret":"base-secret","ram_role_arn":"acs:ram::1:role/r","external_id":"e/1"},
    {"name":"ecs","mode":"EcsRamRole","ram_role_name":"the-role"}]}"#;
const CREDENTIALS: &str =
    "[default]\ntype=access_key\naccess_key_id=file-id\naccess_key_secret=file-secret\n";

fn home(files: &[(&str, &str)]) -> TempDir {
    let home = TempDir::new().unwrap();
    for (path, text) in files {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    home
}

fn at_home(home: &TempDir, places: Places) -> Places {
    Places { home: Some(home.path().to_owned()), ..places }
}

async fn found(places: &Places) -> (Source, String) {
    let (source, lease) = find(places).await.unwrap();
    (source, lease.credentials.access_key_id)
}

fn oidc(token: &Path) -> [(&'static str, &str); 3] {
    [
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/oidc"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token.to_str().unwrap()),
    ]
}

#[tokio::test]
async fn the_first_source_in_the_official_order_wins() {
    let cloud = Cloud::start().await;
    let home = home(&[
        ("token", "identity"),
        (".aliyun/config.json", CONFIG),
        (".alibabacloud/credentials", CREDENTIALS),
    ]);
    let (token, uri) = (home.path().join("token"), cloud.url("/credentials"));
    let uri = [("ALIBABA_CLOUD_CREDENTIALS_URI", uri.as_str())];
    let mut variables: Vec<_> = KEY.into_iter().chain(oidc(&token)).chain(uri).collect();

    let everything = at_home(&home, cloud.places(&variables));
    assert_eq!(found(&everything).await, (Source::Environment, "env-id".into()));
    variables.retain(|(name, _)| !name.contains("ACCESS_KEY"));
    let without_key = at_home(&home, cloud.places(&variables));
    assert_eq!(found(&without_key).await, (Source::Oidc, "key-1".into()));
    variables.retain(|(name, _)| name.contains("URI"));
    let without_role = at_home(&home, cloud.places(&variables));
    assert_eq!(found(&without_role).await, (Source::ConfigFile, "config-id".into()));
    fs::remove_file(home.path().join(".aliyun/config.json")).unwrap();
    assert_eq!(found(&without_role).await, (Source::CredentialsFile, "file-id".into()));
    fs::remove_file(home.path().join(".alibabacloud/credentials")).unwrap();
    assert_eq!(found(&without_role).await, (Source::Metadata, "key-4".into()));
    variables.push(("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"));
    let last = at_home(&home, cloud.places(&variables));
    assert_eq!(found(&last).await, (Source::Uri, "key-5".into()));
}

#[tokio::test]
async fn a_profile_that_is_asked_for_is_had_or_nothing_is() {
    let cloud = Cloud::start().await;
    let home = home(&[(".aliyun/config.json", CONFIG)]);
    let profile =
        |name: &str| Places { profile: Some(name.to_owned()), ..at_home(&home, cloud.places(&KEY)) };
    assert_eq!(found(&profile("ak")).await, (Source::ConfigFile, "config-id".into()));
    let error = find(&profile("other")).await.unwrap_err();
    assert_eq!(error.looked_at.len(), 2, "{error}");
    let by_variable = at_home(&home, cloud.places(&[("ALIBABA_CLOUD_PROFILE", "ecs")]));
    assert_eq!(found(&by_variable).await, (Source::ConfigFile, "key-2".into()));
    assert_eq!(cloud.lines()[0], "PUT /latest/api/token", "the role's name was known");
}

fn is_signed_with(seen: &Seen, secret: &str) -> bool {
    let authorization = Authorization::parse(seen.header("authorization")).unwrap();
    let headers: Vec<_> =
        authorization.signed_headers.iter().map(|name| (*name, seen.header(name))).collect();
    let query = decode_query(seen.parts.uri.query().unwrap());
    let content_sha256 = seen.header("x-acs-content-sha256");
    let request =
        SignedRequest { method: "POST", path: "/", query: &query, headers: &headers, content_sha256 };
    request.verify(secret, authorization.signature)
}

#[tokio::test]
async fn sts_is_asked_for_a_role_with_a_signature() {
    let cloud = Cloud::start().await;
    let home = home(&[(".aliyun/config.json", CONFIG)]);
    let places = Places { profile: Some("role".into()), ..at_home(&home, cloud.places(&[])) };
    let lease = Source::ConfigFile.lease(&places).await.unwrap();
    assert_eq!(lease.credentials.security_token.as_deref(), Some("issued-token"));
    assert!(lease.expires_at.is_some());
    let seen = cloud.seen.lock().unwrap()[0].clone();
    assert_eq!((seen.header("x-acs-action"), seen.header("x-acs-version")), ("AssumeRole", "2015-04-01"));
    let query = seen.parts.uri.query().unwrap();
    assert_eq!(
        query,
        "DurationSeconds=3600&ExternalId=e%2F1&RoleArn=acs%3Aram%3A%3A1%3Arole%2Fr&RoleSessionName=batch-task-proxy"
    );
    assert!(is_signed_with(&seen, "base-secret") && !is_signed_with(&seen, "another"));
}

#[tokio::test]
async fn sts_is_given_the_present_identity_token_and_not_in_the_url() {
    let cloud = Cloud::start().await;
    let home = home(&[("token", "identity-1\n")]);
    let token = home.path().join("token");
    let places = cloud.places(&oidc(&token));
    Source::Oidc.lease(&places).await.unwrap();
    fs::write(&token, "identity-2").unwrap();
    Source::Oidc.lease(&places).await.unwrap();
    for (seen, identity) in cloud.seen.lock().unwrap().iter().zip(["identity-1", "identity-2"]) {
        let (url, body) = (seen.parts.uri.to_string(), String::from_utf8(seen.body.to_vec()).unwrap());
        assert!(url.contains("Action=AssumeRoleWithOIDC&") && !url.contains("identity"), "{url}");
        assert!(body.contains(&format!("OIDCToken={identity}&RoleArn=")), "{body}");
        assert_eq!(seen.header("content-type"), "application/x-www-form-urlencoded");
        assert_eq!(seen.header("authorization"), "");
    }
}

#[tokio::test]
async fn metadata_is_asked_for_a_token_first_and_its_first_version_only_if_that_may_be() {
    let cloud = Cloud::start().await;
    Source::Metadata.lease(&cloud.places(&[])).await.unwrap();
    let tokens: Vec<_> = cloud
        .seen
        .lock()
        .unwrap()
        .iter()
        .map(|seen| (seen.line(), seen.header("x-aliyun-ecs-metadata-token").to_owned()))
        .collect();
    let with_token = |line: &str| (line.to_owned(), "metadata-token".to_owned());
    assert_eq!(tokens[0], ("PUT /latest/api/token".to_owned(), String::new()));
    assert_eq!(tokens[1], with_token("GET /latest/meta-data/ram/security-credentials/"));
    assert_eq!(tokens[2], with_token("GET /latest/meta-data/ram/security-credentials/the-role"));

    cloud.answers(|seen| {
        (seen.parts.method == "PUT").then(|| (StatusCode::NOT_FOUND, r#"{"Code":"NoTokens"}"#.to_owned()))
    });
    Source::Metadata.lease(&cloud.places(&[])).await.unwrap();
    let refused = Source::Metadata.lease(&cloud.places(&[("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")])).await;
    assert_eq!(refused.unwrap_err(), "the metadata service refused it (HTTP 404, NoTokens)");
    cloud.answers(|seen| {
        (seen.parts.uri.path().ends_with("credentials/")).then(|| (StatusCode::NOT_FOUND, String::new()))
    });
    assert_eq!(Source::Metadata.lease(&cloud.places(&[])).await.unwrap_err(), "this instance has no role");
}

#[tokio::test]
async fn if_nothing_is_found_every_place_is_named_with_its_reason() {
    let cloud = Cloud::start().await;
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let home = home(&[(
        ".aliyun/config.json",
        r#"{"current":"sso","profiles":[{"name":"sso","mode":"CloudSSO"}]}"#,
    )]);
    let places = Places {
        metadata: format!("http://{nobody}"),
        ..at_home(&home, cloud.places(&[KEY[0], ("ALIBABA_CLOUD_CREDENTIALS_URI", "file:///etc/passwd")]))
    };
    let error = find(&places).await.unwrap_err();
    let whys: Vec<_> = error.looked_at.iter().map(|(_, why)| why.as_str()).collect();
    assert_eq!(
        whys,
        [
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set",
            "ALIBABA_CLOUD_ROLE_ARN is not set",
            "its profile \"sso\" has the mode \"CloudSSO\", and only AK, StsToken, RamRoleArn, EcsRamRole and OIDC \
             are supported",
            "there is no such file",
            "the metadata service cannot be connected to: not an ECS instance",
            "it is no http or https URL",
        ]
    );
    let sentence = error.to_string();
    assert!(error.looked_at.iter().all(|(place, why)| sentence.contains(&format!("{place} ({why})"))));
    assert!(!sentence.contains("env-id") && !sentence.contains(home.path().to_str().unwrap()), "{sentence}");
}

#[tokio::test]
async fn what_has_expired_is_no_find() {
    let cloud = Cloud::start().await;
    cloud.lives_for(std::time::Duration::ZERO);
    let why = Source::Metadata.lease(&cloud.places(&[])).await.unwrap_err();
    assert!(why.contains("expired already"), "{why}");
}
