//! The component that a Yew app uses: watches one batch task, shows it, and tells the host of it.

use std::rc::Rc;

use yew::prelude::*;

use super::extras::{Presence, extras};
use super::props::BatchTaskWidgetProps;
use super::shown::{Copied, Extent, Moment, Shown};
use super::tabs::view_name;
use super::view::{Look, widget};
use crate::effect::clock::{self, Ticks};
use crate::effect::layout::{self, Focus};
use crate::effect::turns::Sliced;
use crate::i18n::{Words, Zone};
use crate::model::BatchTask;
use crate::poll::{News, State};
use crate::view::announce::Announcer;
use crate::view::export::Format;
use crate::view::failures::Failures;
use crate::view::pace::Pace;
use crate::view::search::Hits;
use crate::view::server_clock::ServerClock;
use crate::view::table::ViewOptions;
use crate::watch::{Refreshed, Watcher};

/// What happens to a widget: what the viewer presses, what the host asks for through a
/// [`Scope`](yew::html::Scope), and what the effects tell.
///
/// A host sends [`Refresh`](Self::Refresh), [`Pause`](Self::Pause) and [`Resume`](Self::Resume). One that renders the widget
/// as an app of its own, by `yew::Renderer`, has an `AppHandle`, which gives its scope:
///
/// ```
/// use std::rc::Rc;
///
/// use batch_task_widget::BatchTaskWidget;
/// use batch_task_widget::components::WidgetMessage;
/// use batch_task_widget::error::Error;
/// use yew::Callback;
/// use yew::html::Scope;
///
/// fn ask_now(widget: &Scope<BatchTaskWidget>, tell: Callback<String>) {
///     let done = Callback::from(move |end: Result<(), Rc<Error>>| match end {
///         Ok(()) => tell.emit("the answer is on the page".to_owned()),
///         Err(error) => tell.emit(error.to_string()),
///     });
///     widget.send_message(WidgetMessage::Refresh(done));
/// }
/// ```
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
    /// What may be loaded later is wanted: the viewer is near, or asks for it.
    WantExtras,
    /// It is here, or will not be.
    ExtrasEnded(bool),
    /// The viewer wants a file.
    Export(Format, Extent),
    /// So much of it is written, in percent.
    ExportAdvanced(u32),
    /// It is written, or will not be.
    ExportEnded,
    /// The viewer wants no file any more.
    CancelExport,
    /// The viewer wants to be told of the end, or no longer does.
    AwaitEnd(bool),
    /// The viewer may be notified, or not.
    MayNotify(bool),
    /// The language that is wanted may be here now, or another one is wanted.
    LanguageChanged,
    /// The viewer wants times in UTC, or no longer does.
    ZoneToggled,
    /// The viewer opens or folds the facts of a narrow widget.
    FactsToggled,
    /// Stop asking.
    Pause,
    /// Go on asking.
    Resume,
    /// Ask now; the callback is told the end once it is on the page.
    Refresh(Refreshed),
    /// The viewer wants it to ask now.
    RefreshPressed,
}

/// Shows one batch task, live. See the crate's documentation for an example.
pub struct BatchTaskWidget {
    pub(super) shown: Shown,
    /// What the host has been told of.
    told: Rc<State>,
    /// There from the first time that the widget is on the page.
    pub(super) effects: Option<(Watcher, Ticks)>,
    /// Refreshes that were asked for before that.
    early: Vec<Refreshed>,
    pub(super) grouping: Option<Sliced>,
    pub(super) searching: Option<Sliced>,
    pub(super) exporting: Option<Sliced>,
    /// Where the focus was before the widget is drawn anew.
    focus: Option<Focus>,
}

impl Component for BatchTaskWidget {
    type Message = WidgetMessage;
    type Properties = BatchTaskWidgetProps;

