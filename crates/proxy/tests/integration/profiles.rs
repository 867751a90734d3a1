//! Profiles of the CLI whose keys are issued elsewhere, profiles that refer to others, and files with a byte order mark.

use std::fs;

use batch_task_proxy::clock;
use batch_task_proxy::credentials::provider_chain::Provider;
use batch_task_proxy::credentials::{Environment, Lease};
use http::StatusCode;
use serde_json::{Value, json};

use crate::credentials::{at_home, found, home};
use crate::support::cloud::Cloud;

/// A time in the past and a time in the future, in Unix seconds.
const PAST: i64 = 1;
const FUTURE: i64 = 4_102_444_800;

/// Returns a profile with keys that expire at `expiration`.
fn stored(mode: &str, expiration: i64) -> Value {
    json!({
        "name": "p", "mode": mode, "sts_expiration": expiration,
        "access_key_id": "stored-id", "access_key_secret": "stored-secret", "sts_token": "stored-token",
    })
}

fn with(mut profile: Value, fields: &Value) -> Value {
    profile.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    profile
}

fn cloud_sso(cloud: &Cloud, keys_expire: i64, token_expires: i64) -> Value {
    let fields = json!({
        "cloud_sso_sign_in_url": cloud.url("/device/login?x=y"), "cloud_sso_account_id": "account",
        "cloud_sso_access_config": "ac-1", "access_token": "sign-in-token", "cloud_sso_access_token_expire": token_expires,
    });
    with(stored("CloudSSO", keys_expire), &fields)
}

fn oauth(keys_expire: i64, token_expires: i64) -> Value {
    let fields = json!({
        "oauth_site_type": "CN", "oauth_access_token": "sign-in-token", "oauth_access_token_expire": token_expires,
        "oauth_refresh_token": "refresh",
    });
    with(stored("OAuth", keys_expire), &fields)
}

/// Loads the first of the profiles.
async fn load(cloud: &Cloud, profiles: &[Value], variables: &[(&str, &str)]) -> Result<Lease, String> {
    let config = json!({ "current": "p", "profiles": profiles }).to_string();
    let home = home(&[(".aliyun/config.json", &config)]);
    Provider::ConfigFile.load(&at_home(&home, cloud.environment(variables))).await
}

fn id(lease: &Lease) -> &str {
    &lease.credentials.access_key_id
}

#[tokio::test]
async fn keys_of_a_sign_in_are_used_until_they_expire_and_then_exchanged() {
    let now = clock::system()().unix_timestamp();
    let cloud = Cloud::start().await;
    for (profile, expected_id, expected_line) in [
        (stored("CloudSSO", FUTURE), "stored-id", None),
        (cloud_sso(&cloud, FUTURE, FUTURE), "stored-id", None),
        (cloud_sso(&cloud, PAST, FUTURE), "key-1", Some("POST /cloud-credentials")),
        (cloud_sso(&cloud, now + 60, FUTURE), "key-1", Some("POST /cloud-credentials")),
        (cloud_sso(&cloud, now + 60, PAST), "stored-id", None),
        (oauth(FUTURE, FUTURE), "stored-id", None),
        (oauth(PAST, FUTURE), "key-1", Some("POST /v1/exchange")),
        (oauth(now + 60, PAST), "stored-id", None),
    ] {
        cloud.requests.lock().unwrap().clear();
        let lease = load(&cloud, std::slice::from_ref(&profile), &[]).await.unwrap();
        assert_eq!(id(&lease), expected_id, "{profile}");
        assert!(lease.expires_at.is_some(), "{profile}");
        let requests = cloud.requests.lock().unwrap();
        assert_eq!(requests.first().map(|received| received.line()).as_deref(), expected_line, "{profile}");
        for received in requests.iter() {
            assert_eq!(received.header("authorization"), "Bearer sign-in-token");
            if received.line().ends_with("cloud-credentials") {
                let body: Value = serde_json::from_slice(&received.body).unwrap();
                assert_eq!(body, json!({ "AccountId": "account", "AccessConfigurationId": "ac-1" }));
            }
        }
    }
}

