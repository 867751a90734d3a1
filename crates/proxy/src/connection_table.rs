//! The open client connections: limits in total and per client, and which idle connection gives way to a new one.
//!
//! This module must not know sockets or HTTP.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The open connections of a server.
#[derive(Debug)]
pub(crate) struct ConnectionTable {
    limits: Limits,
    state: Mutex<State>,
    /// Notified when a connection ends or becomes idle while the table is full.
    changed: Notify,
}

/// How many connections may be open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) total: usize,
    /// Connections of one client; `None` for no limit.
    pub(crate) per_client: Option<usize>,
}

#[derive(Debug, Default)]
struct State {
    /// The last number that was used, for a connection or for its position in a queue.
    last_number: u64,
    open: HashMap<u64, Entry>,
    idle: Queue,
    clients: HashMap<IpAddr, ClientEntry>,
    /// Connections that give way but have not ended yet.
    leaving: usize,
}

/// Idle connections, longest idle first: their positions and numbers.
type Queue = BTreeMap<u64, u64>;

#[derive(Debug)]
struct Entry {
    /// The client, if the number of its connections is limited.
    client: Option<IpAddr>,
    /// The position in the queues, if the connection is idle.
    position: Option<u64>,
    is_leaving: bool,
    give_way: Arc<Notify>,
}

#[derive(Debug, Default)]
struct ClientEntry {
    open: usize,
    idle: Queue,
}

/// The result of an attempt to add a connection.
enum Attempt {
    Admitted {
        number: u64,
        give_way: Arc<Notify>,
    },
    /// All connections of the client handle requests.
    Rejected,
    /// An idle connection gives way, or all connections handle requests.
    Full,
}

