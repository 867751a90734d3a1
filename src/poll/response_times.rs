//! The age of a response, and the difference between the viewer's clock and the server's, from the times of a request and the
//! headers `Date` and `Age`.

/// `Date` has a resolution of one second, and so has `Age`, in milliseconds.
const RESOLUTION_MS: u64 = 1_000;

/// A request that waits longer than this for its response was held over a suspension: the time-out would have ended it, but
/// no timers ran. In milliseconds.
const HELD_MS: u64 = 12_000;

/// If a request is sent this long after the last response, in milliseconds, its `Date` must have advanced.
const ADVANCE_MS: u64 = RESOLUTION_MS + 500;

/// The times of one response, in Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponseTimes {
    /// When the request was sent, by the viewer's clock.
    pub sent_ms: u64,
    /// When the head of the response was received, by the viewer's clock.
    pub received_ms: u64,
    /// `Age`: how long a cache has held the response, in milliseconds; 0 if unknown.
    pub age_ms: u64,
    /// `Date`, by the clock of the server or of a cache; `None` if it is not readable.
    pub date_ms: Option<u64>,
}

/// When the last response was made, and the bounds of the server's clock, from all responses so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerTime {
    /// When the head of the last response was received, in Unix milliseconds by the viewer's clock.
    pub received_ms: u64,
    /// When the last response was made, in Unix milliseconds by the viewer's clock.
    pub made_at_ms: u64,
    /// `Date` plus `Age` of the last response, and when a response with this sum was first received.
    latest: Option<(u64, u64)>,
    offset: Option<OffsetBounds>,
    /// The bounds without those of `latest`, which are wrong if it turns out to be that of a cached response.
    earlier_offset: Option<OffsetBounds>,
}

impl ServerTime {
    /// Evaluates the next response.
    #[must_use]
    pub fn observe(self, times: ResponseTimes) -> Self {
        let ResponseTimes { sent_ms, received_ms, age_ms, date_ms } = times;
        let is_held = received_ms.saturating_sub(sent_ms) > HELD_MS;
        let made_at_ms = if is_held { sent_ms } else { received_ms }.saturating_sub(age_ms);
        let next = Self { received_ms, made_at_ms, ..self };
        let Some(date_ms) = date_ms else { return next };
        let latest_ms = date_ms.saturating_add(age_ms);
        match self.latest {
            Some((last_ms, first_received_ms)) if latest_ms == last_ms => {
                if sent_ms < first_received_ms.saturating_add(ADVANCE_MS) {
                    return next;
                }
                next.cached(date_ms, first_received_ms).not_newer_than(self.made_at_ms)
            }
            Some((last_ms, _)) if latest_ms.saturating_add(2 * RESOLUTION_MS) < last_ms => {
                let latest = Some((latest_ms, received_ms));
                Self { latest, earlier_offset: self.offset, ..next }.cached(date_ms, received_ms)
            }
            _ => {
                let bounds = OffsetBounds::of(times, date_ms);
                Self {
                    latest: Some((latest_ms, received_ms)),
                    offset: OffsetBounds::combine(self.offset, bounds),
                    earlier_offset: self.offset,
                    ..next
                }
            }
        }
    }

    /// A `Date` that has not advanced, nor `Age` instead, marks a cached response, such as that of a service worker. It was made
    /// at `Date`, and says no more about the server's clock than that this time has passed.
    fn cached(self, date_ms: u64, first_received_ms: u64) -> Self {
        let floor = OffsetBounds { min_ms: difference_ms(date_ms, first_received_ms), max_ms: i64::MAX };
        let offset = OffsetBounds::combine(self.earlier_offset, Some(floor));
        let offset_ms = offset.map_or(0, OffsetBounds::nearest_ms);
        let made_at_ms = date_ms.saturating_add_signed(offset_ms.saturating_neg());
        Self { offset, ..self }.not_newer_than(made_at_ms)
    }

    fn not_newer_than(self, made_at_ms: u64) -> Self {
        Self { made_at_ms: self.made_at_ms.min(made_at_ms), ..self }
    }

    /// Returns the age of the last response when its head was received, in milliseconds.
    pub const fn age_ms(&self) -> u64 {
        self.received_ms.saturating_sub(self.made_at_ms)
    }

    /// Returns the server's time minus the viewer's, in milliseconds: 0 if that is possible, otherwise the possible value
    /// nearest to 0. `None` if no `Date` was readable.
    pub fn offset_ms(&self) -> Option<i64> {
        self.offset.map(OffsetBounds::nearest_ms)
    }
}

