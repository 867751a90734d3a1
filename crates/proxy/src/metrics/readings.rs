//! Metrics whose values are read when the metrics are requested. A value that is not known is left out.

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// A value that another part of the proxy provides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// When the credentials expire, in seconds since 1970.
    CredentialExpiry,
    /// The time since the token file that is in use was modified, in seconds.
    TokenFileAge,
    /// Log lines that were dropped because they were repeated.
    LogLinesThrottled,
    /// Log lines that were dropped because stderr was closed or not read.
    LogLinesLost,
}

type Source = Box<dyn Fn() -> Option<f64> + Send + Sync>;

/// The values, or where to read them.
#[derive(Default)]
pub(super) struct Readings {
    credential_expiry: OnceLock<Source>,
    token_file_age: OnceLock<Source>,
    log_lines_throttled: OnceLock<Source>,
    log_lines_lost: OnceLock<Source>,
    last_good_call: Mutex<Option<Instant>>,
}

impl Readings {
    /// Sets where a value is read. Later calls for the same value have no effect.
    pub(super) fn provide(&self, reading: Reading, source: Source) {
        let _ = self.source(reading).set(source);
    }

    pub(super) fn good_call_ended(&self) {
        *self.last_good_call.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn source(&self, reading: Reading) -> &OnceLock<Source> {
        match reading {
            Reading::CredentialExpiry => &self.credential_expiry,
            Reading::TokenFileAge => &self.token_file_age,
            Reading::LogLinesThrottled => &self.log_lines_throttled,
            Reading::LogLinesLost => &self.log_lines_lost,
        }
    }

    fn read(&self, reading: Reading) -> Option<f64> {
        self.source(reading).get().and_then(|source| source())
    }

    fn last_good_call_age(&self) -> Option<f64> {
        let last = *self.last_good_call.lock().unwrap_or_else(PoisonError::into_inner);
        last.map(|last| last.elapsed().as_secs_f64())
    }
}

impl fmt::Debug for Readings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readings").finish_non_exhaustive()
    }
}

impl Collector for Readings {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        for (name, help, value) in [
            (
                "upstream_last_good_call_age",
                "Time since the end of the last successful call of the API.",
                self.last_good_call_age(),
            ),
            (
                "credential_expiry_timestamp",
                "When the temporary credentials expire.",
                self.read(Reading::CredentialExpiry),
            ),
            (
                "token_file_age",
                "Time since the token file that is in use was modified.",
                self.read(Reading::TokenFileAge),
            ),
        ] {
            if let Some(value) = value {
                let gauge = encoder.encode_descriptor(name, help, Some(&Unit::Seconds), MetricType::Gauge)?;
                ConstGauge::new(value).encode(gauge)?;
            }
        }
        let help = "Log lines that were dropped, by reason.";
        let mut dropped = encoder.encode_descriptor("log_lines_dropped", help, None, MetricType::Counter)?;
        for (reason, reading) in [("Throttled", Reading::LogLinesThrottled), ("Lost", Reading::LogLinesLost)]
        {
            let count = ConstCounter::new(self.read(reading).unwrap_or_default());
            count.encode(dropped.encode_family(&[("reason", reason)])?)?;
        }
        Ok(())
    }
}
