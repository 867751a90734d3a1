//! The poller of one target, and its observers: the widgets that watch the target.
//!
//! A poller holds its observers, and an observer its poller, since an observer can switch to another one.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use web_sys::Document;
use yew::Callback;

use super::config::WatchConfig;
use super::registry::{self, AnyPoller};
use super::turn::Turn;
use crate::effect::fetch::{self, Answer, Place, Subject, Target};
use crate::effect::{clock, page};
use crate::error::Error;
use crate::poll::{Event, ObserverOptions, PauseReasons, Phase, State, Visibility};

/// Called when a refresh has ended and its result is on the page.
pub type Refreshed = Callback<Result<(), Rc<Error>>>;

/// One widget that watches a target.
pub(super) struct Observer<S: Subject> {
    pub(super) poller: RefCell<Rc<Poller<S>>>,
    /// The configuration that its host set last.
    pub(super) config: RefCell<WatchConfig<S>>,
    /// Set by the host or the viewer, whichever was last.
    pub(super) paused: Cell<bool>,
    pub(super) awaits_end: Cell<bool>,
    pub(super) is_rendered: Cell<bool>,
    /// The document that it is in and its events, if that is not the page's.
    pub(super) document: RefCell<Option<(Document, page::PageEvents)>>,
    /// The last state that it was notified of.
    pub(super) seen: RefCell<Rc<State<S::Content>>>,
    /// Refreshes without a result so far, with their tickets.
    pub(super) refreshes: RefCell<Vec<(u32, Refreshed)>>,
    pub(super) on_change: Callback<Rc<State<S::Content>>>,
}

impl<S: Subject> Observer<S> {
    pub(super) fn poller(&self) -> Rc<Poller<S>> {
        Rc::clone(&self.poller.borrow())
    }

    fn options(&self) -> ObserverOptions {
        ObserverOptions {
            interval_ms: self.config.borrow().effective_interval_ms(),
            paused: self.paused.get(),
            awaits_end: self.awaits_end.get(),
            is_rendered: self.is_rendered.get(),
            is_hidden: self.is_hidden(),
        }
    }

    /// Whether the page that it is on is hidden.
    pub(super) fn is_hidden(&self) -> bool {
        page::is_hidden(self.document.borrow().as_ref().map(|(document, _)| document))
    }

    /// Calls `on_change` if the poller's state is new to this observer and visible to it.
    pub(super) fn notify(&self) {
        let visibility = match (self.paused.get(), self.refreshes.borrow().is_empty()) {
            (false, _) => Visibility::All,
            (true, false) => Visibility::NextResponse,
            (true, true) => Visibility::None,
        };
        let last = Rc::clone(&self.seen.borrow());
        let seen = visibility.apply(&self.poller().state(), &last);
        if !Rc::ptr_eq(&seen, &last) {
            self.seen.replace(Rc::clone(&seen));
            self.on_change.emit(seen);
        }
    }

    /// Moves to the poller of another target, with the refreshes that have no result yet. The only observer of a poller gives
    /// that poller the new target instead, unless there is one already.
    pub(super) fn switch_target(self: &Rc<Self>, config: &WatchConfig<S>) {
        let old = self.poller();
        if old.observers.borrow().len() == 1 && Poller::find(&config.target).is_none() {
            old.change_target(&config.target);
            return;
        }
        old.remove(self);
        let poller = Poller::for_config(config);
        self.poller.replace(Rc::clone(&poller));
        self.seen.replace(poller.state());
        self.on_change.emit(poller.state());
        poller.add(self);
        for (ticket, _) in &mut *self.refreshes.borrow_mut() {
            *ticket = poller.next_ticket();
        }
        let last = self.refreshes.borrow().last().map(|(ticket, _)| *ticket);
        if let Some(ticket) = last {
            poller.dispatch(Event::RefreshRequested { ticket });
        }
    }

