//! The credentials for all calls, renewed in a background task before they expire.
//!
//! A request uses the current credentials, and waits only if there are none. At most one renewal runs at a time; if it fails,
//! the current credentials stay. The provider that had credentials first is used for all renewals, so that a failure of STS
//! does not switch to another identity.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::environment::Environment;
use super::lease::{Credentials, Lease, NoCredentials};
use super::provider_chain::{self, Provider};
use crate::clock::{self, Clock};
use crate::supervise::BackgroundTask;

/// How long before their expiry credentials are renewed; a fifth of their lifetime, if that is less.
const RENEWAL_MARGIN: Duration = Duration::from_secs(15 * 60);
/// The delay after the first failed attempt. It doubles with each further failure.
const RETRY_MIN: Duration = Duration::from_secs(1);
/// The maximum delay after a failed attempt.
const RETRY_MAX: Duration = Duration::from_secs(60);
/// The minimum time between an attempt and one that is caused by [`CredentialCache::report_rejected`].
const REJECTED_DELAY: Duration = Duration::from_secs(10);

/// Caches credentials. Clones share the cache; the renewal task ends with the last clone.
#[derive(Clone)]
pub struct CredentialCache {
    state: watch::Receiver<State>,
    renewal_request: Arc<Notify>,
    clock: Clock,
    /// The renewal; `None` for [`CredentialCache::fixed`].
    task: Option<BackgroundTask>,
}

#[derive(Clone, Default)]
struct State {
    current: Option<Arc<Lease>>,
    /// The provider of `current`; `None` for [`CredentialCache::fixed`].
    provider: Option<Provider>,
    /// Why the last attempt failed; empty if it succeeded.
    error: NoCredentials,
}

impl State {
    fn valid(&self, now: OffsetDateTime) -> Option<Arc<Lease>> {
        self.current.as_ref().filter(|lease| lease.is_valid(now)).map(Arc::clone)
    }
}

impl CredentialCache {
    /// Returns a cache with a fixed content, without a renewal task.
    #[must_use]
    pub fn fixed(credentials: Result<Credentials, NoCredentials>) -> Self {
        let state = match credentials {
            Ok(credentials) => {
                State { current: Some(Arc::new(Lease::permanent(credentials))), ..State::default() }
            }
            Err(error) => State { error, ..State::default() },
        };
        let (_, state) = watch::channel(state);
        Self { state, renewal_request: Arc::default(), clock: clock::system(), task: None }
    }

    /// Starts the task that finds and renews credentials.
    #[must_use]
    pub fn start(environment: Environment) -> Self {
        let clock = environment.clock.clone();
        let (publish, state) = watch::channel(State::default());
        let renewal_request = Arc::new(Notify::new());
        let (publish, request) = (Arc::new(publish), Arc::clone(&renewal_request));
        let task = BackgroundTask::spawn("credential renewal", move || {
            renew(environment.clone(), Arc::clone(&publish), Arc::clone(&request))
        });
        Self { state, renewal_request, clock, task: Some(task) }
    }

    /// Returns the current credentials without waiting.
    ///
    /// # Errors
    /// [`NoCredentials`] if there are none, or they have expired.
    pub fn current(&self) -> Result<Arc<Lease>, NoCredentials> {
        let state = self.state.borrow();
        state.valid((self.clock)()).ok_or_else(|| state.error.clone())
    }

    /// Returns the current credentials. If there are none yet, or they have expired, waits for the attempt in progress.
    ///
    /// # Errors
    /// [`NoCredentials`] if the last attempt failed.
    pub async fn get(&self) -> Result<Arc<Lease>, NoCredentials> {
        let mut state = self.state.clone();
        let is_first_attempt = {
            let seen = state.borrow_and_update();
            match seen.valid((self.clock)()) {
                Some(lease) => return Ok(lease),
                // A failed attempt is repeated after a delay, for which no request waits.
                None if !seen.error.attempts.is_empty() => return Err(seen.error.clone()),
                None => seen.current.is_none(),
            }
        };
        // Expired without a failed attempt: the machine was suspended when the renewal was due.
        if !is_first_attempt {
            self.renewal_request.notify_one();
        }
        // An error means that there is no renewal task.
        let _ = state.changed().await;
        self.current()
    }

    /// Returns the provider of the current credentials; `None` if there are none, or the content is fixed.
    #[must_use]
    pub fn provider(&self) -> Option<Provider> {
        self.state.borrow().provider
    }

    /// Returns the name of the renewal task, if it has failed and waits for its restart.
    #[must_use]
    pub fn failed_task(&self) -> Option<&'static str> {
        self.task.as_ref().and_then(BackgroundTask::failed)
    }

    /// Reports that the API rejected the credentials. They are loaded again, because they may have been replaced.
    pub fn report_rejected(&self) {
        self.renewal_request.notify_one();
    }
}

impl fmt::Debug for CredentialCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialCache").field("provider", &self.provider()).finish_non_exhaustive()
    }
}

