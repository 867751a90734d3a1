//! Limits how often one place in the code may log, so that a failure that repeats does not fill the logs.
//!
//! Lines of the levels DEBUG and TRACE are not limited: they are logged only on request, in order to see all of them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::callsite::Identifier;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// The number of lines that a place may log within [`WINDOW`].
const BURST: u32 = 20;
/// The length of the interval to which the limit applies.
const WINDOW: Duration = Duration::from_secs(10);

/// A limit on the lines of each place in the code. Clones share the counts.
#[derive(Debug, Clone, Default)]
pub struct Throttle(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// The number of places is bounded, because they are static.
    places: Mutex<HashMap<Identifier, Place>>,
    dropped: AtomicU64,
}

#[derive(Debug)]
struct Place {
    metadata: &'static Metadata<'static>,
    window_start: Instant,
    /// Lines in the current window.
    lines: u32,
    /// Lines that were dropped since the last report.
    dropped: u64,
}

impl Throttle {
    /// Returns the number of lines that were dropped.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    /// Returns a text with the number of lines that each place dropped since the last call; `None` if there are none.
    #[must_use]
    pub fn take_report(&self) -> Option<String> {
        let mut places = self.0.places.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counts: Vec<_> = places
            .values_mut()
            .filter(|place| place.dropped > 0)
            .map(|place| (std::mem::take(&mut place.dropped), place.metadata))
            .collect();
        counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        let texts = counts.into_iter().map(|(count, metadata)| {
            format!("{count} of {}:{}", metadata.target(), metadata.line().unwrap_or_default())
        });
        Some(texts.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
    }

    fn allows(&self, metadata: &'static Metadata<'static>, now: Instant) -> bool {
        if *metadata.level() > Level::INFO {
            return true;
        }
        let mut places = self.0.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = match places.entry(metadata.callsite()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Place { metadata, window_start: now, lines: 0, dropped: 0 }),
        };
        if now.saturating_duration_since(place.window_start) >= WINDOW {
            (place.window_start, place.lines) = (now, 0);
        }
        if place.lines < BURST {
            place.lines += 1;
            return true;
        }
        place.dropped += 1;
        self.0.dropped.fetch_add(1, Ordering::Relaxed);
        false
    }
}

/// A layer for all other layers, because a filter of a single layer that rejects an event can affect the next one
/// (<https://github.com/tokio-rs/tracing/issues/2519>).
impl<S: Subscriber> Layer<S> for Throttle {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        self.allows(event.metadata(), Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn each_place_has_its_own_limit_and_debug_lines_have_none() {
        let (throttle, lines) = (Throttle::default(), Lines::default());
        let writer = lines.clone();
        let layer = tracing_subscriber::fmt::layer().with_writer(move || writer.clone());
        let subscriber = tracing_subscriber::registry().with(throttle.clone()).with(layer);
        let repeats = u64::from(BURST) * 3;
        tracing::subscriber::with_default(subscriber, || {
            for number in 0..repeats {
                tracing::warn!(number, "first");
                tracing::info!(number, "second");
                tracing::debug!(number, "third");
            }
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let count = |message: &str| text.lines().filter(|line| line.contains(message)).count();
        let limit = usize::try_from(BURST).unwrap();
        assert_eq!((count("first"), count("second"), count("third")), (limit, limit, limit * 3));
        assert_eq!(throttle.dropped(), u64::from(BURST) * 4);
        let report = throttle.take_report().unwrap();
        let place = format!("{} of batch_task_proxy::log::throttle::tests:", BURST * 2);
        assert_eq!(report.matches(&place).count(), 2, "{report}");
        assert_eq!(throttle.take_report(), None);
        assert_eq!(throttle.dropped(), u64::from(BURST) * 4);
    }

    #[test]
    fn a_new_window_allows_new_lines() {
        let place = tracing::warn_span!("place").metadata().unwrap();
        let (throttle, start) = (Throttle::default(), Instant::now());
        let allowed =
            |after: Duration| (0..BURST * 2).filter(|_| throttle.allows(place, start + after)).count();
        let burst = usize::try_from(BURST).unwrap();
        assert_eq!(allowed(Duration::ZERO), burst);
        assert_eq!(allowed(WINDOW / 2), 0);
        assert_eq!(allowed(WINDOW), burst);
        // The end of a window is not delayed by the lines in it.
        assert_eq!(allowed(WINDOW * 2), burst);
    }
}