    /// Gives the refreshes up to `ticket` their result.
    pub(super) fn settle_refreshes(&self, ticket: u32, result: &Result<(), Rc<Error>>) {
        // A callback may request another refresh, so none is called while the list is borrowed.
        let (settled, pending) = self.refreshes.take().into_iter().partition(|(other, _)| *other <= ticket);
        self.refreshes.replace(pending);
        let settled: Vec<(u32, Refreshed)> = settled;
        for (_, done) in settled {
            done.emit(result.clone());
        }
    }
}

/// Polls one target for all its observers.
pub(super) struct Poller<S: Subject> {
    this: Weak<Poller<S>>,
    target: RefCell<Target<S>>,
    /// Where its requests go.
    place: RefCell<Place>,
    /// The last successful response.
    last: RefCell<Option<Answer<S::Content>>>,
    outage: RefCell<fetch::Outage>,
    state: RefCell<Rc<State<S::Content>>>,
    work: RefCell<Work>,
    last_ticket: Cell<u32>,
    observers: RefCell<Vec<Rc<Observer<S>>>>,
    _page: [page::PageEvents; 2],
}

impl<S: Subject> Poller<S> {
    /// Returns the poller of `target`, if there is one that can be shared.
    fn find(target: &Target<S>) -> Option<Rc<Self>> {
        if target.has_function() {
            return None;
        }
        registry::find(|poller: &Self| *poller.target.borrow() == *target)
    }

    /// Returns the poller of the configured target. A new one is started when its first observer is added.
    pub(super) fn for_config(config: &WatchConfig<S>) -> Rc<Self> {
        Self::find(&config.target).unwrap_or_else(|| Self::new(config))
    }

    /// Returns a poller that has data: that of the target, or a new one with the response to the request that the page's script has
    /// sent. If that is not complete, the new one has no data, but its request takes its turn now, before those of later widgets.
    pub(super) fn with_data(config: &WatchConfig<S>) -> Option<Rc<Self>> {
        if config.paused {
            return None;
        }
        if let Some(poller) = Self::find(&config.target) {
            return Some(poller).filter(|poller| poller.state.borrow().data.is_some());
        }
        let answer = fetch::early_answer(&config.target);
        if answer.is_none() && !fetch::is_sent_early(&config.target) {
            return None;
        }
        let poller = Self::new(config);
        let Some(answer) = answer else {
            poller.start(PauseReasons::default());
            return Some(poller);
        };
        let now_ms = clock::now_ms();
        let started = Event::Started { now_ms, pause_reasons: PauseReasons::default() };
        let state = poller.state().next(started);
        let received = poller.received(state.generation, answer, now_ms);
        poller.state.replace(state.next(received));
        Some(poller)
    }

    fn new(config: &WatchConfig<S>) -> Rc<Self> {
        let poller = Rc::new_cyclic(|this| Self {
            this: this.clone(),
            target: RefCell::new(config.target.clone()),
            place: RefCell::new(Place::of(&config.target.endpoint)),
            last: RefCell::default(),
            outage: RefCell::default(),
            state: RefCell::new(config.initial_state()),
            work: RefCell::default(),
            last_ticket: Cell::default(),
            observers: RefCell::default(),
            _page: [
                page::watch({
                    let this = this.clone();
                    move |event| {
                        if let Some(poller) = this.upgrade() {
                            poller.page_event(event);
                        }
                    }
                }),
                // Some of the observers may be in another window, which is visible.
                page::watch_visibility(None, {
                    let this = this.clone();
                    move || {
                        if let Some(poller) = this.upgrade() {
                            poller.reconcile();
                        }
                    }
                }),
            ],
        });
        registry::add(poller.this.clone());
        poller
    }

    pub(super) fn state(&self) -> Rc<State<S::Content>> {
        Rc::clone(&self.state.borrow())
    }

    fn place(&self) -> Place {
        self.place.borrow().clone()
    }

    /// Uses the functions of `target`, which asks the same as the current one, from the next request on.
    pub(super) fn bind(&self, target: &Target<S>) {
        self.target.replace(target.clone());
    }

