//! Watches one batch task: the state machine of [`crate::poll`], driven by the effects of [`crate::effect`].

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::effect::fetch::{self, Answer, Target};
use crate::effect::{clock, page};
use crate::error::{Error, ErrorClass};
use crate::poll::{Event, Phase, State};
use crate::view::summary::Summary;

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
}

/// Told when a refresh has ended and its result is on the page.
pub type Refreshed = Callback<Result<(), Rc<Error>>>;

/// A watched batch task. The callbacks stay the same from one render to the next.
#[derive(Clone, PartialEq)]
pub struct UseBatchTask {
    /// What we hold and what the machine is doing.
    pub state: Rc<State>,
    /// The figures of the task, once there is one.
    pub summary: Option<Rc<Summary>>,
    /// Asks for an answer newer than now; the callback is told the end once it is on the page.
    pub refresh: Callback<Refreshed>,
    /// Stops asking until `resume`.
    pub pause: Callback<()>,
    /// Goes on asking.
    pub resume: Callback<()>,
}

/// The state machine as Yew wants it: the same pointer where an event changes nothing, and then no render.
struct Machine(Rc<State>);

impl Reducible for Machine {
    type Action = Event;

    fn reduce(self: Rc<Self>, event: Event) -> Rc<Self> {
        let next = self.0.next(event);
        if Rc::ptr_eq(&next, &self.0) { self } else { Rc::new(Self(next)) }
    }
}

/// Refreshes that wait for their end, with their tickets.
#[derive(Default)]
struct Waiters {
    last_ticket: u32,
    waiting: Vec<(u32, Refreshed)>,
}

/// Watches the task that `config` names for as long as the component is on the page.
#[hook]
pub fn use_batch_task(config: BatchTaskConfig) -> UseBatchTask {
    let interval_ms = effective_interval_ms(config.interval_ms);
    let machine = use_reducer(|| Machine(Rc::new(State::new(interval_ms))));
    let dispatcher = machine.dispatcher();
    let state = Rc::clone(&machine.0);

    let waiters = use_mut_ref(Waiters::default);

    use_effect_with((), {
        let dispatcher = dispatcher.clone();
        let waiters = Rc::clone(&waiters);
        move |()| {
            dispatcher.dispatch(Event::Started { now_ms: clock::now_ms(), holds: page::holds() });
            let events = page::watch(move |event| dispatcher.dispatch(event));
            move || {
                drop(events);
                let gone = Rc::new(Error::new(ErrorClass::Aborted, "the widget was taken off the page"));
                for waiter in take_answered(&waiters, u32::MAX) {
                    waiter.emit(Err(Rc::clone(&gone)));
                }
            }
        }
    });
    use_effect_with(interval_ms, {
        let dispatcher = dispatcher.clone();
        move |&interval_ms| {
            dispatcher.dispatch(Event::IntervalChanged { interval_ms, now_ms: clock::now_ms() })
        }
    });
    let is_first_target = use_mut_ref(|| true);
    use_effect_with(config.target.clone(), {
        let dispatcher = dispatcher.clone();
        move |_| {
            if !is_first_target.replace(false) {
                dispatcher.dispatch(Event::TargetChanged);
            }
        }
    });
    // The work that a phase stands for lives exactly as long as the phase does.
    use_effect_with((state.phase, state.generation), {
        let dispatcher = dispatcher.clone();
        move |&(phase, generation)| {
            let work = Work::start(phase, generation, config.target, dispatcher);
            move || drop(work)
        }
    });

    use_effect_with(state.settled.clone(), {
        let waiters = Rc::clone(&waiters);
        move |settled| {
            let result = settled.error.clone().map_or(Ok(()), Err);
            for waiter in take_answered(&waiters, settled.ticket) {
                waiter.emit(result.clone());
            }
        }
    });

    let refresh = use_callback((), {
        let dispatcher = dispatcher.clone();
        move |done: Refreshed, ()| {
            let ticket = {
                let mut waiters = waiters.borrow_mut();
                waiters.last_ticket = waiters.last_ticket.wrapping_add(1);
                let ticket = waiters.last_ticket;
                waiters.waiting.push((ticket, done));
                ticket
            };
            dispatcher.dispatch(Event::RefreshRequested { ticket });
        }
    });
    let pause = use_callback((), {
        let dispatcher = dispatcher.clone();
        move |(), ()| dispatcher.dispatch(Event::Paused)
    });
    let resume =
        use_callback((), move |(), ()| dispatcher.dispatch(Event::Resumed { now_ms: clock::now_ms() }));
    let summary =
        use_memo(state.task().cloned(), |task| task.as_deref().map(|task| Rc::new(Summary::of(task))));

    UseBatchTask { state, summary: (*summary).clone(), refresh, pause, resume }
}

/// What a phase has under way. Only held for its drop, which calls it off.
enum Work {
    None,
    Fetch { _request: fetch::InFlight },
    Wait { _timer: Timeout },
}

impl Work {
    fn start(
        phase: Phase,
        generation: u32,
        target: Target,
        dispatcher: UseReducerDispatcher<Machine>,
    ) -> Self {
        match phase {
            Phase::Fetching => {
                let done = move |result| dispatcher.dispatch(fetch_ended(generation, result));
                Self::Fetch { _request: fetch::start(target, done) }
            }
            Phase::Waiting { delay_ms, .. } => {
                let fired = move || dispatcher.dispatch(Event::TimerFired { generation });
                Self::Wait { _timer: Timeout::new(delay_ms, fired) }
            }
            Phase::Idle | Phase::Paused | Phase::Stopped | Phase::Finished => Self::None,
        }
    }
}

fn fetch_ended(generation: u32, result: Result<Answer, Error>) -> Event {
    let now_ms = clock::now_ms();
    match result {
        Ok(Answer { decoded, age_ms, is_stale }) => Event::ResponseReceived {
            generation,
            task: Rc::new(decoded.task),
            request_id: decoded.request_id.into(),
            age_ms,
            is_stale,
            now_ms,
        },
        Err(error) => {
            Event::FetchFailed { generation, error: Rc::new(error), now_ms, random: clock::random() }
        }
    }
}

fn effective_interval_ms(interval_ms: u32) -> u32 {
    if interval_ms == 0 { 0 } else { interval_ms.max(MIN_INTERVAL_MS) }
}

fn take_answered(waiters: &RefCell<Waiters>, ticket: u32) -> Vec<Refreshed> {
    let mut waiters = waiters.borrow_mut();
    let (answered, waiting) = waiters.waiting.drain(..).partition(|(waiter, _)| *waiter <= ticket);
    waiters.waiting = waiting;
    let answered: Vec<(u32, Refreshed)> = answered;
    answered.into_iter().map(|(_, done)| done).collect()
}