/// The bounds of the server's time minus the viewer's, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OffsetBounds {
    min_ms: i64,
    max_ms: i64,
}

impl OffsetBounds {
    /// The response was received after `Date`; and it was sent, or taken from a cache, `Age` after `Date`, which was after the
    /// request. `None` if the viewer's clock was set back meanwhile.
    fn of(times: ResponseTimes, date_ms: u64) -> Option<Self> {
        let ResponseTimes { sent_ms, received_ms, age_ms, .. } = times;
        let uncertain_ms = if age_ms == 0 { RESOLUTION_MS } else { 2 * RESOLUTION_MS };
        let latest_ms = date_ms.saturating_add(age_ms).saturating_add(uncertain_ms);
        let (min_ms, max_ms) = (difference_ms(date_ms, received_ms), difference_ms(latest_ms, sent_ms));
        (min_ms <= max_ms).then_some(Self { min_ms, max_ms })
    }

    /// Returns the values within both. If there is none, a clock has been set, and the newer bounds count.
    fn combine(older: Option<Self>, newer: Option<Self>) -> Option<Self> {
        let (Some(a), Some(b)) = (older, newer) else { return newer.or(older) };
        let both = Self { min_ms: a.min_ms.max(b.min_ms), max_ms: a.max_ms.min(b.max_ms) };
        Some(if both.min_ms <= both.max_ms { both } else { b })
    }

    fn nearest_ms(self) -> i64 {
        if self.min_ms > 0 { self.min_ms } else { self.max_ms.min(0) }
    }
}

/// Returns how long to wait for the HTTP date `until_ms` of `Retry-After`, in milliseconds: from the `Date` of the same
/// response, because both are by the server's clock, or from now if that is not readable.
pub fn wait_until_ms(until_ms: u64, date_ms: Option<u64>, now_ms: u64) -> u64 {
    until_ms.saturating_sub(date_ms.unwrap_or(now_ms))
}

