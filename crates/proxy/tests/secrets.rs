//! No secret of the credentials appears in logs, errors or debug output. This test has a process of its own, because the
//! log level is cached per process.

#![allow(clippy::unwrap_used, reason = "clippy does not treat helpers of integration tests as tests")]

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use batch_task_proxy::credentials::{CredentialCache, Environment};
use http::StatusCode;
use support::cloud::Cloud;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_errors_and_debug_output_contain_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let cloud = Cloud::start().await;
    let home = tempfile::TempDir::new().unwrap();
    let (config, token) = (home.path().join(".aliyun"), home.path().join("token"));
    std::fs::create_dir(&config).unwrap();
    std::fs::write(&token, "S3CRET-identity").unwrap();
    let profile = r#"{"current":"r","profiles":[{"name":"r","mode":"RamRoleArn","access_key_id":"S3CRET-id","access_key_secret":"S3CRET-key","ram_role_arn":"a"}]}"#;
    std::fs::write(config.join("config.json"), profile).unwrap();
    let uri = cloud.url("/credentials?key=S3CRET-in-url");
    let variables = [
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "S3CRET-env"),
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/S3CRET"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token.to_str().unwrap()),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", &uri),
    ];
    let environment = Environment { home: Some(home.path().to_owned()), ..cloud.environment(&variables) };

    let mut output = String::new();
    for response in [
        (StatusCode::OK, r#"{"AccessKeyId":"S3CRET-id","AccessKeySecret":"S3CRET"}"#),
        (StatusCode::FORBIDDEN, r#"{"Code":"S3CRET key","Message":"S3CRET-token"}"#),
        (StatusCode::OK, "S3CRET"),
    ] {
        cloud.set_handler(move |_| Some((response.0, response.1.to_owned())));
        let cache = CredentialCache::start(environment.clone());
        let error = cache.get().await.unwrap_err();
        output += &format!("{error} {error:?} {cache:?} {environment:?}");
    }
    cloud.clear_handler();
    let cache = CredentialCache::start(environment);
    output += &format!("{:?} {cache:?}", cache.get().await.unwrap());
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("credentials: the environment's OIDC role"), "{log}");
    for secret in ["S3CRET", "issued-secret", "issued-token", "metadata-token", "Signature="] {
        assert!(!output.contains(secret), "{secret} in {output}");
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