    /// Discards the data and watches another target.
    fn change_target(&self, target: &Target<S>) {
        let new = Place::of(&target.endpoint);
        let old = self.place.replace(new.clone());
        self.target.replace(target.clone());
        self.last.take();
        self.outage.take();
        let is_held = self.state.borrow().pause_reasons.offline;
        let is_offline = if new.origin == old.origin { is_held } else { new.is_held_offline() };
        self.dispatch(Event::TargetChanged { is_offline });
    }

    fn page_event(&self, event: Event<S::Content>) {
        // The browser may be wrong about the network, and a connection to this machine needs none.
        if !matches!(event, Event::WentOffline) || !self.place().is_loopback {
            self.dispatch(event);
        }
    }

    pub(super) fn add(&self, observer: &Rc<Observer<S>>) {
        self.observers.borrow_mut().push(Rc::clone(observer));
        let state = self.state();
        let is_first = self.observers.borrow().len() == 1;
        if state.generation == 0 {
            let (viewer, offline) = (observer.paused.get(), self.place().is_held_offline());
            return self.start(PauseReasons { viewer, offline, ..page::pause_reasons() });
        }
        if is_first && matches!(*self.work.borrow(), Work::None) {
            // It is held by early data only.
            self.work.replace(self.start_work(state.phase, state.generation));
            if self.place().is_held_offline() {
                self.dispatch(Event::WentOffline);
            }
        }
        self.reconcile();
        observer.on_change.emit(Rc::clone(&observer.seen.borrow()));
    }

    fn start(&self, pause_reasons: PauseReasons) {
        self.dispatch(Event::Started { now_ms: clock::now_ms(), pause_reasons });
    }

    pub(super) fn remove(&self, observer: &Rc<Observer<S>>) {
        self.observers.borrow_mut().retain(|other| !Rc::ptr_eq(other, observer));
        if self.observers.borrow().is_empty() {
            // The caller still holds this poller: cancel its request or timer now. If early data holds it, too, its next observer
            // starts that work again.
            self.work.take();
        } else {
            self.reconcile();
        }
    }

    /// Returns the combined options of all observers.
    fn options(&self) -> ObserverOptions {
        let options: Vec<ObserverOptions> =
            self.observers.borrow().iter().map(|observer| observer.options()).collect();
        ObserverOptions::merge(&options)
    }

    /// Applies the combined options of all observers, and notifies them.
    pub(super) fn reconcile(&self) {
        let options = self.options();
        let now_ms = clock::now_ms();
        let was = self.state.borrow().pause_reasons;
        match (was.viewer, options.paused) {
            (false, true) => self.dispatch(Event::Paused),
            (true, false) => self.dispatch(Event::Resumed { now_ms }),
            _ => {}
        }
        match (was.hidden, options.is_hidden) {
            (false, true) => self.dispatch(Event::PageHidden { now_ms }),
            (true, false) => self.dispatch(Event::PageShown { now_ms }),
            _ => {}
        }
        self.dispatch(Event::IntervalChanged { interval_ms: options.interval_ms, now_ms });
        self.dispatch(Event::EndAwaited { is_awaited: options.awaits_end, now_ms });
        self.notify();
    }

    fn notify(&self) {
        // Observers may be added and removed by the callbacks.
        let observers = self.observers.borrow().clone();
        for observer in observers {
            observer.notify();
        }
    }

    pub(super) fn next_ticket(&self) -> u32 {
        let ticket = self.last_ticket.get().wrapping_add(1);
        self.last_ticket.set(ticket);
        ticket
    }

    /// Applies an event, starts or cancels work as the new phase requires, and notifies the observers.
    pub(super) fn dispatch(&self, event: Event<S::Content>) {
        let old = self.state();
        let next = old.next(event);
        if Rc::ptr_eq(&next, &old) {
            return;
        }
        self.state.replace(Rc::clone(&next));
        if (next.phase, next.generation) != (old.phase, old.generation) {
            // Dropping the old work cancels it.
            self.work.take();
            self.work.replace(self.start_work(next.phase, next.generation));
        }
        self.notify();
    }

