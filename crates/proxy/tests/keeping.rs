//! Credentials are renewed before they end, one attempt at a time, without a request waiting where it need not.

#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too, which the lint does not see")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use batch_task_proxy::clock;
use batch_task_proxy::credentials::chain::Source;
use batch_task_proxy::credentials::{Keeper, Places};
use futures_util::future::join_all;
use http::StatusCode;
use support::cloud::{Cloud, until};

/// Short enough to be renewed within three seconds.
const SHORT_LIFE: Duration = Duration::from_secs(3);

fn places(cloud: &Cloud) -> Places {
    let uri = cloud.url("/credentials");
    cloud.places(&[("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"), ("ALIBABA_CLOUD_CREDENTIALS_URI", &uri)])
}

fn id(keeper: &Keeper) -> Option<String> {
    keeper.held().ok().map(|lease| lease.credentials.access_key_id.clone())
}

fn calls(cloud: &Cloud) -> usize {
    cloud.seen.lock().unwrap().len()
}

#[tokio::test]
async fn many_requests_wait_for_one_first_attempt() {
    let cloud = Cloud::start().await;
    cloud.permits.forget_permits(1000);
    let keeper = Keeper::start(places(&cloud));
    assert!(keeper.held().unwrap_err().to_string().contains("still looking"));
    let asking = join_all((0..50).map(|_| keeper.get()));
    let (leases, ()) = tokio::join!(asking, async {
        until(|| calls(&cloud) == 1).await;
        cloud.permits.add_permits(1);
    });
    assert!(leases.iter().all(|lease| lease.as_ref().unwrap().credentials.access_key_id == "key-1"));
    assert_eq!((calls(&cloud), keeper.source()), (1, Some(Source::Uri)));
}

#[tokio::test]
async fn the_old_is_used_while_the_new_is_fetched_and_if_that_fails() {
    let cloud = Cloud::start().await;
    cloud.lives_for(SHORT_LIFE);
    cloud.permits.forget_permits(999);
    // By a clock that stands still nothing ends, however long the test's machine takes.
    let start = clock::system()();
    let keeper = Keeper::start(Places { clock: Arc::new(move || start), ..places(&cloud) });
    keeper.get().await.unwrap();
    until(|| calls(&cloud) == 2).await;
    // The second attempt is under way and hangs: nobody waits for it.
    assert_eq!(keeper.get().await.unwrap().credentials.access_key_id, "key-1");
    cloud.answers(|_| Some((StatusCode::INTERNAL_SERVER_ERROR, String::new())));
    cloud.permits.add_permits(1);
    until(|| calls(&cloud) == 3).await;
    assert_eq!(id(&keeper).as_deref(), Some("key-1"), "what failed took nothing away");
    cloud.answers_as_usual();
    cloud.permits.add_permits(1000);
    until(|| id(&keeper).is_some_and(|id| id != "key-1")).await;
    assert_eq!(cloud.at_once.load(Ordering::SeqCst), 1, "one attempt at a time");
}

#[tokio::test]
async fn what_is_over_is_not_signed_with_and_the_reason_is_told() {
    let cloud = Cloud::start().await;
    let ahead_s = Arc::new(AtomicI64::new(0));
    let read = Arc::clone(&ahead_s);
    let clock: clock::Clock =
        Arc::new(move || clock::system()() + time::Duration::seconds(read.load(Ordering::SeqCst)));
    let keeper = Keeper::start(Places { clock, ..places(&cloud) });
    keeper.get().await.unwrap();
    // As after a night asleep: the time to renew is long past, and nothing has noticed.
    ahead_s.store(7200, Ordering::SeqCst);
    assert!(keeper.held().is_err());
    cloud.answers(|_| Some((StatusCode::FORBIDDEN, r#"{"Code":"NoPermission"}"#.to_owned())));
    let error = keeper.get().await.unwrap_err();
    assert!(error.to_string().contains("refused it (HTTP 403, NoPermission)"), "{error}");
    cloud.answers_as_usual();
    cloud.lives_for(Duration::from_secs(4 * 3600));
    until(|| keeper.held().is_ok()).await;
    assert_eq!(keeper.source(), Some(Source::Uri), "from where it was the first time");
}

#[tokio::test]
async fn the_task_ends_with_the_last_keeper() {
    let cloud = Cloud::start().await;
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let keeper = Keeper::start(places(&cloud));
    keeper.get().await.unwrap();
    keeper.refused();
    drop(keeper.clone());
    assert!(tasks() > before);
    drop(keeper);
    // The stand-in's task for the connection may outlive it a little.
    until(|| tasks() <= before + 1).await;
}
