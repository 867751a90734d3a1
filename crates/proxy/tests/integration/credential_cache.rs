//! Credentials are renewed before they expire, one attempt at a time, and requests do not wait for a renewal.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use batch_task_proxy::clock;
use batch_task_proxy::credentials::provider_chain::Provider;
use batch_task_proxy::credentials::{CredentialCache, Environment};
use futures_util::future::join_all;
use http::StatusCode;

use crate::support::cloud::{Cloud, until};

/// Short enough for a renewal within three seconds.
const SHORT_LIFETIME: Duration = Duration::from_secs(3);

fn environment(cloud: &Cloud) -> Environment {
    let uri = cloud.url("/credentials");
    cloud.environment(&[
        ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", &uri),
    ])
}

fn id(cache: &CredentialCache) -> Option<String> {
    cache.current().ok().map(|lease| lease.credentials.access_key_id.clone())
}

fn calls(cloud: &Cloud) -> usize {
    cloud.requests.lock().unwrap().len()
}

#[tokio::test]
async fn many_requests_wait_for_the_first_attempt() {
    let cloud = Cloud::start().await;
    cloud.permits.forget_permits(1000);
    let cache = CredentialCache::start(environment(&cloud));
    assert!(cache.current().unwrap_err().to_string().contains("still looking"));
    let requests = join_all((0..50).map(|_| cache.get()));
    let (leases, ()) = tokio::join!(requests, async {
        until(|| calls(&cloud) == 1).await;
        cloud.permits.add_permits(1);
    });
    assert!(leases.iter().all(|lease| lease.as_ref().unwrap().credentials.access_key_id == "key-1"));
    assert_eq!((calls(&cloud), cache.provider()), (1, Some(Provider::Uri)));
}

#[tokio::test]
async fn current_credentials_are_used_during_a_renewal_and_if_it_fails() {
    let cloud = Cloud::start().await;
    cloud.set_lifetime(SHORT_LIFETIME);
    cloud.permits.forget_permits(999);
    // The clock is fixed, so that nothing expires on a slow machine.
    let start = clock::system()();
    let cache = CredentialCache::start(Environment { clock: Arc::new(move || start), ..environment(&cloud) });
    cache.get().await.unwrap();
    until(|| calls(&cloud) == 2).await;
    // The second attempt is in progress; no request waits for it.
    assert_eq!(cache.get().await.unwrap().credentials.access_key_id, "key-1");
    cloud.set_handler(|_| Some((StatusCode::INTERNAL_SERVER_ERROR, String::new())));
    cloud.permits.add_permits(1);
    until(|| calls(&cloud) == 3).await;
    assert_eq!(id(&cache).as_deref(), Some("key-1"), "a failed attempt keeps the current credentials");
    cloud.clear_handler();
    cloud.permits.add_permits(1000);
    until(|| id(&cache).is_some_and(|id| id != "key-1")).await;
    assert_eq!(cloud.max_concurrent.load(Ordering::SeqCst), 1, "attempts do not overlap");
}

#[tokio::test]
async fn expired_credentials_are_not_used_and_the_error_says_why() {
    let cloud = Cloud::start().await;
    let ahead_s = Arc::new(AtomicI64::new(0));
    let read = Arc::clone(&ahead_s);
    let clock: clock::Clock =
        Arc::new(move || clock::system()() + time::Duration::seconds(read.load(Ordering::SeqCst)));
    let cache = CredentialCache::start(Environment { clock, ..environment(&cloud) });
    cache.get().await.unwrap();
    // As after a suspended machine resumes: the renewal is overdue.
    ahead_s.store(7200, Ordering::SeqCst);
    assert!(cache.current().is_err());
    cloud.set_handler(|_| Some((StatusCode::FORBIDDEN, r#"{"Code":"NoPermission"}"#.to_owned())));
    let error = cache.get().await.unwrap_err();
    assert!(error.to_string().contains("rejected the request (HTTP 403, NoPermission)"), "{error}");
    cloud.clear_handler();
    cloud.set_lifetime(Duration::from_secs(4 * 3600));
    until(|| cache.current().is_ok()).await;
    assert_eq!(cache.provider(), Some(Provider::Uri), "the first provider is kept");
}

#[tokio::test]
async fn the_renewal_task_ends_with_the_last_clone() {
    let cloud = Cloud::start().await;
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let cache = CredentialCache::start(environment(&cloud));
    cache.get().await.unwrap();
    cache.report_rejected();
    drop(cache.clone());
    assert!(tasks() > before);
    drop(cache);
    // The stub's task for the connection may end a little later.
    until(|| tasks() <= before + 1).await;
}
