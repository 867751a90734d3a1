//! The component that a Yew app uses. It applies messages to the [`ListState`], runs the effects, and calls the host back.

use std::rc::Rc;

use web_sys::{Document, Element};
use yew::prelude::*;

use super::message::ListMessage;
use super::props::BatchTaskListProps;
use super::state::ListState;
use super::view::list;
use crate::components::view_state::Now;
use crate::effect::clock::{self, Ticks};
use crate::effect::languages::{self, Loaded};
use crate::effect::{focus, layout, page};
use crate::i18n::{ListMessages, Locale, Messages, Zone};
use crate::list::{BatchPage, ListLocale, ListQuery};
use crate::poll::State;
#[cfg(feature = "page")]
use crate::watch::EarlyData;
use crate::watch::{Refreshed, Watcher};

/// Shows the batches, live, by pages, with filters. See the crate's documentation for an example.
pub struct BatchTaskList {
    view: ListState,
    /// Kept until the first render. Only the page has data for a list before it.
    #[cfg(feature = "page")]
    early_data: Option<EarlyData<ListQuery>>,
    /// The last state that was reported to the host.
    reported: Rc<State<BatchPage>>,
    /// The states since then, in order.
    unreported: Vec<Rc<State<BatchPage>>>,
    /// `None` until the first render.
    effects: Option<(Watcher<ListQuery>, Ticks)>,
    /// Refreshes requested before the first render.
    early: Vec<Refreshed>,
    /// The document that the list is in; `None` until the first render.
    document: Option<Document>,
}

impl Component for BatchTaskList {
    type Message = ListMessage;
    type Properties = BatchTaskListProps;

    fn create(ctx: &Context<Self>) -> Self {
        let props = ctx.props();
        let state = props.config(&props.query).initial_state();
        let send = ctx.link().callback(|message| message);
        let mut view = ListState::new(Rc::clone(&state), props.query.clone(), send);
        follow_props(&mut view, props);
        let list = Self {
            view,
            #[cfg(feature = "page")]
            early_data: None,
            reported: state,
            unreported: Vec::new(),
            effects: None,
            early: Vec::new(),
            document: None,
        };
        #[cfg(feature = "page")]
        let list = list.with_early_data(ctx);
        list
    }

    fn update(&mut self, ctx: &Context<Self>, message: ListMessage) -> bool {
        if let Some(root) = self.view.root.cast() {
            focus::keep(&root);
        }
        let watcher = self.effects.as_ref().map(|(watcher, _)| watcher);
        match (message, watcher) {
            // It is drawn already, as early data.
            (ListMessage::StateChanged(state), _) if Rc::ptr_eq(&state, &self.view.state) => return false,
            (ListMessage::StateChanged(state), _) => {
                self.view.now = now();
                // "Updating" is drawn at the next tick, if the request takes that long.
                if state.is_refetch_after(&self.view.state) {
                    self.view.set_state(state);
                    return false;
                }
                self.unreported.push(Rc::clone(&state));
                self.view.set_state(state);
            }
            (ListMessage::Ticked, _) => self.tick(ctx),
            (ListMessage::QueryPicked(query), _) => {
                if query == self.view.query {
                    return false;
                }
                self.apply_query(ctx, query.clone());
                ctx.props().on_query.emit(query);
            }
            (ListMessage::LocaleChanged, _) => self.apply_locale(ctx),
            (ListMessage::ReloadPressed, _) => {
                page::reload();
                return false;
            }
            // The watcher answers these with a new state.
            (ListMessage::Pause, Some(watcher)) => watcher.pause(),
            (ListMessage::Resume, Some(watcher)) => watcher.resume(),
            (ListMessage::RefreshPressed, Some(watcher)) => watcher.refresh(Refreshed::noop()),
            (ListMessage::Refresh(done), Some(watcher)) => {
                watcher.refresh(done);
                return false;
            }
            (ListMessage::Refresh(done), None) => self.early.push(done),
            (ListMessage::Pause | ListMessage::Resume | ListMessage::RefreshPressed, None) => {}
        }
        self.view.announcer.update_actions(self.view.now.monotonic_ms, self.view.locale.shared);
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &BatchTaskListProps) -> bool {
        let props = ctx.props();
        if (&props.lang, &props.time_zone, &props.messages) != (&old.lang, &old.time_zone, &old.messages) {
            self.apply_locale(ctx);
        }
        follow_props(&mut self.view, props);
        if props.query != old.query && props.query != self.view.query {
            self.apply_query(ctx, props.query.clone());
        } else {
            self.watch(ctx);
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        list(&self.view, ctx.props().theme, &ctx.props().wrong_options)
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        for state in std::mem::take(&mut self.unreported) {
            self.report(ctx, state);
        }
        if !Rc::ptr_eq(&self.reported, &self.view.state) {
            self.report(ctx, Rc::clone(&self.view.state));
        }
        match &self.effects {
            Some((watcher, _)) => watcher.shown(&self.reported),
            None => {
                let effects = self.start(ctx);
                self.view.has_opaque_origin = page::has_opaque_origin();
                for done in self.early.drain(..) {
                    effects.0.refresh(done);
                }
                self.effects = Some(effects);
                self.follow_document(ctx);
                #[cfg(feature = "page")]
                drop(self.early_data.take());
                // Before the first render there may be no browser to ask for the viewer's language.
                ctx.link().send_message(ListMessage::LocaleChanged);
            }
        }
    }
}

impl BatchTaskList {
    /// Begins with the data that is there already: otherwise a placeholder would be drawn first. There is a browser, then.
    #[cfg(feature = "page")]
    fn with_early_data(mut self, ctx: &Context<Self>) -> Self {
        let props = ctx.props();
        self.early_data = EarlyData::take(&props.config(&props.query));
        if let Some(data) = &self.early_data {
            let state = data.state();
            self.apply_locale(ctx);
            self.view.now = now();
            self.view.set_state(state);
        }
        self
    }