#[tokio::test]
async fn an_expired_sign_in_names_the_command_that_helps() {
    let cloud = Cloud::start().await;
    let sso = "`aliyun configure --profile p --mode CloudSSO`";
    let oauth_commands = "`aliyun sts GetCallerIdentity --profile p`, or sign in again with `aliyun configure --profile p --mode OAuth`";
    for (profile, why, command) in [
        (cloud_sso(&cloud, PAST, PAST), "have expired: ", sso),
        (stored("CloudSSO", PAST), "have expired: ", sso),
        (oauth(PAST, PAST), "have expired: ", oauth_commands),
    ] {
        let problem = load(&cloud, &[profile], &[]).await.unwrap_err();
        assert!(problem.contains(why) && problem.contains(command), "{problem}");
    }
    assert!(cloud.lines().is_empty());
    let insecure = json!({ "cloud_sso_sign_in_url": "http://signin.example/very-secret" });
    let problem = load(&cloud, &[with(cloud_sso(&cloud, PAST, FUTURE), &insecure)], &[]).await.unwrap_err();
    assert!(problem.starts_with("its cloud_sso_sign_in_url is not an https URL: "), "{problem}");
    let denied = r#"{"Code":"Denied","Message":"sign-in-token"}"#;
    cloud.set_handler(|_| Some((StatusCode::FORBIDDEN, denied.to_owned())));
    for (profile, service, command) in [
        (cloud_sso(&cloud, PAST, FUTURE), "CloudSSO rejected the request (HTTP 403, Denied): ", sso),
        (oauth(PAST, FUTURE), "the OAuth server rejected the request (HTTP 403, Denied): ", oauth_commands),
    ] {
        let problem = load(&cloud, &[profile], &[]).await.unwrap_err();
        assert!(problem.contains(service) && problem.contains(command), "{problem}");
        assert!(!problem.contains("sign-in-token") && !problem.contains("stored-"), "{problem}");
    }
}

#[tokio::test]
async fn a_failed_exchange_keeps_keys_that_are_about_to_expire() {
    let cloud = Cloud::start().await;
    cloud.set_handler(|_| Some((StatusCode::INTERNAL_SERVER_ERROR, String::new())));
    let soon = clock::system()().unix_timestamp() + 60;
    for profile in [cloud_sso(&cloud, soon, FUTURE), oauth(soon, FUTURE)] {
        assert_eq!(id(&load(&cloud, &[profile], &[]).await.unwrap()), "stored-id");
    }
    assert_eq!(cloud.lines().len(), 2);
}

#[tokio::test]
async fn a_chain_assumes_each_role_with_the_keys_of_the_one_before() {
    let cloud = Cloud::start().await;
    let chained = |name: &str, source: &str| {
        json!({
            "name": name, "mode": "ChainableRamRoleArn", "source_profile": source, "region_id": "cn-beijing",
            "ram_role_arn": format!("acs:ram::1:role/{name}"),
        })
    };
    let base = with(stored("StsToken", 0), &json!({ "name": "base" }));
    let lease = load(&cloud, &[chained("p", "middle"), chained("middle", "base"), base], &[]).await.unwrap();
    assert_eq!(id(&lease), "key-2");
    assert_eq!(lease.profile.unwrap().name, "p");
    let requests = cloud.requests.lock().unwrap();
    for (received, role, token) in
        [(&requests[0], "middle", "stored-token"), (&requests[1], "p", "issued-token")]
    {
        assert!(received.parts.uri.query().unwrap().contains(&format!("role%2F{role}&")));
        assert_eq!(received.header("x-acs-security-token"), token);
    }
}

