//! The faults of the soak test, and which requests are allowed meanwhile.

use anyhow::{Result, ensure};

use super::backend::Mode;
use super::{INTERVAL_MS, MINUTE_MS, Soak, Time};
use crate::clock::{self, Requests};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Offline,
    Hidden,
    HiddenWithNotification,
    Sleep,
    ClockForward,
    ClockBack,
    Restart,
    BadGateway,
    CutOff,
    Silence,
    Throttling,
    TokenExpired,
    BatchEnded,
}

pub(super) const FAULTS: [Fault; 13] = [
    Fault::Offline,
    Fault::Hidden,
    Fault::HiddenWithNotification,
    Fault::Sleep,
    Fault::ClockForward,
    Fault::ClockBack,
    Fault::Restart,
    Fault::BadGateway,
    Fault::CutOff,
    Fault::Silence,
    Fault::Throttling,
    Fault::TokenExpired,
    Fault::BatchEnded,
];

const HOUR_MS: i64 = 60 * MINUTE_MS as i64;

impl Fault {
    /// A fault of the clock cannot be simulated in real time.
    pub(super) fn is_possible(self, time: Time) -> bool {
        time == Time::Accelerated || !matches!(self, Self::Sleep | Self::ClockForward | Self::ClockBack)
    }

    /// Causes the fault, and ends it.
    pub(super) async fn run(self, soak: &Soak) -> Result<()> {
        match self {
            Self::Offline => {
                soak.act("soak.online(false)").await?;
                soak.settle().await?;
                soak.pass_without_requests(5 * MINUTE_MS).await?;
                soak.act("soak.online(true)").await
            }
            Self::Hidden => {
                soak.act("soak.visible(false)").await?;
                soak.settle().await?;
                soak.pass_without_requests(5 * MINUTE_MS).await?;
                soak.act("soak.visible(true)").await
            }
            Self::HiddenWithNotification => soak.hidden_with_notification().await,
            Self::Sleep => soak.act("clock.sleep(20 * 60_000)").await,
            Self::ClockForward => soak.set_clock(3 * HOUR_MS).await,
            Self::ClockBack => soak.set_clock(-5 * HOUR_MS).await,
            Self::Restart => soak.fails(Mode::Restarting, 2 * MINUTE_MS).await,
            Self::BadGateway => soak.fails(Mode::BadGateway, 2 * MINUTE_MS).await,
            Self::CutOff => soak.fails(Mode::CutOff, 2 * MINUTE_MS).await,
            Self::Silence => soak.silence().await,
            Self::Throttling => {
                soak.fails_once(Mode::Throttling).await?;
                soak.pass_without_requests(50_000).await?;
                soak.backend.set(Mode::Good);
                Ok(())
            }
            Self::TokenExpired => {
                soak.fails_once(Mode::Unauthorized).await?;
                let before = soak.page.server.request_count();
                soak.pass(5 * MINUTE_MS).await?;
                let retries = soak.page.server.request_count() - before;
                ensure!(retries <= 3, "{retries} retries in five minutes");
                // The viewer has signed in on another page, and comes back.
                soak.backend.set(Mode::Good);
                soak.act("soak.visible(false); soak.visible(true)").await
            }
            Self::BatchEnded => {
                let finished = soak.number("finished").await?;
                soak.backend.end(true);
                soak.recovers().await?;
                ensure!(
                    soak.number("finished").await? == finished + 1,
                    "there was not exactly one `finish` event"
                );
                soak.pass_without_requests(5 * MINUTE_MS).await?;
                soak.backend.end(false);
                soak.act("widget().refresh()").await
            }
        }
    }
}

impl Soak {
    /// With a pending notification, a hidden page polls every 30 s, and shows the notification at the end.
    async fn hidden_with_notification(&self) -> Result<()> {
        self.act("soak.button('Notify me when it ends').click()").await?;
        self.page.wait_until("soak.button('Notify me when it ends').ariaPressed === 'true'").await?;
        self.act("soak.visible(false)").await?;
        self.settle().await?;
        let (before, notified) = (self.page.server.request_count(), self.number("notified").await?);
        self.pass(5 * MINUTE_MS).await?;
        let polls = self.page.server.request_count() - before;
        let most = if self.time == Time::Accelerated { 11 } else { 1 };
        ensure!(polls <= most, "{polls} requests of a hidden page in five minutes");
        self.backend.end(true);
        self.pass(if self.time == Time::Accelerated { MINUTE_MS } else { 20 * 40_000 }).await?;
        ensure!(self.number("notified").await? == notified + 1, "there was no notification");
        self.backend.end(false);
        self.act("soak.visible(true); widget().refresh()").await
    }

    /// A change of the system clock makes at most one request due.
    async fn set_clock(&self, by_ms: i64) -> Result<()> {
        self.act(&format!("clock.set({by_ms})")).await?;
        self.quiet_minutes(1).await
    }

    /// The server fails for a while: the widget backs off.
    async fn fails(&self, mode: Mode, ms: u64) -> Result<()> {
        let errors = self.number("errors").await?;
        self.backend.set(mode);
        self.pass(ms).await?;
        self.backend.set(Mode::Good);
        // Counted by the page: Firefox retries a reset connection ten times before it reports the error.
        let failures = self.number("errors").await? - errors;
        ensure!(failures > 0, "there was no error event");
        ensure!(failures <= 12 + ms / INTERVAL_MS, "{failures} failed requests");
        Ok(())
    }

    /// The server fails from now on: waits until a request has failed.
    async fn fails_once(&self, mode: Mode) -> Result<()> {
        let errors = self.number("errors").await?;
        self.backend.set(mode);
        for _ in 0..20 {
            if self.number("errors").await? > errors {
                return Ok(());
            }
            self.pass(1_000).await?;
        }
        anyhow::bail!("no request has failed")
    }

    /// A request gets no response: it times out, and the next one is sent.
    async fn silence(&self) -> Result<()> {
        let errors = self.number("errors").await?;
        self.backend.set(Mode::Silent);
        for _ in 0..20 {
            if self.number("errors").await? > errors {
                break;
            }
            match self.time {
                Time::Accelerated => clock::advance(&self.page, 2_000, Requests::NotAwaited).await?,
                Time::Real { .. } => self.pass(1_000).await?,
            }
        }
        self.backend.set(Mode::Good);
        ensure!(self.number("errors").await? > errors, "there was no error event");
        // A request that was sent meanwhile gets no response either.
        if self.time == Time::Accelerated {
            clock::advance(&self.page, 12_000, Requests::NotAwaited).await?;
        }
        Ok(())
    }
}
