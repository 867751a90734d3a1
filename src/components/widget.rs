//! The component that a Yew app uses: watches one batch task, shows it, and tells the host of it.

use std::rc::Rc;

use yew::prelude::*;

use super::props::BatchTaskWidgetProps;
use super::shown::{Copied, Grouped, Moment, Shown};
use super::view::{Look, widget};
use crate::effect::clipboard;
use crate::effect::clock::{self, Ticks};
use crate::effect::turns::{Sliced, in_slices};
use crate::model::{BatchTask, StatusBucket};
use crate::poll::{News, State};
use crate::view::failures::{Failures, Grouping};
use crate::view::pace::Pace;
use crate::view::search::{Hits, Search};
use crate::view::server_clock::ServerClock;
use crate::view::table::ViewOptions;
use crate::watch::{Refreshed, Watcher};

/// What happens to a widget: what the viewer presses, what the host asks for through a
/// [`Scope`](yew::html::Scope), and what the effects tell.
#[derive(Clone, Debug)]
pub enum WidgetMessage {
    /// There is a new state.
    Changed(Rc<State>),
    /// A second has passed.
    Ticked,
    /// The viewer picked another filter, group, sort or choice of columns.
    Picked(ViewOptions),
    /// The viewer typed this into the search field.
    Typed(AttrValue),
    /// A search has ended, in this task.
    Found(Rc<BatchTask>, Hits),
    /// The failures of this task have been grouped.
    Grouped(Rc<BatchTask>, Failures),
    /// The viewer opens or folds the less frequent reasons.
    OthersToggled,
    /// The viewer copies something.
    Copy(Copied),
    /// That has been copied, or not.
    CopyEnded(Copied, bool),
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
    grouping: Option<Sliced>,
    searching: Option<Sliced>,
}

/// A task of so many rows is searched and grouped at once; a larger one in slices.
const AT_ONCE_ROWS: usize = 2_000;
/// How many rows a slice looks at before it looks at the clock: less than a millisecond's worth.
const STEP_ROWS: u32 = 250;

impl Component for BatchTaskWidget {
    type Message = WidgetMessage;
    type Properties = BatchTaskWidgetProps;

    fn create(ctx: &Context<Self>) -> Self {
        let props = ctx.props();
        let state = props.config().initial_state();
        let shown = Shown {
            state: Rc::clone(&state),
            batch_id: props.batch_id.clone(),
            instance_url: props.instance_url.clone(),
            summary: None,
            options: props.options,
            query: props.query.clone(),
            hits: Hits::default(),
            grouped: None,
            rows: Rc::default(),
            // Known once there is a browser to ask; nothing is shown before that depends on it.
            now: Moment::default(),
            pace: Pace::new(),
            server_clock: ServerClock::new(),
            facts_are_open: false,
            groups_are_open: false,
            copying: None,
            send: ctx.link().callback(|message| message),
        };
        Self { shown, told: state, effects: None, early: Vec::new(), grouping: None, searching: None }
    }

