//! Watches one batch task, or other content: connects the state machine of [`crate::poll`] with the effects of [`crate::effect`].

mod config;
mod poller;
mod registry;
mod turn;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use web_sys::Document;
use yew::Callback;

pub use self::config::{BatchTaskConfig, WatchConfig};
pub use self::poller::Refreshed;
use self::poller::{Observer, Poller};
use crate::effect::fetch::{Batch, Subject};
use crate::effect::page;
use crate::error::{Error, ErrorClass};
pub use crate::poll::{DEFAULT_INTERVAL_MS, MIN_INTERVAL_MS};
use crate::poll::{Event, State};

/// Data that is there before a watcher is started: that of another widget with the same target, or the response to the request
/// that the page's script has sent while the WebAssembly was loading. The watcher that is started while this is kept begins with it.
pub struct EarlyData<S: Subject = Batch>(Rc<Poller<S>>);

impl<S: Subject> EarlyData<S> {
    /// Returns the data for this configuration; `None` if there is none, or if it is paused. It can also be on its way.
    pub fn take(config: &WatchConfig<S>) -> Option<Self> {
        Poller::with_data(config).map(Self)
    }

    /// Returns the current state.
    pub fn state(&self) -> Rc<State<S::Content>> {
        self.0.state()
    }
}

/// Watches a task, or other content, until it is dropped. The crate's documentation has an example.
///
/// All watchers of a page with the same target share one poller, and so its requests, unless a function of the host takes part.
/// The shortest interval of those that are not paused counts, and dropping the last one stops the poller. Pollers take turns:
/// at most five requests are open per origin.
pub struct Watcher<S: Subject = Batch>(Rc<Observer<S>>);

impl<S: Subject> Watcher<S> {
    /// Starts polling, or joins the poller of the same target. `on_change` is called with each new state.
    pub fn start(config: &WatchConfig<S>, on_change: Callback<Rc<State<S::Content>>>) -> Self {
        let poller = Poller::for_config(config);
        let observer = Rc::new(Observer {
            poller: RefCell::new(Rc::clone(&poller)),
            config: RefCell::new(config.clone()),
            paused: Cell::new(config.paused),
            awaits_end: Cell::default(),
            is_rendered: Cell::new(true),
            document: RefCell::default(),
            seen: RefCell::new(poller.state()),
            refreshes: RefCell::default(),
            on_change,
        });
        poller.add(&observer);
        Self(observer)
    }

    /// Applies another target or interval, and pauses or resumes if `paused` has changed. A target that differs only in a
    /// function of the host keeps the data and the pace; the new function is called at the next request.
    pub fn configure(&self, config: &WatchConfig<S>) {
        let observer = &self.0;
        let old = observer.config.replace(config.clone());
        if old.paused != config.paused {
            observer.paused.set(config.paused);
        }
        if !old.target.asks_the_same(&config.target) {
            observer.switch_target(config);
        } else if config.target.has_function() {
            observer.poller().bind(&config.target);
        }
        observer.poller().reconcile();
    }

    /// Requests a response newer than now. `done` is called with the result once it has been [`shown`](Self::shown).
    pub fn refresh(&self, done: Refreshed) {
        let poller = self.0.poller();
        let ticket = poller.next_ticket();
        self.0.refreshes.borrow_mut().push((ticket, done));
        poller.dispatch(Event::RefreshRequested { ticket });
    }

    /// Whether a [`refresh`](Self::refresh) has no result yet.
    pub fn awaits_response(&self) -> bool {
        !self.0.refreshes.borrow().is_empty()
    }

    /// Stops polling until [`resume`](Self::resume).
    pub fn pause(&self) {
        self.0.paused.set(true);
        self.0.poller().reconcile();
    }

    /// Continues polling.
    pub fn resume(&self) {
        self.0.paused.set(false);
        self.0.poller().reconcile();
    }

    /// Sets whether polling continues while the page is hidden, at a lower rate, until the task has ended.
    pub fn await_end(&self, is_awaited: bool) {
        self.0.awaits_end.set(is_awaited);
        self.0.poller().reconcile();
    }

    /// Sets whether the browser renders the widget. It polls at a lower rate if not.
    pub fn set_rendered(&self, is_rendered: bool) {
        if self.0.is_rendered.replace(is_rendered) != is_rendered {
            self.0.poller().reconcile();
        }
    }

    /// Sets the document that the widget is in. Polling pauses while that is hidden, whether the page itself is or not.
    pub fn set_document(&self, document: &Document) {
        let observer = Rc::downgrade(&self.0);
        let other = page::is_other(document).then(|| {
            let changed = move || {
                if let Some(observer) = observer.upgrade() {
                    observer.poller().reconcile();
                }
            };
            (document.clone(), page::watch_visibility(Some(document), changed))
        });
        self.0.document.replace(other);
        self.0.poller().reconcile();
    }

    /// Follows the visibility of the page in case the browser has not reported a change. To be called every second.
    pub fn follow_visibility(&self) {
        if self.0.is_hidden() != self.0.poller().state().pause_reasons.hidden {
            self.0.poller().reconcile();
        }
    }

    /// Reports that `state` is on the page: the refreshes that it answers have ended.
    pub fn shown(&self, state: &State<S::Content>) {
        let result = state.settled.error.clone().map_or(Ok(()), Err);
        self.0.settle_refreshes(state.settled.ticket, &result);
        self.0.notify();
    }
}

impl<S: Subject> Drop for Watcher<S> {
    fn drop(&mut self) {
        let aborted = Error::new(ErrorClass::Aborted, "the widget was removed from the page");
        self.0.settle_refreshes(u32::MAX, &Err(Rc::new(aborted)));
        self.0.poller().remove(&self.0);
    }
}
