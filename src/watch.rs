//! Watches one batch task: the state machine of [`crate::poll`], driven by the effects of [`crate::effect`].
//!
//! They meet here and nowhere else. It knows no component; who draws is told each new state.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use yew::Callback;

use crate::effect::fetch::{self, Answer, Target};
use crate::effect::{clock, page};
use crate::error::{Error, ErrorClass};
use crate::poll::{Event, Holds, Phase, State};

/// How long after the end of one request the next is made, in milliseconds.
pub const DEFAULT_INTERVAL_MS: u32 = 5_000;

/// The shortest interval, in milliseconds; shorter ones count as this, but for 0, which fetches once.
pub const MIN_INTERVAL_MS: u32 = 2_000;

/// What is watched, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchTaskConfig {
    /// What is asked for. A change drops what is held and begins again.
    pub target: Target,
    /// Milliseconds from the end of one request to the next; 0 fetches once.
    pub interval_ms: u32,
    /// Whether it begins paused. A change pauses or resumes; between two changes the viewer may do either.
    pub paused: bool,
}

impl BatchTaskConfig {
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

/// A task that is being watched; its drop ends that.
pub struct Watcher(Rc<Machine>);

impl Watcher {
    /// Starts, and tells `on_change` each state that differs from the one before.
    pub fn start(config: &BatchTaskConfig, on_change: Callback<Rc<State>>) -> Self {
        let machine = Rc::new_cyclic(|this| Machine {
            this: this.clone(),
            target: RefCell::new(config.target.clone()),
            paused: Cell::new(config.paused),
            last: RefCell::default(),
            state: RefCell::new(config.initial_state()),
            work: RefCell::default(),
            waiters: RefCell::default(),
            last_ticket: Cell::default(),
            on_change,
            _page: page::watch({
                let this = this.clone();
                move |event| send(&this, event)
            }),
        });
        let holds = Holds { viewer: config.paused, ..page::holds() };
        machine.take(Event::Started { now_ms: clock::now_ms(), holds });
        Self(machine)
    }

    /// Goes on with another target or interval, if they are others.
    pub fn configure(&self, config: &BatchTaskConfig) {
        let interval_ms = config.effective_interval_ms();
        match (self.0.paused.replace(config.paused), config.paused) {
            (false, true) => self.pause(),
            (true, false) => self.resume(),
            _ => {}
        }
        self.0.take(Event::IntervalChanged { interval_ms, now_ms: clock::now_ms() });
        if self.0.target.replace(config.target.clone()) != config.target {
            self.0.last.take();
            self.0.take(Event::TargetChanged);
        }
    }

    /// Asks for an answer newer than now; `done` is told the end once it has been [`shown`](Self::shown).
    pub fn refresh(&self, done: Refreshed) {
        let ticket = self.0.last_ticket.get().wrapping_add(1);
        self.0.last_ticket.set(ticket);
        self.0.waiters.borrow_mut().push((ticket, done));
        self.0.take(Event::RefreshRequested { ticket });
    }

    /// Stops asking until [`resume`](Self::resume).
    pub fn pause(&self) {
        self.0.take(Event::Paused);
    }

    /// Goes on asking.
    pub fn resume(&self) {
        self.0.take(Event::Resumed { now_ms: clock::now_ms() });
    }

    /// Goes on asking while the page is hidden, less often, until the task has ended; or no longer does.
    pub fn await_end(&self, is_awaited: bool) {
        self.0.take(Event::EndAwaited { is_awaited, now_ms: clock::now_ms() });
    }

    /// `state` is on the page: the refreshes that it answers have ended.
    pub fn shown(&self, state: &State) {
        let result = state.settled.error.clone().map_or(Ok(()), Err);
        self.0.answer(state.settled.ticket, &result);
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let gone = Error::new(ErrorClass::Aborted, "the widget was taken off the page");
        self.0.answer(u32::MAX, &Err(Rc::new(gone)));
    }
}

struct Machine {
    this: Weak<Machine>,
    target: RefCell<Target>,
    /// What the host asked for last.
    paused: Cell<bool>,
    /// The last good answer from the target.
    last: RefCell<Option<Answer>>,
    state: RefCell<Rc<State>>,
    work: RefCell<Work>,
    /// Refreshes that wait for their end, with their tickets.
    waiters: RefCell<Vec<(u32, Refreshed)>>,
    last_ticket: Cell<u32>,
    on_change: Callback<Rc<State>>,
    _page: page::PageEvents,
}

impl Machine {
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
        self.on_change.emit(next);
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
                let Answer { decoded, age_ms, is_stale, .. } = answer;
                let (task, request_id) = (Rc::new(decoded.task), decoded.request_id.into());
                Event::ResponseReceived { generation, task, request_id, age_ms, is_stale, now_ms }
            }
            Err(error) => {
                Event::FetchFailed { generation, error: Rc::new(error), now_ms, random: clock::random() }
            }
        });
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