async fn renew(
    environment: Environment,
    publish: Arc<watch::Sender<State>>,
    renewal_request: Arc<Notify>,
) -> ControlFlow<()> {
    let mut failures = 0;
    loop {
        let succeeded = tokio::select! {
            succeeded = attempt(&environment, &publish) => succeeded,
            () = publish.closed() => return ControlFlow::Break(()),
        };
        failures = if succeeded { 0 } else { failures + 1 };
        let delay =
            if succeeded { renewal_delay(&environment, &publish) } else { Some(retry_delay(failures)) };
        tokio::select! {
            () = sleep(delay) => {}
            () = requested(&renewal_request, &environment, &publish) => {}
            () = publish.closed() => return ControlFlow::Break(()),
        }
    }
}

/// Waits until a renewal is requested. If the current credentials are valid, also waits for [`REJECTED_DELAY`].
async fn requested(renewal_request: &Notify, environment: &Environment, publish: &watch::Sender<State>) {
    let earliest = Instant::now() + REJECTED_DELAY;
    renewal_request.notified().await;
    if publish.borrow().valid((environment.clock)()).is_some() {
        tokio::time::sleep_until(earliest).await;
    }
}

/// Loads credentials once and publishes the result. Returns whether it succeeded.
async fn attempt(environment: &Environment, publish: &watch::Sender<State>) -> bool {
    let previous = publish.borrow().provider;
    let result = match previous {
        None => provider_chain::find(environment).await,
        Some(provider) => match provider.load(environment).await {
            Ok(lease) => Ok((provider, lease)),
            Err(why) => Err(NoCredentials { attempts: vec![(provider.to_string(), why)] }),
        },
    };
    let target =
        |lease: Option<&Lease>| environment.target.target(lease.and_then(|lease| lease.profile.as_deref()));
    match result {
        Ok((provider, lease)) => {
            let target = target(Some(&lease));
            let is_known =
                publish.borrow().current.as_ref().is_some_and(|known| known.profile == lease.profile);
            // A profile can be edited while the proxy runs.
            if !is_known {
                tracing::info!("{target}; credentials: {provider}");
            }
            publish.send_replace(State {
                current: Some(Arc::new(lease)),
                provider: Some(provider),
                error: NoCredentials::default(),
            });
            true
        }
        Err(error) => {
            // The same error is logged only once, because attempts repeat every minute.
            if publish.borrow().error != error {
                let target = target(publish.borrow().current.as_deref());
                tracing::warn!("{error} ({target})");
            }
            publish.send_modify(|state| state.error = error);
            false
        }
    }
}

/// Returns the time until the renewal of the current credentials; `None` if they do not expire.
fn renewal_delay(environment: &Environment, publish: &watch::Sender<State>) -> Option<Duration> {
    let expires_at = publish.borrow().current.as_ref().and_then(|lease| lease.expires_at)?;
    let lifetime = Duration::try_from(expires_at - (environment.clock)()).unwrap_or_default();
    Some(lifetime.saturating_sub(RENEWAL_MARGIN.min(lifetime / 5)).max(RETRY_MIN))
}

fn retry_delay(failures: u32) -> Duration {
    RETRY_MIN.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(RETRY_MAX)
}

async fn sleep(delay: Option<Duration>) {
    match delay {
        Some(delay) => tokio::time::sleep(delay).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_delays_double_up_to_a_minute() {
        let delays = [1, 2, 3, 6, 7, 1000].map(|failures| retry_delay(failures).as_secs());
        assert_eq!(delays, [1, 2, 4, 32, 60, 60]);
    }

    #[tokio::test(start_paused = true)]
    async fn rejected_credentials_are_loaded_again_after_a_delay() {
        let home = tempfile::TempDir::new().unwrap();
        let write = |id: &str| {
            let text = format!("[default]\naccess_key_id={id}\naccess_key_secret=s\n");
            std::fs::create_dir_all(home.path().join(".alibabacloud")).unwrap();
            std::fs::write(home.path().join(".alibabacloud/credentials"), text).unwrap();
        };
        write("old");
        let environment = Environment {
            home: Some(home.path().to_owned()),
            profile: Some("default".to_owned()),
            ..Environment::of_process(None)
        };
        let cache = CredentialCache::start(environment);
        let id = || cache.current().unwrap().credentials.access_key_id.clone();
        cache.get().await.unwrap();
        write("new");
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert_eq!(id(), "old", "no renewal was requested");
        cache.report_rejected();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(id(), "new");

        write("newest");
        cache.report_rejected();
        cache.report_rejected();
        tokio::time::sleep(REJECTED_DELAY / 2).await;
        assert_eq!(id(), "new", "within the delay after the last attempt");
        tokio::time::sleep(REJECTED_DELAY).await;
        assert_eq!(id(), "newest");
        std::fs::remove_file(home.path().join(".alibabacloud/credentials")).unwrap();
        cache.report_rejected();
        tokio::time::sleep(REJECTED_DELAY * 2).await;
        assert_eq!(id(), "newest", "a failed attempt keeps the current credentials");
    }
}
