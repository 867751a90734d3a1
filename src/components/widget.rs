//! The component that a Yew app uses. It applies messages to the [`ViewState`], runs the effects, and calls the host back.

mod grouping;
mod locale;
mod search;

use std::rc::Rc;

use web_sys::{Document, Element};
use yew::prelude::*;

use super::actions::ActionChange;
use super::copying::Copying;
use super::deferred::{self, Deferred, ExportProgress};
use super::labels::view_name;
use super::lazy;
use super::message::{CopyOutcome, ExportScope, WidgetMessage};
use super::props::BatchTaskWidgetProps;
use super::typed::TypedQueries;
use super::view::{Appearance, widget};
use super::view_state::{LoadState, Now, ViewState};
use crate::effect::clock::{self, Ticks};
use crate::effect::deferred as loader;
use crate::effect::focus;
use crate::effect::layout;
use crate::effect::notify::{self, PermissionRequest};
use crate::effect::page::{self, PageEvents};
use crate::effect::slices::{SlicedWork, run_in_slices};
use crate::poll::State;
use crate::view::export::Format;
use crate::view::notification::Notified;
use crate::view::table::ViewOptions;
use crate::watch::{EarlyData, Refreshed, Watcher};

/// The progress of an export is drawn each time that it has risen by this much, in percent: a render per step would take
/// longer than the file.
const PROGRESS_PERCENT: u32 = 5;

/// Shows one batch task, live. See the crate's documentation for an example.
pub struct BatchTaskWidget {
    view: ViewState,
    /// The last state that was reported to the host.
    reported: Rc<State>,
    /// The states since then, in order. Yew lets the browser continue between a render and what follows it, so that there can be
    /// several, and the host must not miss one.
    unreported: Vec<Rc<State>>,
    /// Kept until the first render.
    early_data: Option<EarlyData>,
    /// `None` until the first render.
    effects: Option<(Watcher, (Ticks, PageEvents))>,
    /// Refreshes requested before the first render.
    early: Vec<Refreshed>,
    grouping: Option<SlicedWork>,
    searching: Option<SlicedWork>,
    exporting: Option<SlicedWork>,
    copying: Copying,
    /// The viewer's answer has not been read yet.
    permission_request: Option<PermissionRequest>,
    typed: TypedQueries,
    /// Whether the deferred functions are to be loaded when the page is idle.
    awaits_idle: bool,
    /// Whether the toolbar is to be scrolled into view after the next render.
    reveals_toolbar: bool,
    /// The rest of the stylesheet, once it has been added.
    #[cfg(feature = "split")]
    added_styles: Option<web_sys::CssStyleSheet>,
    /// The document that the widget is in; `None` until the first render.
    document: Option<Document>,
}

impl Component for BatchTaskWidget {
    type Message = WidgetMessage;
    type Properties = BatchTaskWidgetProps;

    fn create(ctx: &Context<Self>) -> Self {
        lazy::install_if_linked();
        let props = ctx.props();
        let state = props.config().initial_state();
        let mut view = ViewState::new(Rc::clone(&state), ctx.link().callback(|message| message));
        follow_props(&mut view, props);
        view.options = props.options;
        view.set_query(props.query.clone());
        if let Some(deferred) = deferred::get() {
            view.set_loaded(deferred.arrange, deferred.median_ms, deferred.observe);
        }
        let mut widget = Self {
            view,
            reported: state,
            early_data: None,
            unreported: Vec::new(),
            effects: None,
            early: Vec::new(),
            grouping: None,
            searching: None,
            exporting: None,
            copying: Copying::default(),
            permission_request: None,
            typed: TypedQueries::default(),
            awaits_idle: false,
            reveals_toolbar: false,
            #[cfg(feature = "split")]
            added_styles: None,
            document: None,
        };
        // Otherwise a placeholder would be drawn first. There is a browser, then.
        if let Some(data) = EarlyData::take(&props.config()) {
            widget.apply_locale(ctx);
            widget.set_state(ctx, data.state());
            widget.early_data = Some(data);
        }
        widget
    }

