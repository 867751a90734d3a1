//! Watches one batch task: the state machine of [`crate::poll`], driven by the effects of [`crate::effect`].
//!
//! They meet here and nowhere else. It knows no component; who draws is told each new state.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use yew::{AttrValue, Callback};

use crate::effect::fetch::{self, Answer, Credentials, Method, RequestHeaders, Target};
use crate::effect::{clock, page};
use crate::error::{Error, ErrorClass};
use crate::poll::{Attention, Event, Holds, Phase, State, Wish};
use crate::redact::Accounts;

/// How long after the end of one request the next is made, in milliseconds.
pub const DEFAULT_INTERVAL_MS: u32 = 5_000;

/// The shortest interval, in milliseconds; shorter ones count as this, but for 0, which fetches once.
pub const MIN_INTERVAL_MS: u32 = 2_000;

/// What is watched, and how often. The crate's documentation has an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchTaskConfig {
    /// What is asked for. A change drops what is held and begins again.
    pub target: Target,
    /// Milliseconds from the end of one request to the next, at least [`MIN_INTERVAL_MS`]; 0 fetches once.
    pub interval_ms: u32,
    /// Whether it begins paused. A change pauses or resumes; between two changes the viewer may do either.
    pub paused: bool,
}

impl BatchTaskConfig {
    /// Watches this batch of this endpoint, asked as it is by default: every five seconds, with a GET request and the
    /// cookies of the page's own origin.
    pub fn new(endpoint: impl Into<AttrValue>, batch_id: impl Into<AttrValue>) -> Self {
        let target = Target {
            endpoint: endpoint.into(),
            batch_id: Some(batch_id.into()),
            method: Method::default(),
            credentials: Credentials::default(),
            body_pointer: None,
            accounts: Accounts::Shown,
            headers: RequestHeaders::default(),
            fetcher: None,
        };
        Self { target, interval_ms: DEFAULT_INTERVAL_MS, paused: false }
    }

    fn effective_interval_ms(&self) -> u32 {
        if self.interval_ms == 0 { 0 } else { self.interval_ms.max(MIN_INTERVAL_MS) }
    }

    /// The state before anything has been started.
    pub fn initial_state(&self) -> Rc<State> {
        Rc::new(State::new(self.effective_interval_ms()))
    }
}

/// Told when a refresh has ended and its result is on the page.
pub type Refreshed = Callback<Result<(), Rc<Error>>>;

/// A task that is being watched; its drop ends that. The crate's documentation has an example.
///
/// All watchers of a page that have the same target share one machine, and so its requests: the shortest interval of those
/// that are not paused counts, and the last one to go stops it.
pub struct Watcher(Rc<Listener>);

impl Watcher {
    /// Starts, or joins who watches the same already, and tells `on_change` each state that differs from the one before.
    pub fn start(config: &BatchTaskConfig, on_change: Callback<Rc<State>>) -> Self {
        let (machine, is_new) = Machine::of(config);
        let listener = Rc::new(Listener {
            machine: RefCell::new(Rc::clone(&machine)),
            config: RefCell::new(config.clone()),
            paused: Cell::new(config.paused),
            awaits_end: Cell::default(),
            seen: RefCell::new(Rc::clone(&machine.state.borrow())),
            waiters: RefCell::default(),
            on_change,
        });
        machine.join(&listener, is_new);
        Self(listener)
    }

    /// Goes on with another target or interval, paused or not, if they are others.
    pub fn configure(&self, config: &BatchTaskConfig) {
        let listener = &self.0;
        let old = listener.config.replace(config.clone());
        if old.paused != config.paused {
            listener.paused.set(config.paused);
        }
        if old.target != config.target {
            listener.switch(config);
        }
        listener.machine().agree();
    }

    /// Asks for an answer newer than now; `done` is told the end once it has been [`shown`](Self::shown).
    pub fn refresh(&self, done: Refreshed) {
        let machine = self.0.machine();
        let ticket = machine.ticket();
        self.0.waiters.borrow_mut().push((ticket, done));
        machine.take(Event::RefreshRequested { ticket });
    }

    /// Stops asking until [`resume`](Self::resume).
    pub fn pause(&self) {
        self.0.paused.set(true);
        self.0.machine().agree();
    }

    /// Goes on asking.
    pub fn resume(&self) {
        self.0.paused.set(false);
        self.0.machine().agree();
    }

    /// Goes on asking while the page is hidden, less often, until the task has ended; or no longer does.
    pub fn await_end(&self, is_awaited: bool) {
        self.0.awaits_end.set(is_awaited);
        self.0.machine().agree();
    }