    fn start(&self, ctx: &Context<Self>) -> (Watcher<ListQuery>, Ticks) {
        let link = ctx.link();
        let config = ctx.props().config(&self.view.query);
        let watcher = Watcher::start(&config, link.callback(ListMessage::StateChanged));
        let ticked = link.clone();
        (watcher, clock::tick(move |_| ticked.send_message(ListMessage::Ticked)))
    }

    fn report(&mut self, ctx: &Context<Self>, state: Rc<State<BatchPage>>) {
        let old = std::mem::replace(&mut self.reported, state);
        ctx.props().report(&old, &self.reported);
    }

    fn tick(&mut self, ctx: &Context<Self>) {
        self.follow_document(ctx);
        self.view.now = now();
        if let Some((watcher, _)) = &self.effects {
            watcher.follow_visibility();
            if let Some(root) = self.view.root.cast() {
                watcher.set_rendered(layout::is_rendered(&root));
            }
        }
    }

    /// Asks for other batches. The rows stay until they are there.
    fn apply_query(&mut self, ctx: &Context<Self>, query: ListQuery) {
        self.view.now = now();
        self.view.set_query(query);
        let is_paused = self.view.state.pause_reasons.viewer;
        self.watch(ctx);
        // A paused list still shows what the viewer picks.
        if let Some((watcher, _)) = self.effects.as_ref().filter(|_| is_paused) {
            watcher.refresh(Refreshed::noop());
        }
    }

    fn watch(&self, ctx: &Context<Self>) {
        if let Some((watcher, _)) = &self.effects {
            watcher.configure(&ctx.props().config(&self.view.query));
        }
    }

    /// Adapts to the document that the list is in: a host can move it to another window or into a frame.
    fn follow_document(&mut self, ctx: &Context<Self>) {
        let Some(document) = self.view.root.cast::<Element>().and_then(|root| root.owner_document()) else {
            return;
        };
        if self.document.as_ref() == Some(&document) {
            return;
        }
        if let Some((watcher, _)) = &self.effects {
            watcher.set_document(&document);
        }
        if self.document.replace(document).is_some() {
            ctx.props().on_move.emit(());
        }
    }

    /// Switches to the language and the time zone that the properties ask for. Until both catalogues of the language are loaded, the
    /// texts stay as they are.
    fn apply_locale(&mut self, ctx: &Context<Self>) {
        let props = ctx.props();
        let (language, tag) = languages::choose(props.lang.as_deref());
        let zone = props.time_zone.as_deref().and_then(Zone::named).unwrap_or_else(Zone::local);
        let (view, overrides) = (&mut self.view, props.messages.as_ref());
        view.locale.shared = view.locale.shared.with_zone(&zone);
        let shared: Option<Loaded<Messages>> = languages::loaded(language, overrides);
        let list: Option<Loaded<ListMessages>> = languages::loaded(language, overrides);
        let done = || {
            let link = ctx.link().clone();
            move || link.send_message(ListMessage::LocaleChanged)
        };
        if shared.is_none() {
            languages::load::<Messages>(language, props.messages.clone(), done());
        }
        if list.is_none() {
            languages::load::<ListMessages>(language, props.messages.clone(), done());
        }
        let Some((shared, list)) = shared.zip(list) else { return };
        view.locale = ListLocale { shared: Locale::new(shared.messages, &tag, &zone), list: list.messages };
        // The file of the list knows the names of both catalogues.
        if view.wrong_messages != list.wrong {
            view.wrong_messages = list.wrong;
            props.on_wrong_messages.emit(list.wrong);
        }
    }
}

/// Copies what is drawn as the host has set it.
fn follow_props(view: &mut ListState, props: &BatchTaskListProps) {
    view.batch_url.clone_from(&props.batch_url);
    view.on_open.clone_from(&props.on_open);
}

fn now() -> Now {
    Now { unix_ms: clock::now_ms(), monotonic_ms: clock::monotonic_ms() as u64 }
}