    fn update(&mut self, ctx: &Context<Self>, message: WidgetMessage) -> bool {
        if let Some(root) = self.view.root.cast() {
            focus::keep(&root);
        }
        if matches!(message, WidgetMessage::Ticked) {
            self.follow_document(ctx);
        }
        let view = &mut self.view;
        let watcher = self.effects.as_ref().map(|(watcher, _)| watcher);
        match (message, watcher) {
            // It is drawn already, as early data.
            (WidgetMessage::StateChanged(state), _) if Rc::ptr_eq(&state, &view.state) => return false,
            (WidgetMessage::StateChanged(state), watcher) => {
                // "Updating" is drawn at the next tick, if the request takes that long. Most answers arrive sooner, and then
                // one render is enough.
                if state.is_refetch_after(&view.state) {
                    self.set_state(ctx, state);
                    return false;
                }
                // Only the age of the data differs. The next tick draws that, unless someone waits for the response.
                let is_due = watcher.is_none_or(Watcher::awaits_response) || !state.confirms(&view.state);
                self.unreported.push(Rc::clone(&state));
                self.set_state(ctx, state);
                if !is_due {
                    self.report_all(ctx);
                    return false;
                }
            }
            (WidgetMessage::ActionChanged(key, state), _) => act(ctx, view, Some((key, state))),
            (WidgetMessage::Ticked, watcher) => {
                view.tick(now());
                if !view.actions.pressed.is_empty() {
                    act(ctx, view, None);
                }
                if let Some((watcher, root)) = watcher.zip(view.root.cast()) {
                    watcher.set_rendered(layout::is_rendered(&root));
                    watcher.follow_visibility();
                }
                let state = Rc::clone(&self.view.state);
                self.notify(&state);
            }
            (WidgetMessage::OptionsPicked(options), _) => self.pick_options(ctx, options),
            (WidgetMessage::QueryTyped(query), _) => self.type_query(ctx, query),
            // Writing another text into the field would end the composition.
            (WidgetMessage::QueryComposed(text), _) => {
                view.typed = text;
                return false;
            }
            (WidgetMessage::SearchFinished(task, hits), _) => return self.set_hits(&task, hits),
            (WidgetMessage::GroupingFinished(task, failures), _) => self.set_groups(task, failures),
            (WidgetMessage::GroupsToggled, _) => view.groups_are_open = !view.groups_are_open,
            (WidgetMessage::CopyPressed(target, button), _) => {
                if self.copying.press(view, target, button) {
                    self.load_deferred(ctx);
                }
                return false;
            }
            (WidgetMessage::CopyFinished(target, outcome), _) => {
                view.tick(now());
                view.set_copy_status(target, outcome);
            }
            (WidgetMessage::DeferredRequested, _) => self.load_deferred(ctx),
            (WidgetMessage::DeferredFinished(succeeded), _) => self.deferred_finished(ctx, succeeded),
            // The button for it is itself a deferred part.
            (WidgetMessage::ExportPressed(format, scope), _) => {
                if let Some(deferred) = deferred::get() {
                    self.export(ctx, deferred, format, scope);
                }
            }
            (WidgetMessage::ExportProgressed(percent), _) => view.exporting = view.exporting.map(|_| percent),
            (WidgetMessage::ExportFinished(may_be_blocked), _) => {
                self.end_export();
                self.view.set_export_blocked(may_be_blocked);
            }
            (WidgetMessage::ExportCancelled, _) => self.end_export(),
            (WidgetMessage::AwaitEndToggled(awaits_end), _) => self.await_end(ctx, awaits_end),
            (WidgetMessage::PermissionReceived(permission), _) => view.permission = permission,
            (WidgetMessage::LocaleChanged, _) => self.apply_locale(ctx),
            (WidgetMessage::ZoneToggled, _) => self.toggle_zone(ctx),
            (WidgetMessage::Printed(is_begin), _) => view.is_printed = is_begin,
            (WidgetMessage::TargetClosed, _) => {
                ctx.props().on_task_close.emit(());
                return false;
            }
            (WidgetMessage::FactsToggled, _) => view.facts_are_open = !view.facts_are_open,
            (WidgetMessage::ReloadPressed, _) => {
                page::reload();
                return false;
            }
            // The watcher answers these with a new state.
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
        self.view.update_announcement();
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &BatchTaskWidgetProps) -> bool {
        let props = ctx.props();
        if props.options != old.options && props.options != self.view.options {
            self.view.options = props.options;
            self.view.picks += 1;
            self.view.recompute_rows();
        }
        if props.query != old.query
            && props.query != self.view.query
            && !self.typed.is_echo(&props.query, &self.view.search_field)
        {
            self.view.set_query(props.query.clone());
            self.search(ctx, false);
        }
        if (&props.lang, &props.time_zone, &props.messages) != (&old.lang, &old.time_zone, &old.messages) {
            self.apply_locale(ctx);
        }
        follow_props(&mut self.view, props);
        if let Some((watcher, _)) = &self.effects {
            watcher.configure(&props.config());
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        widget(&self.view, &Appearance::of(ctx.props()))
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        #[cfg(feature = "split")]
        if let Some((deferred, root)) = deferred::get().zip(self.view.root.cast()) {
            (deferred.add_styles)(&root, &mut self.added_styles);
        }
        if std::mem::take(&mut self.reveals_toolbar)
            && let Some((deferred, root)) = deferred::get().zip(self.view.root.cast())
        {
            (deferred.reveal_toolbar)(&root);
        }
        let load_state = self.view.load_state;
        let is_due = match load_state {
            // The host's options can need them before a pointer is over the widget.
            LoadState::NotRequested => self.view.needs_deferred(),
            // Another widget of the page may have succeeded since.
            LoadState::Failed => deferred::get().is_some(),
            LoadState::Loading | LoadState::Loaded => false,
        };
        if is_due {
            ctx.link().send_message(WidgetMessage::DeferredRequested);
        } else if load_state == LoadState::NotRequested && !self.awaits_idle && self.view.state.data.is_some()
        {
            self.awaits_idle = true;
            let link = ctx.link().clone();
            loader::when_idle(move || link.send_message(WidgetMessage::DeferredRequested));
        }
        self.report_all(ctx);
        if !Rc::ptr_eq(&self.reported, &self.view.state) {
            self.report(ctx, Rc::clone(&self.view.state));
        }
        match &self.effects {
            Some((watcher, _)) => watcher.shown(&self.reported),
            None => {
                let effects = start(ctx);
                self.view.has_opaque_origin = page::has_opaque_origin();
                for done in self.early.drain(..) {
                    effects.0.refresh(done);
                }
                self.effects = Some(effects);
                self.follow_document(ctx);
                if self.early_data.take().is_none() {
                    // Before the first render there may be no browser to ask for the viewer's language.
                    ctx.link().send_message(WidgetMessage::LocaleChanged);
                }
            }
        }
    }
}

impl BatchTaskWidget {
    fn set_state(&mut self, ctx: &Context<Self>, state: Rc<State>) {
        self.view.tick(now());
        let old = Rc::clone(&self.view.state);
        if self.view.set_state(state) {
            self.group(ctx);
            self.search(ctx, false);
        }
        self.notify(&old);
    }

    fn report_all(&mut self, ctx: &Context<Self>) {
        for state in std::mem::take(&mut self.unreported) {
            self.report(ctx, state);
        }
    }

    /// Calls the host's callbacks for what is new in `state` since the last report.
    fn report(&mut self, ctx: &Context<Self>, state: Rc<State>) {
        let old = std::mem::replace(&mut self.reported, state);
        ctx.props().report(&old, &self.reported);
    }

    /// Adapts to the document that the widget is in: a host can move it to another window or into a frame.
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
            self.view.moves += 1;
            ctx.props().on_move.emit(());
        }
    }