fn difference_ms(a: u64, b: u64) -> i64 {
    i64::try_from(i128::from(a) - i128::from(b)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A time of the server.
    const T: u64 = 1_800_000_000_000;
    const MINUTE: u64 = 60_000;

    /// A response: when it was sent and received after `T` by the viewer's clock, its `Age` in seconds, and its `Date` in
    /// seconds after `T`.
    type Row = (i64, i64, u64, Option<i64>);

    fn times((sent, received, age, date): Row) -> ResponseTimes {
        let at = |ms: i64| T.saturating_add_signed(ms);
        ResponseTimes {
            sent_ms: at(sent),
            received_ms: at(received),
            age_ms: age * 1_000,
            date_ms: date.map(|seconds| at(seconds * 1_000)),
        }
    }

    /// After a response: its age in milliseconds, and the offset.
    type Observed = (u64, Option<i64>);

    fn observed(rows: &[Row]) -> Vec<Observed> {
        let mut time = ServerTime::default();
        let observe = |row: &Row| {
            time = time.observe(times(*row));
            (time.age_ms(), time.offset_ms())
        };
        rows.iter().map(observe).collect()
    }

    #[test]
    fn each_response_has_its_age_and_bounds_the_offset() {
        let table: &[(&str, &[Row], &[Observed])] = &[
            ("the clocks agree", &[(0, 100, 0, Some(0)), (5_100, 5_200, 0, Some(5))], &[(0, Some(0)); 2]),
            ("without `Date`", &[(0, 100, 0, None)], &[(0, None)]),
            ("a slow response", &[(0, 9_900, 0, Some(0)), (15_000, 24_000, 0, Some(23))], &[(0, Some(0)); 2]),
            (
                "a cache that keeps the origin's `Date`, while `Age` grows",
                &[(600_000, 600_100, 600, Some(0)), (605_000, 605_100, 605, Some(0))],
                &[(600_000, Some(0)), (605_000, Some(0))],
            ),
            (
                "a cache that sets `Date` to the time of sending",
                &[(0, 100, 600, Some(0)), (5_000, 5_100, 605, Some(5))],
                &[(600_000, Some(0)), (605_000, Some(0))],
            ),
            (
                "the viewer's clock is an hour fast: the nearest bound, which gets closer",
                &[(3_600_000, 3_600_100, 0, Some(0)), (3_605_900, 3_606_000, 0, Some(5))],
                &[(0, Some(-3_599_000)), (0, Some(-3_599_900))],
            ),
            ("an hour slow", &[(-3_600_000, -3_599_900, 0, Some(0))], &[(0, Some(3_599_900))]),
            (
                "an hour fast, and a cache that keeps `Date`",
                &[(3_660_000, 3_660_100, 60, Some(0))],
                &[(60_000, Some(-3_598_000))],
            ),
            (
                "the viewer's clock is set back by an hour: the old bounds are dropped",
                &[(3_600_000, 3_600_100, 0, Some(0)), (5_000, 5_100, 0, Some(5))],
                &[(0, Some(-3_599_000)), (0, Some(0))],
            ),
            (
                "it is set back during the request: no new bounds",
                &[(0, 100, 0, Some(0)), (5_000, -3_600_000, 0, Some(5))],
                &[(0, Some(0)); 2],
            ),
            (
                "a refresh within the same second",
                &[(0, 100, 0, Some(0)), (200, 300, 0, Some(0)), (350, 9_000, 0, Some(0))],
                &[(0, Some(0)); 3],
            ),
            (
                "a service worker's response: the same `Date`, without `Age`",
                &[
                    (0, 100, 0, Some(0)),
                    (5_100, 5_110, 0, Some(0)),
                    (10_110, 10_120, 0, Some(0)),
                    (15_120, 15_220, 0, Some(15)),
                ],
                &[(0, Some(0)), (5_110, Some(0)), (10_120, Some(0)), (0, Some(0))],
            ),
            (
                "a service worker's response from the start: its age shows with the second",
                &[(3_600_000, 3_600_010, 0, Some(0)), (3_605_000, 3_605_010, 0, Some(0))],
                &[(0, Some(-3_599_000)), (3_605_010, Some(0))],
            ),
            (
                "a service worker's response, with a clock that is known to be an hour slow",
                &[
                    (-3_600_000, -3_599_900, 0, Some(0)),
                    (-3_595_000, -3_594_900, 0, Some(5)),
                    (-3_590_000, -3_589_990, 0, Some(5)),
                ],
                &[(0, Some(3_599_900)), (0, Some(3_599_900)), (4_910, Some(3_599_900))],
            ),
            (
                "an older response from a cache after a newer one",
                &[
                    (0, 100, 0, Some(0)),
                    (5_000, 5_010, 0, Some(-300)),
                    (10_000, 10_010, 0, Some(-300)),
                    (15_000, 15_100, 0, Some(15)),
                ],
                &[(0, Some(0)), (305_010, Some(0)), (310_010, Some(0)), (0, Some(0))],
            ),
            (
                "held over a suspension: as old as the request",
                &[(0, 145_000, 0, Some(1)), (150_000, 150_100, 0, Some(150))],
                &[(145_000, Some(0)), (0, Some(0))],
            ),
            ("held, and its `Date` not readable", &[(0, 145_000, 0, None)], &[(145_000, None)]),
        ];
        for (name, rows, expected) in table {
            assert_eq!(observed(rows), *expected, "{name}");
        }
    }

    #[test]
    fn the_elapsed_time_does_not_run_backwards_as_age_grows() {
        let (mut time, mut last_ms) = (ServerTime::default(), 0);
        for poll in 0..200 {
            let sent = 20 * MINUTE as i64 + poll * 5_000;
            // The cache keeps the origin's response for ten minutes.
            let date = (sent / 600_000) * 600;
            let age = u64::try_from(sent / 1_000 - date).unwrap();
            time = time.observe(times((sent, sent + 50, age, Some(date))));
            let now_ms = (sent + 50).saturating_add(time.offset_ms().unwrap());
            assert_eq!(now_ms, sent + 50, "the clocks agree");
            assert!(now_ms > last_ms);
            last_ms = now_ms;
        }
    }

    #[test]
    fn a_date_in_retry_after_counts_from_the_date_of_the_response() {
        let until_ms = T + 30_000;
        for (date_ms, now_ms, expected_ms) in [
            (Some(T), T + 3_600_000, 30_000),
            (Some(T), T - 3_600_000, 30_000),
            (Some(T + 40_000), T, 0),
            (None, T + 10_000, 20_000),
        ] {
            assert_eq!(wait_until_ms(until_ms, date_ms, now_ms), expected_ms, "{date_ms:?} {now_ms}");
        }
    }
}