#[tokio::test]
async fn the_endpoint_of_sts_can_be_in_a_variable_or_in_the_profile() {
    let cloud = Cloud::start().await;
    let url = cloud.url("/");
    let role = json!({ "mode": "RamRoleArn", "ram_role_arn": "acs:ram::1:role/r" });
    let with_endpoint = with(role.clone(), &json!({ "sts_endpoint": url }));
    for (fields, variables) in [
        (role, &[("ALIBABA_CLOUD_STS_ENDPOINT", url.as_str())][..]),
        (with_endpoint.clone(), &[]),
        // As in the CLI, the profile takes precedence.
        (with_endpoint, &[("ALIBABA_CLOUD_STS_ENDPOINT", "127.0.0.1:1")]),
    ] {
        let config = json!({ "current": "p", "profiles": [with(stored("", 0), &fields)] }).to_string();
        let home = home(&[(".aliyun/config.json", &config)]);
        let environment = Environment { sts_url: None, ..at_home(&home, cloud.environment(variables)) };
        Provider::ConfigFile.load(&environment).await.unwrap();
    }
    assert_eq!(cloud.lines(), ["POST /"; 3]);
}

#[tokio::test]
async fn an_instance_role_assumes_another() {
    let cloud = Cloud::start().await;
    let profile = json!({
        "name": "p", "mode": "RamRoleArnWithRoleName", "ram_role_name": "the-role", "ram_role_arn": "acs:ram::1:role/r",
    });
    assert_eq!(id(&load(&cloud, &[profile], &[]).await.unwrap()), "key-3");
    assert_eq!(cloud.lines()[2], "POST /");
}