    /// `state` is on the page: the refreshes that it answers have ended.
    pub fn shown(&self, state: &State) {
        let result = state.settled.error.clone().map_or(Ok(()), Err);
        self.0.answer(state.settled.ticket, &result);
        self.0.see();
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let gone = Error::new(ErrorClass::Aborted, "the widget was removed from the page");
        self.0.answer(u32::MAX, &Err(Rc::new(gone)));
        self.0.machine().leave(&self.0);
    }
}

/// One of those who watch.
struct Listener {
    machine: RefCell<Rc<Machine>>,
    /// What its host asked for last.
    config: RefCell<BatchTaskConfig>,
    /// By its host or its viewer, whoever was last.
    paused: Cell<bool>,
    awaits_end: Cell<bool>,
    seen: RefCell<Rc<State>>,
    /// Refreshes that wait for their end, with their tickets.
    waiters: RefCell<Vec<(u32, Refreshed)>>,
    on_change: Callback<Rc<State>>,
}

impl Listener {
    fn machine(&self) -> Rc<Machine> {
        Rc::clone(&self.machine.borrow())
    }

    fn wish(&self) -> Wish {
        Wish {
            interval_ms: self.config.borrow().effective_interval_ms(),
            paused: self.paused.get(),
            awaits_end: self.awaits_end.get(),
        }
    }

    /// Looks at the machine, and tells what is new for this one.
    fn see(&self) {
        let attention = match (self.paused.get(), self.waiters.borrow().is_empty()) {
            (false, _) => Attention::Full,
            (true, false) => Attention::Once,
            (true, true) => Attention::None,
        };
        let shared = Rc::clone(&self.machine().state.borrow());
        let held = Rc::clone(&self.seen.borrow());
        let seen = shared.seen(&held, attention);
        if !Rc::ptr_eq(&seen, &held) {
            self.seen.replace(Rc::clone(&seen));
            self.on_change.emit(seen);
        }
    }

    /// Goes to the machine of another target. One that is alone takes its machine along, and what waits for an answer.
    fn switch(self: &Rc<Self>, config: &BatchTaskConfig) {
        let old = self.machine();
        if old.listeners.borrow().len() == 1 && Machine::running(&config.target).is_none() {
            old.target.replace(config.target.clone());
            old.last.take();
            old.take(Event::TargetChanged);
            return;
        }
        old.leave(self);
        let (machine, is_new) = Machine::of(config);
        self.machine.replace(Rc::clone(&machine));
        self.seen.replace(Rc::clone(&machine.state.borrow()));
        self.on_change.emit(Rc::clone(&machine.state.borrow()));
        machine.join(self, is_new);
        for (ticket, _) in &mut *self.waiters.borrow_mut() {
            *ticket = machine.ticket();
        }
        let last = self.waiters.borrow().last().map(|(ticket, _)| *ticket);
        if let Some(ticket) = last {
            machine.take(Event::RefreshRequested { ticket });
        }
    }

    /// Tells the refreshes up to `ticket` how they ended.
    fn answer(&self, ticket: u32, result: &Result<(), Rc<Error>>) {
        // A waiter may ask again while it is told, so none is told under the borrow.
        let (answered, waiting) = self.waiters.take().into_iter().partition(|(waiter, _)| *waiter <= ticket);
        self.waiters.replace(waiting);
        let answered: Vec<(u32, Refreshed)> = answered;
        for (_, done) in answered {
            done.emit(result.clone());
        }
    }
}

thread_local! {
    /// All machines of the page, and some that have gone.
    static MACHINES: RefCell<Vec<Weak<Machine>>> = const { RefCell::new(Vec::new()) };
}

/// What asks, for all who watch the same.
struct Machine {
    this: Weak<Machine>,
    target: RefCell<Target>,
    /// The last good answer from the target.
    last: RefCell<Option<Answer>>,
    state: RefCell<Rc<State>>,
    work: RefCell<Work>,
    last_ticket: Cell<u32>,
    listeners: RefCell<Vec<Rc<Listener>>>,
    _page: page::PageEvents,
}

impl Machine {
    /// The one that asks for this already, if there is one.
    fn running(target: &Target) -> Option<Rc<Self>> {
        MACHINES.with_borrow(|machines| {
            machines.iter().filter_map(Weak::upgrade).find(|machine| *machine.target.borrow() == *target)
        })
    }

    /// The one that asks for this, and whether it is new and not started.
    fn of(config: &BatchTaskConfig) -> (Rc<Self>, bool) {
        if let Some(machine) = Self::running(&config.target) {
            return (machine, false);
        }
        let machine = Rc::new_cyclic(|this| Self {
            this: this.clone(),
            target: RefCell::new(config.target.clone()),
            last: RefCell::default(),
            state: RefCell::new(config.initial_state()),
            work: RefCell::default(),
            last_ticket: Cell::default(),
            listeners: RefCell::default(),
            _page: page::watch({
                let this = this.clone();
                move |event| send(&this, event)
            }),
        });
        MACHINES.with_borrow_mut(|machines| machines.push(Rc::downgrade(&machine)));
        (machine, true)
    }