    fn pick_options(&mut self, ctx: &Context<Self>, options: ViewOptions) {
        let view = &mut self.view;
        let old = std::mem::replace(&mut view.options, options);
        view.recompute_rows();
        self.reveals_toolbar = options.reason.is_some() && options.reason != old.reason;
        if options.view != old.view {
            view.announce(view_name(options.view, view.locale));
        } else if options.picks_other_rows(&old) {
            view.picks += 1;
            view.announce_rows(0, None);
        }
        // After a failure, too: picking such an option is a request to try again.
        if view.needs_deferred() {
            self.load_deferred(ctx);
        }
        ctx.props().on_options.emit(options);
    }

    /// Writes a file of the current task in slices, and saves it.
    fn export(
        &mut self,
        ctx: &Context<Self>,
        deferred: &'static Deferred,
        format: Format,
        scope: ExportScope,
    ) {
        let Some(mut job) = (deferred.export)(&self.view, format, scope) else { return };
        let (link, mut drawn) = (ctx.link().clone(), 0);
        self.view.start_export();
        self.exporting = Some(run_in_slices(move || match job() {
            ExportProgress::Finished(file) => {
                link.send_message(WidgetMessage::ExportFinished((deferred.save)(&file)));
                true
            }
            ExportProgress::Percent(percent) => {
                if percent >= drawn + PROGRESS_PERCENT {
                    drawn = percent;
                    link.send_message(WidgetMessage::ExportProgressed(percent));
                }
                false
            }
        }));
    }