#[tokio::test]
async fn a_credentials_uri_can_be_in_a_profile() {
    let cloud = Cloud::start().await;
    let uri = cloud.url("/credentials");
    let profile = |uri: &str| json!({ "name": "p", "mode": "CredentialsURI", "credentials_uri": uri });
    for (profile, variables, expected) in [
        (profile(&uri), &[][..], Ok("key-1")),
        (profile(""), &[("ALIBABA_CLOUD_CREDENTIALS_URI", uri.as_str())], Ok("key-2")),
        (
            profile(""),
            &[],
            Err("has no credentials_uri: run `aliyun configure --profile p --mode CredentialsURI`"),
        ),
        (profile("http://credentials.example"), &[], Err("it must be an https URL")),
        (
            profile(&uri),
            &[("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "1")],
            Err("is disabled by ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"),
        ),
    ] {
        match (load(&cloud, &[profile], variables).await, expected) {
            (Ok(lease), Ok(expected)) => assert_eq!(id(&lease), expected),
            (Err(why), Err(expected)) => assert!(why.contains(expected), "{why}"),
            (result, expected) => panic!("{result:?}, expected {expected:?}"),
        }
    }
}

#[tokio::test]
async fn a_command_prints_the_keys() {
    let cloud = Cloud::start().await;
    let scripts = home(&[
        (
            "a folder/keys.sh",
            r#"echo "{\"mode\":\"AK\",\"access_key_id\":\"$1\",\"access_key_secret\":\"s\"}""#,
        ),
        (
            "temporary.sh",
            r#"echo '{"access_key_id":"id","access_key_secret":"s","sts_token":"t","expiration":"2099-01-01T00:00:00Z"}'"#,
        ),
        ("secret.sh", "echo very-secret; echo very-secret >&2"),
        ("fails.sh", "echo very-secret; exit 3"),
        ("long.sh", "while echo very-secret; do :; done"),
        (
            "role.sh",
            r#"echo '{"mode":"RamRoleArn","access_key_id":"id","access_key_secret":"s","ram_role_arn":"a"}'"#,
        ),
    ]);
    let script = |name: &str| format!("sh '{}/{name}'", scripts.path().display());
    let disabled = ("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "TRUE");
    for (command, variables, expected) in [
        (script("a folder/keys.sh") + " 'two words'", &[][..], Ok("two words")),
        (script("temporary.sh"), &[], Ok("id")),
        (script("role.sh"), &[], Ok("key-1")),
        (script("secret.sh"), &[], Err("its process_command did not print a JSON object")),
        (
            script("fails.sh"),
            &[],
            Err("its process_command failed with exit status: 3: run it in a terminal"),
        ),
        (script("long.sh"), &[], Err("its process_command printed too much")),
        ("/no/such/program".to_owned(), &[], Err("its process_command cannot be started: entity not found")),
        (
            "sh 'x".to_owned(),
            &[],
            Err("its process_command is empty, or has a quotation mark without its pair"),
        ),
        (
            String::new(),
            &[],
            Err("has no process_command: run `aliyun configure --profile p --mode External`"),
        ),
        (script("temporary.sh"), &[disabled], Err("is disabled by ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS")),
    ] {
        let profile = json!({ "name": "p", "mode": "External", "process_command": command });
        match (load(&cloud, &[profile], variables).await, expected) {
            (Ok(lease), Ok(expected)) => {
                assert_eq!(id(&lease), expected);
                assert_eq!(lease.expires_at.is_some(), expected != "two words", "{command}");
            }
            (Err(why), Err(expected)) => {
                assert!(why.contains(expected) && !why.contains("very-secret"), "{command}: {why}");
            }
            (result, expected) => panic!("{command}: {result:?}, expected {expected:?}"),
        }
    }
}

/// Returns a text with a byte order mark, in UTF-8 and in UTF-16.
fn with_marks(text: &str) -> [Vec<u8>; 2] {
    let utf16 = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    [format!("\u{feff}{text}").into_bytes(), utf16]
}

#[tokio::test]
async fn files_may_begin_with_a_byte_order_mark() {
    let cloud = Cloud::start().await;
    let config = r#"{"profiles":[{"name":"default","mode":"AK","access_key_id":"config-id","access_key_secret":"s"}]}"#;
    let ini = "[default]\r\naccess_key_id=file-id\r\naccess_key_secret=s\r\n";
    for index in 0..2 {
        let home = home(&[(".aliyun/config.json", ""), (".alibabacloud/credentials", ""), ("token", "")]);
        let write =
            |path: &str, text: &str| fs::write(home.path().join(path), &with_marks(text)[index]).unwrap();
        let environment = at_home(&home, cloud.environment(&[]));
        write(".alibabacloud/credentials", ini);
        fs::remove_file(home.path().join(".aliyun/config.json")).unwrap();
        assert_eq!(found(&environment).await, (Provider::CredentialsFile, "file-id".into()));
        write(".aliyun/config.json", config);
        assert_eq!(found(&environment).await, (Provider::ConfigFile, "config-id".into()));

        write("token", "identity\r\n");
        let token = home.path().join("token");
        let variables = [
            ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
            ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p"),
            ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token.to_str().unwrap()),
        ];
        Provider::OidcVariables.load(&cloud.environment(&variables)).await.unwrap();
        let body = cloud.requests.lock().unwrap().last().unwrap().body.to_vec();
        assert!(String::from_utf8(body).unwrap().contains("OIDCToken=identity&"));
    }
}

#[tokio::test]
async fn the_region_of_the_profile_is_part_of_the_lease() {
    let cloud = Cloud::start().await;
    let config =
        json!({ "current": "p", "profiles": [with(stored("AK", 0), &json!({ "region_id": "cn-beijing" }))] });
    let (config, keys) = (config.to_string(), ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"));
    let home = home(&[(".aliyun/config.json", &config)]);
    let region = async |environment: &Environment, provider: Provider| {
        let lease = provider.load(environment).await.unwrap();
        environment.target.region(lease.profile.as_deref()).to_string()
    };
    let environment =
        at_home(&home, cloud.environment(&[keys, ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")]));
    assert_eq!(region(&environment, Provider::ConfigFile).await, "cn-beijing (profile \"p\")");
    // These keys are not from the profile.
    assert_eq!(region(&environment, Provider::AccessKeyVariables).await, "cn-hangzhou (default)");
}
