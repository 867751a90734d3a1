//! The hook `use_batch_task`, for components that draw the task themselves.

use std::rc::Rc;

use yew::prelude::*;

use crate::poll::State;
use crate::view::summary::Summary;
use crate::watch::{BatchTaskConfig, Refreshed, Watcher};

/// A watched batch task. The callbacks stay the same between renders.
#[derive(Clone, PartialEq)]
pub struct UseBatchTask {
    /// The data and the phase of the poller.
    pub state: Rc<State>,
    /// The figures of the task, once there is data.
    pub summary: Option<Rc<Summary>>,
    /// Requests a response newer than now. The callback is called with the result once it is on the page.
    pub refresh: Callback<Refreshed>,
    /// Stops polling until `resume`.
    pub pause: Callback<()>,
    /// Continues polling.
    pub resume: Callback<()>,
}

/// Watches the task of `config` while the component is mounted.
#[hook]
pub fn use_batch_task(config: BatchTaskConfig) -> UseBatchTask {
    let state = use_state(|| config.initial_state());
    let watcher = use_mut_ref(|| None::<Watcher>);

    use_effect_with((), {
        let (config, setter, watcher) = (config.clone(), state.setter(), Rc::clone(&watcher));
        move |()| {
            let on_change = Callback::from(move |state| setter.set(state));
            watcher.replace(Some(Watcher::start(&config, on_change)));
            move || drop(watcher.take())
        }
    });
    use_effect_with(config, {
        let watcher = Rc::clone(&watcher);
        move |config| with(&watcher, |watcher| watcher.configure(config))
    });
    use_effect_with((*state).clone(), {
        let watcher = Rc::clone(&watcher);
        move |state| with(&watcher, |watcher| watcher.shown(state))
    });

    let refresh = use_callback((), {
        let watcher = Rc::clone(&watcher);
        move |done: Refreshed, ()| with(&watcher, |watcher| watcher.refresh(done))
    });
    let pause = use_callback((), {
        let watcher = Rc::clone(&watcher);
        move |(), ()| with(&watcher, Watcher::pause)
    });
    let resume = use_callback((), move |(), ()| with(&watcher, Watcher::resume));
    let summary =
        use_memo(state.task().cloned(), |task| task.as_deref().map(|task| Rc::new(Summary::of(task))));

    UseBatchTask { state: (*state).clone(), summary: (*summary).clone(), refresh, pause, resume }
}

/// Calls `act` with the watcher, which exists while the component is mounted.
fn with(watcher: &std::cell::RefCell<Option<Watcher>>, act: impl FnOnce(&Watcher)) {
    if let Some(watcher) = &*watcher.borrow() {
        act(watcher);
    }
}
