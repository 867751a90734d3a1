//! One set of credentials for all calls, renewed by a task of its own before it ends.
//!
//! A request takes what is held and waits only where nothing good is. There is one attempt at a time, by construction,
//! and one that fails takes nothing away. The source that gave credentials first stays the one: another identity must
//! not slip in because STS is down for a minute.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::chain::{self, Source};
use super::{Credentials, Lease, NoCredentials, Places};
use crate::clock::{self, Clock};

/// Temporary credentials are renewed so long before their end, or a fifth of their life before it if that is less.
const MARGIN: Duration = Duration::from_secs(15 * 60);
/// The first wait after an attempt that failed; it doubles with each further one.
const RETRY_MIN: Duration = Duration::from_secs(1);
/// The longest such wait.
const RETRY_MAX: Duration = Duration::from_secs(60);
/// How soon after an attempt another may be asked for.
const REFUSAL_PAUSE: Duration = Duration::from_secs(10);

/// Holds credentials; all clones share them. The task that renews them ends with the last clone.
#[derive(Clone)]
pub struct Keeper {
    state: watch::Receiver<State>,
    wanted: Arc<Notify>,
    clock: Clock,
}

#[derive(Clone, Default)]
struct State {
    held: Option<Arc<Lease>>,
    /// Where what is held is from; `None` if somebody handed it in.
    source: Option<Source>,
    /// Why there is nothing newer than what is held.
    trouble: NoCredentials,
}

impl Keeper {
    /// Holds what it is given, for good.
    #[must_use]
    pub fn settled(credentials: Result<Credentials, NoCredentials>) -> Self {
        let state = match credentials {
            Ok(credentials) => {
                State { held: Some(Arc::new(Lease::lasting(credentials))), ..State::default() }
            }
            Err(trouble) => State { trouble, ..State::default() },
        };
        let (_, state) = watch::channel(state);
        Self { state, wanted: Arc::default(), clock: clock::system() }
    }

    /// Begins to look for credentials, in a task of its own.
    #[must_use]
    pub fn start(places: Places) -> Self {
        let clock = places.clock.clone();
        let (publish, state) = watch::channel(State::default());
        let wanted = Arc::new(Notify::new());
        tokio::spawn(renew(places, publish, Arc::clone(&wanted)));
        Self { state, wanted, clock }
    }

    /// What is held, if it is good; it never waits.
    ///
    /// # Errors
    /// [`NoCredentials`] if nothing good is held.
    pub fn held(&self) -> Result<Arc<Lease>, NoCredentials> {
        let state = self.state.borrow();
        good(&state, (self.clock)()).ok_or_else(|| state.trouble.clone())
    }

    /// What is held; if nothing good is, what the next attempt brings.
    ///
    /// # Errors
    /// [`NoCredentials`] if that brings nothing.
    pub async fn get(&self) -> Result<Arc<Lease>, NoCredentials> {
        let mut state = self.state.clone();
        let is_first = {
            let seen = state.borrow_and_update();
            match good(&seen, (self.clock)()) {
                Some(lease) => return Ok(lease),
                // What failed is tried again in a while, and nobody waits for that.
                None if !seen.trouble.looked_at.is_empty() => return Err(seen.trouble.clone()),
                None => seen.held.is_none(),
            }
        };
        // Held but over, though nothing failed: the machine slept through the time to renew.
        if !is_first {
            self.wanted.notify_one();
        }
        // An error means that no task is left to bring anything.
        let _ = state.changed().await;
        self.held()
    }

    /// Where what is held is from; `None` if nothing is, or if it was handed in.
    #[must_use]
    pub fn source(&self) -> Option<Source> {
        self.state.borrow().source
    }

    /// Tells that the API refused them: somebody may have replaced them where they came from.
    pub fn refused(&self) {
        self.wanted.notify_one();
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("source", &self.source()).finish_non_exhaustive()
    }
}

fn good(state: &State, now: OffsetDateTime) -> Option<Arc<Lease>> {
    state.held.as_ref().filter(|lease| lease.is_good(now)).map(Arc::clone)
}