    fn update(&mut self, ctx: &Context<Self>, message: WidgetMessage) -> bool {
        let shown = &mut self.shown;
        let watcher = self.effects.as_ref().map(|(watcher, _)| watcher);
        match (message, watcher) {
            (WidgetMessage::Changed(state), _) => {
                shown.tick(now());
                if shown.take(state) {
                    self.group(ctx);
                    self.search(ctx, Search::new(&self.shown.query));
                }
            }
            (WidgetMessage::Ticked, _) => shown.tick(now()),
            (WidgetMessage::Picked(options), _) => {
                shown.options = options;
                shown.sift();
                ctx.props().on_options.emit(options);
            }
            (WidgetMessage::Typed(query), _) => {
                // The hits are of this task unless a search is under way.
                let is_current = self.searching.is_none();
                let search =
                    if is_current { Search::after(&shown.hits, &query) } else { Search::new(&query) };
                shown.query = query.clone();
                self.search(ctx, search);
                ctx.props().on_query.emit(query);
            }
            (WidgetMessage::Found(task, hits), _) => return self.found(&task, hits),
            (WidgetMessage::Grouped(task, failures), _) => self.grouped(task, failures),
            (WidgetMessage::OthersToggled, _) => shown.groups_are_open = !shown.groups_are_open,
            (WidgetMessage::Copy(what), _) => {
                if let Some(text) = shown.text_of(what) {
                    let link = ctx.link().clone();
                    clipboard::copy(text, move |succeeded| {
                        link.send_message(WidgetMessage::CopyEnded(what, succeeded));
                    });
                }
                return false;
            }
            (WidgetMessage::CopyEnded(what, succeeded), _) => {
                shown.tick(now());
                shown.note_copied(what, succeeded);
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

    fn changed(&mut self, ctx: &Context<Self>, old: &BatchTaskWidgetProps) -> bool {
        let props = ctx.props();
        if props.options != old.options && props.options != self.shown.options {
            self.shown.options = props.options;
            self.shown.sift();
        }
        if props.query != old.query && props.query != self.shown.query {
            self.shown.query = props.query.clone();
            self.search(ctx, Search::new(&props.query));
        }
        self.shown.batch_id = props.batch_id.clone();
        self.shown.instance_url = props.instance_url.clone();
        if let Some((watcher, _)) = &self.effects {
            watcher.configure(&props.config());
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        widget(&self.shown, &Look::of(ctx.props()))
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

impl BatchTaskWidget {
    /// Groups the failures of the task: at once if that is quick, else in slices, and what is shown stays until then.
    fn group(&mut self, ctx: &Context<Self>) {
        self.grouping = None;
        let Some(task) = self.shown.state.task().cloned() else {
            self.shown.grouped = None;
            return;
        };
        let has_failed = task.sub_tasks.counts().get(StatusBucket::Failed) > 0;
        if !has_failed || task.sub_tasks.len() <= AT_ONCE_ROWS {
            let failures = if has_failed { Failures::of(&task.sub_tasks) } else { Failures::default() };
            return self.grouped(task, failures);
        }
        let (link, mut grouping) = (ctx.link().clone(), Grouping::new());
        self.grouping = Some(in_slices(move || {
            let is_done = grouping.step(&task.sub_tasks, STEP_ROWS);
            if is_done {
                let failures = std::mem::take(&mut grouping).finish();
                link.send_message(WidgetMessage::Grouped(Rc::clone(&task), failures));
            }
            is_done
        }));
    }

    fn grouped(&mut self, task: Rc<BatchTask>, failures: Failures) {
        self.shown.grouped = Some(Rc::new(Grouped::new(task, failures)));
        if self.shown.options.group.is_some() {
            self.shown.sift();
        }
    }

    /// Searches the task, like [`group`](Self::group).
    fn search(&mut self, ctx: &Context<Self>, mut search: Search) {
        self.searching = None;
        let Some(task) = self.shown.state.task().cloned() else { return };
        // Whoever searches for nothing has found it at once, however large the task is.
        let budget = if task.sub_tasks.len() <= AT_ONCE_ROWS { u32::MAX } else { 0 };
        if search.step(&task.sub_tasks, budget) {
            self.found(&task, search.finish());
            return;
        }
        let link = ctx.link().clone();
        self.searching = Some(in_slices(move || {
            let is_done = search.step(&task.sub_tasks, STEP_ROWS);
            if is_done {
                let hits = std::mem::take(&mut search).finish();
                link.send_message(WidgetMessage::Found(Rc::clone(&task), hits));
            }
            is_done
        }));
    }

    /// Takes over what was found; whether that shows anything new.
    fn found(&mut self, task: &Rc<BatchTask>, hits: Hits) -> bool {
        // A search that ended just before its task was replaced found the rows of another.
        if !self.shown.state.task().is_some_and(|current| Rc::ptr_eq(current, task)) {
            return false;
        }
        self.searching = None;
        let is_new = hits != self.shown.hits;
        if is_new {
            self.shown.hits = hits;
            self.shown.sift();
        }
        is_new
    }
}

fn now() -> Moment {
    Moment { unix_ms: clock::now_ms(), steady_ms: clock::monotonic_ms() as u64 }
}

fn start(ctx: &Context<BatchTaskWidget>) -> (Watcher, Ticks) {
    let link = ctx.link();
    let watcher = Watcher::start(&ctx.props().config(), link.callback(WidgetMessage::Changed));
    let link = link.clone();
    (watcher, clock::tick(move |_| link.send_message(WidgetMessage::Ticked)))
}

/// Tells the host what is new on the page, each thing once.
fn tell(props: &BatchTaskWidgetProps, old: &State, new: &Rc<State>) {
    let News { answered, is_changed, is_finished, failed, .. } = News::of(old, new);
    if let Some(task) = answered {
        if is_changed {
            props.on_update.emit(Rc::clone(&task));
        }
        if is_finished {
            props.on_finish.emit(task);
        }
    }
    if let Some(error) = failed {
        props.on_error.emit(error);
    }
    props.on_state.emit(Rc::clone(new));
}