    fn join(&self, listener: &Rc<Listener>, is_new: bool) {
        self.listeners.borrow_mut().push(Rc::clone(listener));
        if is_new {
            let holds = Holds { viewer: listener.paused.get(), ..page::holds() };
            self.take(Event::Started { now_ms: clock::now_ms(), holds });
        } else {
            self.agree();
            listener.on_change.emit(Rc::clone(&listener.seen.borrow()));
        }
    }

    fn leave(&self, listener: &Rc<Listener>) {
        self.listeners.borrow_mut().retain(|other| !Rc::ptr_eq(other, listener));
        if self.listeners.borrow().is_empty() {
            // Whoever holds this machine lets it go in a moment; nothing is under way any more from here on.
            self.work.take();
            let this = self.this.clone();
            MACHINES.with_borrow_mut(|machines| machines.retain(|other| !other.ptr_eq(&this)));
        } else {
            self.agree();
        }
    }

    /// Does what its listeners want together, and lets each look.
    fn agree(&self) {
        let wishes: Vec<Wish> = self.listeners.borrow().iter().map(|listener| listener.wish()).collect();
        let wish = Wish::of_all(&wishes);
        let now_ms = clock::now_ms();
        let is_paused = self.state.borrow().holds.viewer;
        match (is_paused, wish.paused) {
            (false, true) => self.take(Event::Paused),
            (true, false) => self.take(Event::Resumed { now_ms }),
            _ => {}
        }
        self.take(Event::IntervalChanged { interval_ms: wish.interval_ms, now_ms });
        self.take(Event::EndAwaited { is_awaited: wish.awaits_end, now_ms });
        self.show();
    }

    fn show(&self) {
        // Listeners may come and go while they look.
        let listeners = self.listeners.borrow().clone();
        for listener in listeners {
            listener.see();
        }
    }

    fn ticket(&self) -> u32 {
        let ticket = self.last_ticket.get().wrapping_add(1);
        self.last_ticket.set(ticket);
        ticket
    }

    fn take(&self, event: Event) {
        let old = Rc::clone(&self.state.borrow());
        let next = old.next(event);
        if Rc::ptr_eq(&next, &old) {
            return;
        }
        self.state.replace(Rc::clone(&next));
        // The work that a phase stands for lives exactly as long as the phase does.
        if (next.phase, next.generation) != (old.phase, old.generation) {
            self.work.take();
            self.work.replace(self.begin(next.phase, next.generation));
        }
        self.show();
    }

    fn begin(&self, phase: Phase, generation: u32) -> Work {
        let this = self.this.clone();
        match phase {
            Phase::Fetching => {
                let arriving = {
                    let this = this.clone();
                    move |arriving| send(&this, Event::RowsReceived { generation, arriving })
                };
                let done = move |result| {
                    if let Some(machine) = this.upgrade() {
                        machine.take_end(generation, result);
                    }
                };
                let (target, last) = (self.target.borrow().clone(), self.last.borrow().clone());
                Work::Fetch { _request: fetch::start(target, last, arriving, done) }
            }
            Phase::Waiting { delay_ms, .. } => {
                let fired = move || send(&this, Event::TimerFired { generation });
                Work::Wait { _timer: Timeout::new(delay_ms, fired) }
            }
            Phase::Idle | Phase::Paused | Phase::Stopped | Phase::Finished => Work::None,
        }
    }

    /// Keeps a good answer, so that the next request can be for anything newer, and takes the end of the fetch.
    fn take_end(&self, generation: u32, result: Result<Answer, Error>) {
        let now_ms = clock::now_ms();
        self.take(match result {
            Ok(answer) => {
                self.last.replace(Some(answer.clone()));
                let Answer { task, request_id, age_ms, server_ms, is_stale, .. } = answer;
                Event::ResponseReceived { generation, task, request_id, age_ms, server_ms, is_stale, now_ms }
            }
            Err(error) => {
                Event::FetchFailed { generation, error: Rc::new(error), now_ms, random: clock::random() }
            }
        });
    }
}

/// Hands an event to a machine that may have gone.
fn send(machine: &Weak<Machine>, event: Event) {
    if let Some(machine) = machine.upgrade() {
        machine.take(event);
    }
}

/// What a phase has under way. Only held for its drop, which calls it off.
#[derive(Default)]
enum Work {
    #[default]
    None,
    Fetch {
        _request: fetch::InFlight,
    },
    Wait {
        _timer: Timeout,
    },
}