impl ConnectionTable {
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self { limits, state: Mutex::default(), changed: Notify::new() })
    }

    /// Adds a connection, which is idle at first. If there are too many, the one that has been idle longest gives way; if
    /// none is idle, waits for one. `client` is `None` for a client without a limit.
    ///
    /// # Errors
    /// [`ClientLimitReached`] if the client has too many connections, and none of them is idle.
    pub(crate) async fn admit(self: &Arc<Self>, client: Option<IpAddr>) -> Result<Slot, ClientLimitReached> {
        loop {
            let attempt = self.state().try_admit(client, self.limits);
            match attempt {
                Attempt::Admitted { number, give_way } => {
                    return Ok(Slot(Arc::new(Place { table: Arc::clone(self), number, give_way })));
                }
                Attempt::Rejected => return Err(ClientLimitReached),
                // A notification between the attempt and this line is stored.
                Attempt::Full => self.changed.notified().await,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds this lock, so the state of a poisoned lock is still consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn try_admit(&mut self, client: Option<IpAddr>, limits: Limits) -> Attempt {
        let client_entry = client.and_then(|client| self.clients.get(&client));
        if let (Some(entry), Some(limit)) = (client_entry, limits.per_client)
            && entry.open >= limit
        {
            match entry.idle.values().next().copied() {
                Some(longest_idle) => self.make_leave(longest_idle),
                None => return Attempt::Rejected,
            }
        }
        if self.open.len() >= limits.total {
            if let Some(longest_idle) = self.idle.values().next().copied().filter(|_| self.leaving == 0) {
                self.make_leave(longest_idle);
            }
            return Attempt::Full;
        }
        let (number, give_way) = (self.next_number(), Arc::new(Notify::new()));
        let entry = Entry { client, position: None, is_leaving: false, give_way: Arc::clone(&give_way) };
        self.open.insert(number, entry);
        if let Some(client) = client {
            self.clients.entry(client).or_default().open += 1;
        }
        self.set_idle(number);
        Attempt::Admitted { number, give_way }
    }

    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn set_idle(&mut self, number: u64) {
        let position = self.next_number();
        let Some(entry) = self.open.get_mut(&number).filter(|entry| !entry.is_leaving) else { return };
        entry.position = Some(position);
        self.idle.insert(position, number);
        if let Some(client) = entry.client.and_then(|client| self.clients.get_mut(&client)) {
            client.idle.insert(position, number);
        }
    }

    fn set_busy(&mut self, number: u64) {
        let Some(entry) = self.open.get_mut(&number) else { return };
        let Some(position) = entry.position.take() else { return };
        self.idle.remove(&position);
        if let Some(client) = entry.client.and_then(|client| self.clients.get_mut(&client)) {
            client.idle.remove(&position);
        }
    }

    /// Notifies a connection that it must give way. It does not count for its client from now on.
    fn make_leave(&mut self, number: u64) {
        self.set_busy(number);
        let Some(entry) = self.open.get_mut(&number).filter(|entry| !entry.is_leaving) else { return };
        entry.is_leaving = true;
        entry.give_way.notify_one();
        self.leaving += 1;
        let client = entry.client;
        self.release(client);
    }

    fn remove(&mut self, number: u64) {
        self.set_busy(number);
        let Some(entry) = self.open.remove(&number) else { return };
        if entry.is_leaving {
            self.leaving -= 1;
        } else {
            self.release(entry.client);
        }
    }

    /// Counts one connection less for a client.
    fn release(&mut self, client: Option<IpAddr>) {
        let Some(client) = client else { return };
        if let Some(entry) = self.clients.get_mut(&client) {
            entry.open -= 1;
            if entry.open == 0 {
                self.clients.remove(&client);
            }
        }
    }
}

/// A client has too many connections, and all of them handle requests.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ClientLimitReached;

/// A connection in the table. Dropping the last clone removes it.
#[derive(Debug, Clone)]
pub(crate) struct Slot(Arc<Place>);

#[derive(Debug)]
struct Place {
    table: Arc<ConnectionTable>,
    number: u64,
    give_way: Arc<Notify>,
}

impl Slot {
    /// Returns when the connection must give way to a new one.
    pub(crate) async fn must_give_way(&self) {
        self.0.give_way.notified().await;
    }

    /// Marks the connection as busy until the result is dropped.
    pub(crate) fn busy(&self) -> Busy {
        self.0.table.state().set_busy(self.0.number);
        Busy(self.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.table.state().remove(self.number);
        self.table.changed.notify_one();
    }
}

/// Marks a connection as idle when it is dropped.
#[derive(Debug)]
pub(crate) struct Busy(Slot);

impl Drop for Busy {
    fn drop(&mut self) {
        let Place { table, number, .. } = &*self.0.0;
        let is_full = {
            let mut state = table.state();
            state.set_idle(*number);
            state.open.len() >= table.limits.total
        };
        if is_full {
            table.changed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::net::Ipv4Addr;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn client(number: u8) -> Option<IpAddr> {
        Some(Ipv4Addr::new(192, 0, 2, number).into())
    }

    fn table(total: usize, per_client: usize) -> Arc<ConnectionTable> {
        ConnectionTable::new(Limits { total, per_client: Some(per_client) })
    }

    fn poll<F: Future>(future: F) -> Option<F::Output> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    }

    /// Adds a connection that must not have to wait.
    fn admit(table: &Arc<ConnectionTable>, client: Option<IpAddr>) -> Slot {
        poll(table.admit(client)).unwrap().unwrap()
    }

    fn must_give_way(slot: &Slot) -> bool {
        poll(slot.must_give_way()).is_some()
    }

    #[test]
    fn the_longest_idle_connection_gives_way_when_the_table_is_full() {
        let table = table(3, 3);
        let [first, second, third] = [1, 2, 3].map(|number| admit(&table, client(number)));
        // The first one is idle again, but not for long; the second one is busy.
        drop(first.busy());
        let busy = second.busy();
        let mut fourth = Box::pin(table.admit(client(4)));
        let mut context = Context::from_waker(Waker::noop());
        assert!(fourth.as_mut().poll(&mut context).is_pending());
        assert_eq!([&first, &second, &third].map(must_give_way), [false, false, true]);
        // Only one connection gives way to one new one.
        assert!(fourth.as_mut().poll(&mut context).is_pending());
        assert!(!must_give_way(&first));
        drop(third);
        let Poll::Ready(Ok(fourth)) = fourth.as_mut().poll(&mut context) else {
            panic!("it must be admitted")
        };
        drop((busy, first, second, fourth));
        assert_eq!(table.state().open.len(), 0);
        assert!(table.state().clients.is_empty() && table.state().idle.is_empty());
    }

    #[test]
    fn without_an_idle_connection_a_new_one_waits() {
        let table = table(1, 1);
        let first = admit(&table, client(1));
        let busy = first.busy();
        let mut second = Box::pin(table.admit(client(2)));
        let mut context = Context::from_waker(Waker::noop());
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(!must_give_way(&first));
        drop(busy);
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(must_give_way(&first));
        drop(first);
        assert!(second.as_mut().poll(&mut context).is_ready());
    }

    #[test]
    fn each_client_has_its_own_limit() {
        let table = table(100, 2);
        let [first, second] = [1, 1].map(|number| admit(&table, client(number)));
        let other = admit(&table, client(2));
        // The client's own longest idle connection gives way, and the new one need not wait for its end.
        let third = admit(&table, client(1));
        assert_eq!([&first, &second, &third, &other].map(must_give_way), [true, false, false, false]);
        let busy = [second.busy(), third.busy()];
        assert_eq!(poll(table.admit(client(1))).unwrap().unwrap_err(), ClientLimitReached);
        drop(first);
        assert_eq!(poll(table.admit(client(1))).unwrap().unwrap_err(), ClientLimitReached);
        drop(busy);
        admit(&table, client(1));
        let unlimited: Vec<_> = (0..20).map(|_| admit(&table, None)).collect();
        assert!(unlimited.iter().all(|slot| !must_give_way(slot)));
    }

    #[test]
    fn a_connection_that_gives_way_is_never_idle_again() {
        let table = table(100, 1);
        let first = admit(&table, client(1));
        let second = admit(&table, client(1));
        assert!(must_give_way(&first));
        // A request that arrived in the meantime.
        drop(first.busy());
        let third = admit(&table, client(1));
        assert_eq!([&first, &second, &third].map(must_give_way), [false, true, false]);
    }
}