    fn start_work(&self, phase: Phase, generation: u32) -> Work {
        let this = self.this.clone();
        match phase {
            Phase::Fetching => {
                let released = move || {
                    if let Some(poller) = this.upgrade() {
                        poller.turn_came(generation);
                    }
                };
                let (turn, is_open) = Turn::take(self.place().origin, released);
                Work::Fetch { request: is_open.then(|| self.send(generation)), _turn: turn }
            }
            Phase::Waiting { delay_ms, .. } => {
                let fired = move || dispatch_to(&this, Event::TimerFired { generation });
                Work::Wait { _timer: Timeout::new(delay_ms, fired) }
            }
            Phase::Idle | Phase::Paused | Phase::Stopped | Phase::Finished => Work::None,
        }
    }

    /// Sends a request that waited for others, unless it is no longer wanted.
    fn turn_came(&self, generation: u32) {
        self.dispatch(Event::TurnCame { generation });
        if (self.state.borrow().phase, self.state.borrow().generation) == (Phase::Fetching, generation)
            && let Work::Fetch { request, .. } = &mut *self.work.borrow_mut()
        {
            *request = Some(self.send(generation));
        }
    }

    fn send(&self, generation: u32) -> fetch::InFlight {
        let this = self.this.clone();
        let partial = {
            let this = this.clone();
            move |partial| dispatch_to(&this, Event::RowsReceived { generation, partial })
        };
        let done = move |result| {
            if let Some(poller) = this.upgrade() {
                poller.finish_fetch(generation, result);
            }
        };
        let (target, last) = (self.target.borrow().clone(), self.last.borrow().clone());
        let outage = self.outage.borrow().clone();
        fetch::start(target, last, outage, partial, done)
    }

    /// Keeps a successful response for the next conditional request, and returns the event for it.
    fn received(&self, generation: u32, answer: Answer<S::Content>, now_ms: u64) -> Event<S::Content> {
        self.last.replace(Some(answer.clone()));
        let Answer { content, request_id, server_time, is_stale, .. } = answer;
        let age_ms = now_ms.saturating_sub(server_time.made_at_ms);
        let clock_offset_ms = server_time.offset_ms();
        Event::ResponseReceived { generation, content, request_id, age_ms, clock_offset_ms, is_stale, now_ms }
    }

    /// Dispatches the result of a request.
    fn finish_fetch(&self, generation: u32, result: Result<Answer<S::Content>, Error>) {
        let now_ms = clock::now_ms();
        let is_ok = result.is_ok();
        self.dispatch(match result {
            Ok(answer) => self.received(generation, answer, now_ms),
            Err(error) => {
                Event::FetchFailed { generation, error: Rc::new(error), now_ms, random: clock::random() }
            }
        });
        if is_ok && page::pause_reasons().offline && !self.state.borrow().pause_reasons.offline {
            // The browser says that it is offline, but this poller receives responses: those of the same origin continue.
            let origin = self.origin();
            for poller in registry::all().iter().filter(|poller| poller.origin() == origin) {
                poller.end_offline_hold(now_ms);
            }
        }
    }
}

impl<S: Subject> AnyPoller for Poller<S> {
    fn origin(&self) -> Rc<str> {
        self.place().origin
    }

    fn end_offline_hold(&self, now_ms: u64) {
        self.dispatch(Event::WentOnline { now_ms });
    }
}

/// Dispatches an event unless the poller has been dropped.
fn dispatch_to<S: Subject>(poller: &Weak<Poller<S>>, event: Event<S::Content>) {
    if let Some(poller) = poller.upgrade() {
        poller.dispatch(event);
    }
}

/// The request or timer of a phase. Dropping it cancels it.
#[derive(Default)]
enum Work {
    #[default]
    None,
    Fetch {
        /// `None` until its turn has come. Aborted before the next one is sent.
        request: Option<fetch::InFlight>,
        _turn: Turn,
    },
    Wait {
        _timer: Timeout,
    },
}