    fn create(ctx: &Context<Self>) -> Self {
        let props = ctx.props();
        let state = props.config().initial_state();
        let shown = Shown {
            words: Words::english(),
            home: Zone::utc(),
            wrong_messages: "",
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
            exporting: None,
            extras: Presence::at_first(),
            waiting: None,
            awaits_end: false,
            is_mute: false,
            copying: None,
            announcer: Announcer::default(),
            send: ctx.link().callback(|message| message),
        };
        Self {
            shown,
            told: state,
            effects: None,
            early: Vec::new(),
            grouping: None,
            searching: None,
            exporting: None,
            focus: None,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, message: WidgetMessage) -> bool {
        self.focus = layout::focus();
        let shown = &mut self.shown;
        let watcher = self.effects.as_ref().map(|(watcher, _)| watcher);
        match (message, watcher) {
            (WidgetMessage::Changed(state), _) => {
                shown.tick(now());
                let old = Rc::clone(&shown.state);
                let is_only_asked = state.only_asks_anew(&old);
                if shown.take(state) {
                    self.group(ctx);
                    self.search_if_asked(ctx, false);
                }
                if let Some(extras) = extras().filter(|_| self.shown.awaits_end) {
                    (extras.tell_end)(self, &old);
                }
                // That it is updating is said at the next second, if it takes so long: most answers come sooner, and one
                // redraw is enough for them.
                if is_only_asked {
                    return false;
                }
            }
            (WidgetMessage::Ticked, _) => shown.tick(now()),
            (WidgetMessage::Picked(options), _) => {
                let old = std::mem::replace(&mut shown.options, options);
                shown.sift();
                if options.view != old.view {
                    shown.note(view_name(options.view, shown.words));
                } else if options.picks_other_rows(&old) {
                    shown.note_rows(0);
                }
                // After a failure, too: whoever picks what takes them asks for them.
                if shown.takes_extras() {
                    self.load_extras(ctx);
                }
                ctx.props().on_options.emit(options);
            }
            (WidgetMessage::Typed(query), _) => {
                shown.query = query.clone();
                self.search_if_asked(ctx, true);
                ctx.props().on_query.emit(query);
            }
            (WidgetMessage::Found(task, hits), _) => return self.found(&task, hits),
            (WidgetMessage::Grouped(task, failures), _) => self.grouped(task, failures),
            (WidgetMessage::OthersToggled, _) => shown.groups_are_open = !shown.groups_are_open,
            (WidgetMessage::Copy(what), _) => {
                match extras() {
                    Some(extras) => (extras.copy)(self, ctx, what),
                    None => self.wait(ctx, WidgetMessage::Copy(what)),
                }
                return false;
            }
            (WidgetMessage::CopyEnded(what, succeeded), _) => {
                shown.tick(now());
                shown.note_copied(what, succeeded);
            }
            (WidgetMessage::WantExtras, _) => self.load_extras(ctx),
            (WidgetMessage::ExtrasEnded(are_here), _) => self.extras_ended(ctx, are_here),
            // The press that asks for a file is one of theirs.
            (WidgetMessage::Export(format, extent), _) => {
                if let Some(extras) = extras() {
                    (extras.export)(self, ctx, format, extent);
                }
            }
            (WidgetMessage::ExportAdvanced(percent), _) => shown.exporting = shown.exporting.map(|_| percent),
            (WidgetMessage::ExportEnded | WidgetMessage::CancelExport, _) => {
                shown.exporting = None;
                self.exporting = None;
            }
            (WidgetMessage::AwaitEnd(awaits_end), _) => match extras() {
                Some(extras) => (extras.await_end)(self, ctx, awaits_end),
                None => self.wait(ctx, WidgetMessage::AwaitEnd(awaits_end)),
            },
            (WidgetMessage::MayNotify(may), _) => shown.is_mute = !may,
            (WidgetMessage::LanguageChanged, _) => self.speak(ctx),
            (WidgetMessage::ZoneToggled, _) => self.change_zone(ctx),
            (WidgetMessage::FactsToggled, _) => shown.facts_are_open = !shown.facts_are_open,
            // What these change comes back as a new state.
            (WidgetMessage::Pause, Some(watcher)) => watcher.pause(),
            (WidgetMessage::Resume, Some(watcher)) => watcher.resume(),
            (WidgetMessage::RefreshPressed, Some(watcher)) => watcher.refresh(Refreshed::noop()),
            (WidgetMessage::Refresh(done), Some(watcher)) => {
                watcher.refresh(done);
                return false;
            }
            (WidgetMessage::Refresh(done), None) => self.early.push(done),
            (WidgetMessage::Pause | WidgetMessage::Resume | WidgetMessage::RefreshPressed, None) => {}
        }
        self.shown.speak();
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
            self.search_if_asked(ctx, false);
        }
        if (&props.lang, &props.time_zone, &props.messages) != (&old.lang, &old.time_zone, &old.messages) {
            self.speak(ctx);
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
        if let Some(focus) = self.focus.take() {
            focus.keep();
        }
        // Who is sent there has no need to come near; and what this widget could not load, another one may have.
        let is_due = match self.shown.extras {
            Presence::Absent => self.shown.takes_extras(),
            Presence::Failed => extras().is_some(),
            Presence::Coming | Presence::Here => false,
        };
        if is_due {
            ctx.link().send_message(WidgetMessage::WantExtras);
        }
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
                // Only now there is sure to be a browser to ask.
                ctx.link().send_message(WidgetMessage::LanguageChanged);
            }
        }
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
