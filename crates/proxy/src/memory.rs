//! The memory budget for bodies: those that arrive from the API, are cached, or are being sent to clients.
//!
//! A body stays in the budget until its last reader drops it. This module must not know what a body contains.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use prometheus_client::metrics::gauge::Gauge;

/// The default of `--memory-limit`, in bytes.
pub const DEFAULT_LIMIT: usize = 256 * 1024 * 1024;

/// A limited number of bytes. Clones share it.
#[derive(Debug, Clone)]
pub struct MemoryBudget(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limit: usize,
    used: AtomicUsize,
    gauge: Gauge,
}

impl MemoryBudget {
    /// Creates a budget of `limit` bytes. `gauge` shows the bytes in use.
    #[must_use]
    pub fn new(limit: usize, gauge: Gauge) -> Self {
        Self(Arc::new(Inner { limit, used: AtomicUsize::new(0), gauge }))
    }

    /// Reserves `bytes`; `None` if fewer are free.
    #[must_use]
    pub fn reserve(&self, bytes: usize) -> Option<Reservation> {
        let add = |used: usize| used.checked_add(bytes).filter(|sum| *sum <= self.0.limit);
        self.0.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).ok()?;
        self.0.gauge.inc_by(signed(bytes));
        Some(Reservation { budget: self.clone(), bytes })
    }

    /// Returns the number of reserved bytes.
    #[must_use]
    pub fn used(&self) -> usize {
        self.0.used.load(Ordering::Relaxed)
    }
}

/// A part of a [`MemoryBudget`]. Dropping it frees the part.
#[derive(Debug)]
pub struct Reservation {
    budget: MemoryBudget,
    bytes: usize,
}

impl Reservation {
    /// Adds the bytes of another reservation of the same budget.
    pub fn merge(&mut self, mut other: Self) {
        self.bytes += std::mem::take(&mut other.bytes);
    }

    /// Frees all but `bytes`.
    pub fn shrink_to(&mut self, bytes: usize) {
        let freed = self.bytes.saturating_sub(bytes);
        self.bytes -= freed;
        self.budget.0.used.fetch_sub(freed, Ordering::Relaxed);
        self.budget.0.gauge.dec_by(signed(freed));
    }

    /// Combines a body with its reservation, which is freed when the last clone of the body is dropped.
    #[must_use]
    pub fn attach(mut self, body: Vec<u8>) -> Bytes {
        self.shrink_to(body.capacity());
        Bytes::from_owner(Reserved { body, _reservation: self })
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}

/// A body in the budget.
struct Reserved {
    body: Vec<u8>,
    _reservation: Reservation,
}

impl AsRef<[u8]> for Reserved {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

/// Reserves memory, after evicting cached bodies if that is necessary; `None` if the memory is in use.
pub type Reserve<'a> = &'a (dyn Fn(usize) -> Option<Reservation> + Send + Sync);

/// A body that arrives in parts, in reserved memory.
pub struct ArrivingBody<'a> {
    body: Vec<u8>,
    reservation: Option<Reservation>,
    reserve: Reserve<'a>,
}

/// The smallest capacity of an arriving body, in bytes.
const FIRST_CAPACITY: usize = 16 * 1024;

impl<'a> ArrivingBody<'a> {
    /// Creates an empty body. Its memory comes from `reserve`.
    #[must_use]
    pub fn new(reserve: Reserve<'a>) -> Self {
        Self { body: Vec::new(), reservation: None, reserve }
    }

    /// Returns the number of bytes that have arrived.
    #[must_use]
    pub fn len(&self) -> usize {
        self.body.len()
    }

    /// Returns whether nothing has arrived.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// Appends a part; `None` if there is no memory for it. `expected` is the length of the complete body, if it is known.
    #[must_use]
    pub fn push(&mut self, part: &[u8], expected: Option<usize>) -> Option<()> {
        let needed = self.body.len() + part.len();
        if needed > self.body.capacity() {
            let doubled = needed.max(2 * self.body.capacity()).max(FIRST_CAPACITY);
            // The capacity grows with what arrives, so that an announced length alone reserves nothing.
            let capacity =
                expected.filter(|expected| *expected >= needed).map_or(doubled, |it| it.min(doubled));
            // While the bytes move, both the old and the new memory are in use.
            let mut reservation = (self.reserve)(capacity)?;
            self.body.reserve_exact(capacity - self.body.len());
            if let Some(old) = self.reservation.take() {
                reservation.merge(old);
                reservation.shrink_to(capacity);
            }
            self.reservation = Some(reservation);
        }
        self.body.extend_from_slice(part);
        Some(())
    }

    /// Returns the complete body.
    #[must_use]
    pub fn finish(mut self) -> Bytes {
        self.body.shrink_to_fit();
        match self.reservation {
            Some(reservation) => reservation.attach(self.body),
            None => Bytes::new(),
        }
    }
}

/// Gauges are signed.
fn signed(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(limit: usize) -> MemoryBudget {
        MemoryBudget::new(limit, Gauge::default())
    }

    #[test]
    fn a_body_is_in_the_budget_until_its_last_clone_is_dropped() {
        let budget = budget(100);
        let body = budget.reserve(60).unwrap().attach(vec![0; 40]);
        assert_eq!(budget.used(), 40);
        assert!(budget.reserve(61).is_none());
        let part = body.slice(..1);
        drop(body);
        assert_eq!(budget.used(), 40, "a part of it is still in use");
        drop(part);
        assert_eq!((budget.used(), budget.0.gauge.get()), (0, 0));
    }

    #[test]
    fn an_arriving_body_reserves_what_it_needs() {
        let budget = budget(1_000_000);
        let reserve = |bytes| budget.reserve(bytes);
        for expected in [None, Some(100_000), Some(3)] {
            let mut arriving = ArrivingBody::new(&reserve);
            for part in 0..100_u8 {
                arriving.push(&[part; 1_000], expected).unwrap();
                assert!(budget.used() >= arriving.len(), "{expected:?}");
            }
            let body = arriving.finish();
            assert_eq!((body.len(), body[99_999], budget.used()), (100_000, 99, 100_000), "{expected:?}");
        }
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn a_body_without_room_is_refused_and_frees_its_memory() {
        let budget = budget(100_000);
        let reserve = |bytes| budget.reserve(bytes);
        let mut arriving = ArrivingBody::new(&reserve);
        let fitting = (0..100).take_while(|_| arriving.push(&[0; 1_000], None).is_some()).count();
        assert!((16..100).contains(&fitting), "{fitting}");
        drop(arriving);
        assert_eq!(budget.used(), 0);
    }
}