    fn end_export(&mut self) {
        self.view.exporting = None;
        self.exporting = None;
    }

    /// Turns the notification at the end of the task on or off. The browser's permission is requested only here, during the
    /// press.
    fn await_end(&mut self, ctx: &Context<Self>, awaits_end: bool) {
        let Some((watcher, _)) = &self.effects else { return };
        (self.view.awaits_end, self.view.notified) = (awaits_end, Notified::default());
        watcher.await_end(awaits_end);
        if awaits_end {
            self.permission_request = Some(notify::request_permission());
            self.load_deferred(ctx);
            self.read_permission();
        }
    }

    /// Has the answer of the viewer read, once the deferred functions are loaded.
    fn read_permission(&mut self) {
        if let Some(deferred) = deferred::get()
            && let Some(request) = self.permission_request.take()
        {
            (deferred.read_permission)(request, self.view.send.clone());
        }
    }

    /// If the viewer waits for the end of the task, shows a notification of what has happened since `old`, or holds now.
    fn notify(&mut self, old: &State) {
        let Some(deferred) = deferred::get().filter(|_| self.view.awaits_end) else { return };
        (deferred.notify)(&mut self.view, old);
        if self.view.state.has_ended() {
            self.view.awaits_end = false;
            if let Some((watcher, _)) = &self.effects {
                watcher.await_end(false);
            }
        }
    }

    /// Loads the deferred functions, unless they are loaded or being loaded.
    fn load_deferred(&mut self, ctx: &Context<Self>) {
        match self.view.load_state {
            LoadState::Loaded | LoadState::Loading => {}
            // Another widget of the page has loaded them.
            _ if deferred::get().is_some() => self.deferred_finished(ctx, true),
            _ => {
                self.view.load_state = LoadState::Loading;
                let link = ctx.link().clone();
                loader::load(move |succeeded| link.send_message(WidgetMessage::DeferredFinished(succeeded)));
            }
        }
    }

    fn deferred_finished(&mut self, ctx: &Context<Self>, succeeded: bool) {
        if let Some(deferred) = deferred::get().filter(|_| succeeded) {
            self.view.set_loaded(deferred.arrange, deferred.median_ms, deferred.observe);
            self.view.recompute_rows();
            self.search(ctx, false);
            self.copying.finish(&self.view, deferred);
            self.read_permission();
            return;
        }
        self.view.load_state = LoadState::Failed;
        if let Some(target) = self.copying.cancel() {
            ctx.link().send_message(WidgetMessage::CopyFinished(target, CopyOutcome::Failed));
        } else if self.view.awaits_end || self.view.needs_deferred() {
            self.view.announce(self.view.locale.part_failed);
        }
    }
}

/// Copies what is drawn as the host has set it.
fn follow_props(view: &mut ViewState, props: &BatchTaskWidgetProps) {
    view.batch_id = props.batch_id.clone();
    view.task_id = props.task_id.clone();
    view.task_url = props.task_url.clone();
    view.page_url = props.page_url.clone();
    view.instance_url = props.instance_url.clone();
    view.is_redacted = props.redact;
    view.actions.offered = Rc::clone(&props.actions);
}

/// Changes the state of a button of the host. Without the deferred functions there are no such buttons.
#[inline(never)]
fn act(ctx: &Context<BatchTaskWidget>, view: &mut ViewState, change: Option<ActionChange>) {
    if let Some(deferred) = deferred::get() {
        view.tick(now());
        (deferred.act)(view, change, &ctx.props().on_action);
    }
}

fn now() -> Now {
    Now { unix_ms: clock::now_ms(), monotonic_ms: clock::monotonic_ms() as u64 }
}

fn start(ctx: &Context<BatchTaskWidget>) -> (Watcher, (Ticks, PageEvents)) {
    let link = ctx.link();
    let watcher = Watcher::start(&ctx.props().config(), link.callback(WidgetMessage::StateChanged));
    let (ticked, printed) = (link.clone(), link.clone());
    let ticks = clock::tick(move |_| ticked.send_message(WidgetMessage::Ticked));
    let prints = page::watch_prints(move |is_begin| printed.send_message(WidgetMessage::Printed(is_begin)));
    (watcher, (ticks, prints))
}
