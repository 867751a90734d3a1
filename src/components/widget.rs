//! The component that a Yew app uses: watches one batch task, shows it, and tells the host of it.

use std::rc::Rc;

use yew::prelude::*;

use super::view::{Shown, widget};
use crate::effect::clock::{self, Ticks};
use crate::effect::fetch::{Credentials, Method, Target};
use crate::error::Error;
use crate::model::BatchTask;
use crate::poll::State;
use crate::view::table::ViewOptions;
use crate::watch::{BatchTaskConfig, DEFAULT_INTERVAL_MS, Refreshed, Watcher};

/// What is watched and how it is first shown.
#[derive(Clone, PartialEq, Properties)]
pub struct BatchTaskWidgetProps {
    /// The proxy's URL, relative to the document or absolute.
    pub endpoint: AttrValue,
    /// The batch; absent, the request is sent without one.
    #[prop_or_default]
    pub batch_id: Option<AttrValue>,
    /// Milliseconds from the end of one request to the next, at least 2,000; 0 fetches once.
    #[prop_or(DEFAULT_INTERVAL_MS)]
    pub interval_ms: u32,
    /// How the proxy is asked.
    #[prop_or_default]
    pub method: Method,
    /// Whether cookies go along.
    #[prop_or_default]
    pub credentials: Credentials,
    /// JSON Pointer to the body in an envelope; `/data` is found without.
    #[prop_or_default]
    pub body_pointer: Option<AttrValue>,
    /// Filter and sort at first; the viewer's choice goes on from there.
    #[prop_or_default]
    pub options: ViewOptions,
    /// The viewer picked another filter or sort.
    #[prop_or_default]
    pub on_options: Callback<ViewOptions>,
    /// The data changed. An answer that is equal but for its RequestId is no change.
    #[prop_or_default]
    pub on_update: Callback<Rc<BatchTask>>,
    /// The batch ended, or had ended when it was first seen.
    #[prop_or_default]
    pub on_finish: Callback<Rc<BatchTask>>,
    /// A fetch failed.
    #[prop_or_default]
    pub on_error: Callback<Rc<Error>>,
}

impl BatchTaskWidgetProps {
    fn config(&self) -> BatchTaskConfig {
        BatchTaskConfig {
            target: Target {
                endpoint: self.endpoint.clone(),
                batch_id: self.batch_id.clone(),
                method: self.method,
                credentials: self.credentials,
                body_pointer: self.body_pointer.clone(),
            },
            interval_ms: self.interval_ms,
        }
    }
}

/// What happens to a widget: what the viewer presses, what the host asks for through a
/// [`Scope`](yew::html::Scope), and what the effects tell.
#[derive(Clone, Debug)]
pub enum WidgetMessage {
    /// There is a new state.
    Changed(Rc<State>),
    /// A second has passed; it is this time now, in Unix milliseconds.
    Ticked(u64),
    /// The viewer picked another filter or sort.
    Picked(ViewOptions),
    /// The viewer opens or folds the facts of a narrow widget.
    FactsToggled,
    /// Stop asking.
    Pause,
    /// Go on asking.
    Resume,
    /// Ask now; the callback is told the end once it is on the page.
    Refresh(Refreshed),
}

/// Shows one batch task, live. See the crate's documentation for an example.
pub struct BatchTaskWidget {
    shown: Shown,
    /// What the host has been told of.
    told: Rc<State>,
    /// There from the first time that the widget is on the page.
    effects: Option<(Watcher, Ticks)>,
    /// Refreshes that were asked for before that.
    early: Vec<Refreshed>,
}

impl Component for BatchTaskWidget {
    type Message = WidgetMessage;
    type Properties = BatchTaskWidgetProps;

    fn create(ctx: &Context<Self>) -> Self {
        let props = ctx.props();
        let state = props.config().initial_state();
        let shown = Shown {
            state: Rc::clone(&state),
            batch_id: props.batch_id.clone(),
            summary: None,
            options: props.options,
            // Known once there is a browser to ask; nothing is shown before that depends on it.
            now_ms: 0,
            facts_are_open: false,
            send: ctx.link().callback(|message| message),
        };
        Self { shown, told: state, effects: None, early: Vec::new() }
    }

    fn update(&mut self, ctx: &Context<Self>, message: WidgetMessage) -> bool {
        let shown = &mut self.shown;
        let watcher = self.effects.as_ref().map(|(watcher, _)| watcher);
        match (message, watcher) {
            (WidgetMessage::Changed(state), _) => {
                shown.now_ms = clock::now_ms();
                shown.take(state);
            }
            (WidgetMessage::Ticked(now_ms), _) => shown.now_ms = now_ms,
            (WidgetMessage::Picked(options), _) => {
                shown.options = options;
                ctx.props().on_options.emit(options);
            }
            (WidgetMessage::FactsToggled, _) => shown.facts_are_open = !shown.facts_are_open,
            // What these change comes back as a new state.
            (WidgetMessage::Pause, Some(watcher)) => watcher.pause(),
            (WidgetMessage::Resume, Some(watcher)) => watcher.resume(),
            (WidgetMessage::Refresh(done), Some(watcher)) => watcher.refresh(done),
            (WidgetMessage::Refresh(done), None) => self.early.push(done),
            (WidgetMessage::Pause | WidgetMessage::Resume, None) => {}
        }
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &BatchTaskWidgetProps) -> bool {
        self.shown.batch_id = ctx.props().batch_id.clone();
        if let Some((watcher, _)) = &self.effects {
            watcher.configure(&ctx.props().config());
        }
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        widget(&self.shown)
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        if !Rc::ptr_eq(&self.told, &self.shown.state) {
            let old = std::mem::replace(&mut self.told, Rc::clone(&self.shown.state));
            tell(ctx.props(), &old, &self.told);
        }
        match &self.effects {
            Some((watcher, _)) => watcher.shown(&self.told),
            None => {
                let effects = start(ctx);
                for done in self.early.drain(..) {
                    effects.0.refresh(done);
                }
                self.effects = Some(effects);
            }
        }
    }
}

fn start(ctx: &Context<BatchTaskWidget>) -> (Watcher, Ticks) {
    let link = ctx.link();
    let watcher = Watcher::start(&ctx.props().config(), link.callback(WidgetMessage::Changed));
    let link = link.clone();
    (watcher, clock::tick(move |now_ms| link.send_message(WidgetMessage::Ticked(now_ms))))
}

/// Tells the host what is new on the page, each thing once.
fn tell(props: &BatchTaskWidgetProps, old: &State, new: &State) {
    if let Some(task) = new.task() {
        let is_new = old.task().is_none_or(|old| !Rc::ptr_eq(old, task));
        if is_new {
            props.on_update.emit(Rc::clone(task));
        }
        if task.status.has_ended() && old.task().is_none_or(|old| !old.status.has_ended()) {
            props.on_finish.emit(Rc::clone(task));
        }
    }
    // Two failures in a row may be equal; their count tells them apart.
    if let Some(error) = &new.last_error
        && (new.failures() != old.failures() || old.last_error.is_none())
    {
        props.on_error.emit(Rc::clone(error));
    }
}