async fn renew(places: Places, publish: watch::Sender<State>, wanted: Arc<Notify>) {
    let mut failures = 0;
    loop {
        let went_well = tokio::select! {
            went_well = attempt(&places, &publish) => went_well,
            () = publish.closed() => return,
        };
        failures = if went_well { 0 } else { failures + 1 };
        let pause = if went_well { until_renewal(&places, &publish) } else { Some(retry(failures)) };
        tokio::select! {
            () = sleep(pause) => {}
            () = asked_for(&wanted, &places, &publish) => {}
            () = publish.closed() => return,
        }
    }
}

/// Waits until another attempt is asked for and, as long as what is held is good, due.
async fn asked_for(wanted: &Notify, places: &Places, publish: &watch::Sender<State>) {
    let due = Instant::now() + REFUSAL_PAUSE;
    wanted.notified().await;
    if good(&publish.borrow(), (places.clock)()).is_some() {
        tokio::time::sleep_until(due).await;
    }
}

/// Looks once, and publishes what came of it; whether it went well.
async fn attempt(places: &Places, publish: &watch::Sender<State>) -> bool {
    let source = publish.borrow().source;
    let result = match source {
        None => chain::find(places).await,
        Some(source) => match source.lease(places).await {
            Ok(lease) => Ok((source, lease)),
            Err(why) => Err(NoCredentials { looked_at: vec![(source.to_string(), why)] }),
        },
    };
    match result {
        Ok((found, lease)) => {
            if source.is_none() {
                tracing::info!("credentials: {found}");
            }
            publish.send_replace(State {
                held: Some(Arc::new(lease)),
                source: Some(found),
                trouble: NoCredentials::default(),
            });
            true
        }
        Err(trouble) => {
            // Once per trouble: an attempt a minute would fill the log with the same line.
            if publish.borrow().trouble != trouble {
                tracing::warn!("{trouble}");
            }
            publish.send_modify(|state| state.trouble = trouble);
            false
        }
    }
}

/// How long what was just published may be left alone; for good if it does not end.
fn until_renewal(places: &Places, publish: &watch::Sender<State>) -> Option<Duration> {
    let end = publish.borrow().held.as_ref().and_then(|lease| lease.expires_at)?;
    let life = Duration::try_from(end - (places.clock)()).unwrap_or_default();
    Some(life.saturating_sub(MARGIN.min(life / 5)).max(RETRY_MIN))
}

fn retry(failures: u32) -> Duration {
    RETRY_MIN.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(RETRY_MAX)
}

async fn sleep(pause: Option<Duration>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute() {
        let waits = [1, 2, 3, 6, 7, 1000].map(|failures| retry(failures).as_secs());
        assert_eq!(waits, [1, 2, 4, 32, 60, 60]);
    }

    #[tokio::test(start_paused = true)]
    async fn keys_that_are_refused_are_looked_up_again_but_not_at_once() {
        let home = tempfile::TempDir::new().unwrap();
        let write = |id: &str| {
            let text = format!("[default]\naccess_key_id={id}\naccess_key_secret=s\n");
            std::fs::create_dir_all(home.path().join(".alibabacloud")).unwrap();
            std::fs::write(home.path().join(".alibabacloud/credentials"), text).unwrap();
        };
        write("old");
        let places = Places {
            home: Some(home.path().to_owned()),
            profile: Some("default".to_owned()),
            ..Places::of_process(None)
        };
        let keeper = Keeper::start(places);
        let id = || keeper.held().unwrap().credentials.access_key_id.clone();
        keeper.get().await.unwrap();
        write("new");
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert_eq!(id(), "old", "nobody has asked for another");
        keeper.refused();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(id(), "new");

        write("newest");
        keeper.refused();
        keeper.refused();
        tokio::time::sleep(REFUSAL_PAUSE / 2).await;
        assert_eq!(id(), "new", "too soon after the last attempt");
        tokio::time::sleep(REFUSAL_PAUSE).await;
        assert_eq!(id(), "newest");
        std::fs::remove_file(home.path().join(".alibabacloud/credentials")).unwrap();
        keeper.refused();
        tokio::time::sleep(REFUSAL_PAUSE * 2).await;
        assert_eq!(id(), "newest", "what cannot be read takes nothing away");
    }
}
