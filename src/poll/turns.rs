//! The requests of a page take turns: a few are open per origin, and the others wait in the order in which they came.

use std::rc::Rc;

/// How many requests may be open per origin. Over HTTP/1.1 a browser has six connections per origin, and queues further requests
/// where nothing can be known about them; the page needs one for itself.
pub const MAX_OPEN: usize = 5;

/// The requests that are open or wait for their turn.
#[derive(Debug)]
pub struct Turns<T> {
    /// In the order in which they came.
    requests: Vec<Request<T>>,
    last_id: u32,
}

#[derive(Debug)]
struct Request<T> {
    id: u32,
    origin: Rc<str>,
    /// Returned when its turn comes; `None` if it is open.
    waiting: Option<T>,
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self { requests: Vec::new(), last_id: 0 }
    }
}

impl<T> Turns<T> {
    /// Adds a request to `origin`. Returns its number, and whether it may be sent now; otherwise [`leave`](Self::leave) returns
    /// `released` when its turn has come.
    pub fn enter(&mut self, origin: Rc<str>, released: T) -> (u32, bool) {
        self.last_id = self.last_id.wrapping_add(1);
        let is_open = self.has_room(&origin);
        self.requests.push(Request { id: self.last_id, origin, waiting: (!is_open).then_some(released) });
        (self.last_id, is_open)
    }

    /// Removes a request, which has ended or is no longer wanted. Returns what was given for the one whose turn has come.
    pub fn leave(&mut self, id: u32) -> Option<T> {
        self.requests.retain(|request| request.id != id);
        let waits = |request: &Request<T>| request.waiting.is_some() && self.has_room(&request.origin);
        let next = self.requests.iter().position(waits)?;
        self.requests.get_mut(next)?.waiting.take()
    }

    fn has_room(&self, origin: &str) -> bool {
        let is_open = |request: &&Request<T>| request.waiting.is_none() && &*request.origin == origin;
        self.requests.iter().filter(is_open).count() < MAX_OPEN
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn twenty_requests_are_sent_in_order_five_at_a_time() {
        let mut turns = Turns::default();
        let mut open: VecDeque<(usize, u32)> = VecDeque::new();
        let mut ids = Vec::new();
        for number in 0..20 {
            let (id, is_open) = turns.enter("https://a.example".into(), number);
            assert_eq!(is_open, number < MAX_OPEN);
            ids.push(id);
            if is_open {
                open.push_back((number, id));
            }
        }
        let mut sent = Vec::new();
        while let Some((number, id)) = open.pop_front() {
            sent.push(number);
            assert!(open.len() < MAX_OPEN);
            open.extend(turns.leave(id).map(|number| (number, ids[number])));
        }
        assert_eq!(sent, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn origins_do_not_wait_for_each_other() {
        let mut turns = Turns::default();
        let busy: Vec<u32> = (0..7).map(|number| turns.enter("https://a.example".into(), number).0).collect();
        let (other, is_open) = turns.enter("https://b.example".into(), 7);
        assert!(is_open);
        assert_eq!(turns.leave(other), None, "the other origin has no more room than before");
        assert_eq!(turns.leave(busy[0]), Some(5));
    }

    #[test]
    fn a_request_that_is_no_longer_wanted_gives_up_its_place() {
        let mut turns = Turns::default();
        let ids: Vec<u32> = (0..8).map(|number| turns.enter("".into(), number).0).collect();
        assert_eq!(turns.leave(ids[5]), None);
        assert_eq!(turns.leave(ids[2]), Some(6));
        assert_eq!(turns.leave(ids[2]), None, "a second time");
        assert_eq!(turns.leave(ids[6]), Some(7));
    }

    proptest! {
        /// For any arrivals and departures: never more than the limit are open, and none waits while there is room.
        #[test]
        fn the_limit_holds_and_is_used(steps in prop::collection::vec((0_usize..30, 0_u8..3), 0..200)) {
            let origins = ["a", "b"];
            let mut turns = Turns::default();
            // The number, origin and state of each request that has not left.
            let mut model: Vec<(u32, u8, bool)> = Vec::new();
            for (pick, kind) in steps {
                if kind < 2 {
                    let (id, is_open) = turns.enter(origins[kind as usize].into(), (model.len(), kind));
                    model.push((id, kind, is_open));
                    prop_assert_eq!(turns.last_id, id);
                } else if !model.is_empty() {
                    let (id, ..) = model.remove(pick % model.len());
                    if let Some((_, kind)) = turns.leave(id) {
                        let first = model.iter_mut().find(|(_, other, is_open)| *other == kind && !is_open);
                        first.expect("one waits").2 = true;
                    }
                }
                for kind in 0..2 {
                    let of_kind = || model.iter().filter(|(_, other, _)| *other == kind);
                    let open = of_kind().filter(|(_, _, is_open)| *is_open).count();
                    prop_assert_eq!(open, of_kind().count().min(MAX_OPEN));
                }
            }
        }
    }
}
