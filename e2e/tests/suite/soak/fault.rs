//! What goes wrong in an hour, and what is asked meanwhile.

use anyhow::{Result, ensure};

use super::backend::Mood;
use super::{INTERVAL_MS, MINUTE_MS, Soak, Time};
use crate::clock::{self, Patience};
use crate::host::wait_until;

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Offline,
    Hidden,
    HiddenAndAwaited,
    Asleep,
    ClockAhead,
    ClockBack,
    Restart,
    Gateway,
    Cut,
    Silence,
    Throttled,
    TokenExpired,
    Finished,
}

/// All of them.
pub(super) const FAULTS: [Fault; 13] = [
    Fault::Offline,
    Fault::Hidden,
    Fault::HiddenAndAwaited,
    Fault::Asleep,
    Fault::ClockAhead,
    Fault::ClockBack,
    Fault::Restart,
    Fault::Gateway,
    Fault::Cut,
    Fault::Silence,
    Fault::Throttled,
    Fault::TokenExpired,
    Fault::Finished,
];

const HOUR_MS: i64 = 60 * MINUTE_MS as i64;

impl Fault {
    /// Time that is real passes for everybody alike.
    pub(super) fn is_possible(self, time: Time) -> bool {
        time == Time::Accelerated || !matches!(self, Self::Asleep | Self::ClockAhead | Self::ClockBack)
    }

    /// Lets it happen, and ends it.
    pub(super) async fn happens(self, soak: &Soak) -> Result<()> {
        match self {
            Self::Offline => {
                soak.tell("soak.online(false)").await?;
                soak.settle().await?;
                soak.pass_unasked(5 * MINUTE_MS).await?;
                soak.tell("soak.online(true)").await
            }
            Self::Hidden => {
                soak.tell("soak.visible(false)").await?;
                soak.settle().await?;
                soak.pass_unasked(5 * MINUTE_MS).await?;
                soak.tell("soak.visible(true)").await
            }
            Self::HiddenAndAwaited => soak.hidden_and_awaited().await,
            Self::Asleep => soak.tell("clock.sleep(20 * 60_000)").await,
            Self::ClockAhead => soak.clock_set(3 * HOUR_MS).await,
            Self::ClockBack => soak.clock_set(-5 * HOUR_MS).await,
            Self::Restart => soak.fails(Mood::Restarting, 2 * MINUTE_MS).await,
            Self::Gateway => soak.fails(Mood::BadGateway, 2 * MINUTE_MS).await,
            Self::Cut => soak.fails(Mood::Cut, 2 * MINUTE_MS).await,
            Self::Silence => soak.silence().await,
            Self::Throttled => {
                soak.backend.set(Mood::Throttling);
                soak.fails_once().await?;
                soak.pass_unasked(50_000).await?;
                soak.backend.set(Mood::Well);
                Ok(())
            }
            Self::TokenExpired => {
                soak.backend.set(Mood::SignedOut);
                soak.fails_once().await?;
                soak.pass_unasked(5 * MINUTE_MS).await?;
                // The host signs in again, and says so.
                soak.backend.set(Mood::Well);
                soak.tell("widget().refresh()").await
            }
            Self::Finished => {
                let finished = soak.number("finished").await?;
                soak.backend.end(true);
                soak.goes_on().await?;
                ensure!(soak.number("finished").await? == finished + 1, "its end was not told once");
                soak.pass_unasked(5 * MINUTE_MS).await?;
                soak.backend.end(false);
                soak.tell("widget().refresh()").await
            }
        }
    }
}

impl Soak {
    /// A viewer who waits for the end is served in a hidden tab, every 30 s, and told of the end there.
    async fn hidden_and_awaited(&self) -> Result<()> {
        self.tell("soak.button('Notify me when it ends').click()").await?;
        wait_until(&self.browser, "soak.button('Notify me when it ends').ariaPressed === 'true'").await?;
        self.tell("soak.visible(false)").await?;
        self.settle().await?;
        let (asked, notified) = (self.stub.asked(), self.number("notified").await?);
        self.pass(5 * MINUTE_MS).await?;
        let polls = self.stub.asked() - asked;
        let most = if self.time == Time::Accelerated { 11 } else { 1 };
        ensure!(polls <= most, "{polls} requests of a hidden tab in five minutes");
        self.backend.end(true);
        self.pass(if self.time == Time::Accelerated { MINUTE_MS } else { 20 * 40_000 }).await?;
        ensure!(self.number("notified").await? == notified + 1, "the viewer was not told of the end");
        self.backend.end(false);
        self.tell("soak.visible(true); widget().refresh()").await
    }

    /// Somebody sets the clock: that makes one request due, and not more.
    async fn clock_set(&self, by_ms: i64) -> Result<()> {
        self.tell(&format!("clock.set({by_ms})")).await?;
        self.quiet_minutes(1).await
    }

    /// The server fails for a while: backoffs, and no more requests than at the pace of their first seconds.
    async fn fails(&self, mood: Mood, ms: u64) -> Result<()> {
        let errors = self.number("errors").await?;
        self.backend.set(mood);
        self.pass(ms).await?;
        self.backend.set(Mood::Well);
        // Told by the page: Firefox tries a connection that is reset ten times before it says so.
        let failures = self.number("errors").await? - errors;
        ensure!(failures > 0, "no failure was told");
        ensure!(failures <= 12 + ms / INTERVAL_MS, "{failures} requests of a failing server");
        Ok(())
    }

    /// The next request fails.
    async fn fails_once(&self) -> Result<()> {
        let errors = self.number("errors").await?;
        for _ in 0..20 {
            if self.number("errors").await? > errors {
                return Ok(());
            }
            self.pass(1_000).await?;
        }
        anyhow::bail!("nothing has failed")
    }

    /// A request is never answered: it is given up after its time, and the next one goes.
    async fn silence(&self) -> Result<()> {
        let errors = self.number("errors").await?;
        self.backend.set(Mood::Silent);
        for _ in 0..20 {
            if self.number("errors").await? > errors {
                break;
            }
            match self.time {
                Time::Accelerated => clock::advance(&self.browser, 2_000, Patience::None).await?,
                Time::Real { .. } => self.pass(1_000).await?,
            }
        }
        self.backend.set(Mood::Well);
        ensure!(self.number("errors").await? > errors, "the silence was not told");
        // The one that was begun meanwhile is silent, too.
        if self.time == Time::Accelerated {
            clock::advance(&self.browser, 12_000, Patience::None).await?;
        }
        Ok(())
    }
}
