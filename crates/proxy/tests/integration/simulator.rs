//! Authentication by the simulator, over a socket: access keys, dates, signatures and nonces.

use std::net::SocketAddr;
use std::sync::Arc;

use batch_task_acs3::{SignedRequest, decode_query, format_date, sha256_hex};
use batch_task_proxy::clock::{self, Clock};
use batch_task_proxy::credentials::Credentials;
use batch_task_simulator::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, SECURITY_TOKEN};

use crate::support::{LONG_TIMEOUTS, describe, proxy_with, raw, simulator as start, simulator_credentials};

async fn code(address: SocketAddr, change: impl Fn(&mut Credentials), clock: Clock) -> String {
    let mut credentials = simulator_credentials();
    change(&mut credentials);
    describe(&proxy_with(address, Ok(credentials), LONG_TIMEOUTS, clock), "pcb-done").await.code()
}

#[tokio::test]
async fn keys_and_dates_are_verified() {
    let address = start().await;
    let (now, shifted) = (clock::system(), |minutes: i64| -> Clock {
        Arc::new(move || clock::system()() + time::Duration::minutes(minutes))
    });
    assert_eq!(code(address, |_| {}, now.clone()).await, "no code");
    assert_eq!(code(address, |_| {}, shifted(14)).await, "no code");
    assert_eq!(code(address, |_| {}, shifted(16)).await, "InvalidTimeStamp.Expired");
    assert_eq!(code(address, |_| {}, shifted(-16)).await, "InvalidTimeStamp.Expired");
    let with_token =
        |token: &'static str| move |c: &mut Credentials| c.security_token = Some(token.to_owned());
    assert_eq!(code(address, with_token(SECURITY_TOKEN), now.clone()).await, "no code");
    assert_eq!(code(address, with_token("another"), now.clone()).await, "InvalidSecurityToken.Malformed");
    assert_eq!(
        code(address, |c| c.access_key_id = "x".into(), now.clone()).await,
        "InvalidAccessKeyId.NotFound"
    );
    assert_eq!(code(address, |c| c.access_key_secret = "x".into(), now).await, "SignatureDoesNotMatch");
}

/// Returns a request to `target` with a signature for `signed_target`.
fn request(address: SocketAddr, nonce: &str, signed_target: &str, target: &str) -> String {
    let (host, date, hash) = (address.to_string(), format_date(clock::system()()), sha256_hex(b""));
    let headers = [
        ("host", host.as_str()),
        ("x-acs-action", "DescribeBatchTask"),
        ("x-acs-content-sha256", &hash),
        ("x-acs-date", &date),
        ("x-acs-signature-nonce", nonce),
        ("x-acs-version", "2017-08-01"),
    ];
    let query = decode_query(signed_target.split_once('?').unwrap().1);
    let signed =
        SignedRequest { method: "POST", path: "/", query: &query, headers: &headers, content_sha256: &hash };
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let authorization = signed.authorization(ACCESS_KEY_ID, ACCESS_KEY_SECRET);
    format!(
        "POST {target} HTTP/1.1\r\n{lines}authorization: {authorization}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    )
}

#[tokio::test]
async fn a_replayed_or_altered_request_is_rejected() {
    let address = start().await;
    let target = "/?BatchId=pcb-done";
    let good = request(address, "nonce-1", target, target);
    assert!(raw(address, &good).await.contains("\"COMPLETED\""));
    assert!(raw(address, &good).await.contains("SignatureNonceUsed"));
    let altered = request(address, "nonce-2", target, "/?BatchId=pcb-failed");
    assert!(raw(address, &altered).await.contains("SignatureDoesNotMatch"));
    let other_encoding = request(address, "nonce-2", target, "/?BatchId=pcb%2Ddone");
    assert!(
        raw(address, &other_encoding).await.contains("\"COMPLETED\""),
        "a rejected call does not consume its nonce"
    );
}

#[tokio::test]
async fn the_truncated_response_ends_early() {
    let address = start().await;
    let target = "/?BatchId=pcb-truncated";
    let response = raw(address, &request(address, "nonce-1", target, target)).await;
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let announced = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert!(body.starts_with('{') && !body.is_empty());
    assert!(body.len() < announced.parse().unwrap(), "{} of {announced}", body.len());
}
