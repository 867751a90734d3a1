//! Draws the whole widget from its [`ViewState`], without effects, so that it renders anywhere.

use std::rc::Rc;

use yew::prelude::*;

use super::copy::copied_on_click;
use super::deferred;
use super::failures::failures;
use super::header::header;
use super::labels::view_name;
use super::markup::{On, Tag, button, code, fragment, tag};
use super::message::{CopyTarget, WidgetMessage};
use super::notice::{notice, warning, wrong_options};
use super::progress::progress;
use super::props::{BatchTaskWidgetProps, Theme};
use super::rows::SubTaskRows;
use super::tabs::tabs;
use super::toolbar::toolbar;
use super::view_state::{LoadState, ViewState};
use crate::error::ErrorClass;
use crate::i18n::{Locale, fill};
use crate::model::BatchTask;
use crate::poll::{Data, Phase};
use crate::view::{format, freshness, notice as notices};

/// The appearance of the widget, as the host sets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Appearance {
    pub(super) theme: Theme,
    pub(super) compact: bool,
    pub(super) wrong_options: AttrValue,
}

impl Appearance {
    pub(super) fn of(props: &BatchTaskWidgetProps) -> Self {
        let BatchTaskWidgetProps { theme, compact, .. } = *props;
        Self { theme, compact, wrong_options: props.wrong_options.clone() }
    }

    fn class(&self) -> &'static str {
        match self.theme {
            Theme::Auto => "batch-task-widget",
            Theme::Light => "batch-task-widget btw-light",
            Theme::Dark => "batch-task-widget btw-dark",
        }
    }
}

/// Draws the widget: header, notice, progress, failures, rows and footer.
pub(super) fn widget(view: &ViewState, appearance: &Appearance) -> Html {
    let (state, locale) = (&view.state, view.locale);
    let task = state.task_with_rows();
    let title = title(task.map(Rc::as_ref), view.batch_id.as_deref(), locale);
    let is_loading = state.data.is_none() && state.last_error.is_none() && state.phase != Phase::Paused;
    let are_wrong = !appearance.wrong_options.is_empty() || !view.wrong_messages.is_empty();
    let other_batch =
        state.task().and_then(|task| notices::other_batch(view.batch_id.as_deref(), task, locale));
    let mut widget =
        tag("section")
            .node_ref(&view.root)
            .class(appearance.class())
            .attr("dir", "ltr")
            .attr("translate", "no")
            .attr("lang", locale.tag())
            .attr("role", "region")
            .attr("aria-label", title.clone())
            .attr("aria-busy", is_loading.then_some("true"))
            .on(On::KeyDown, on_key(view))
            .child(header(view, &title))
            .child(are_wrong.then(|| {
                wrong_options(&format!("{} {}", appearance.wrong_options, view.wrong_messages), locale)
            }))
            .child(error_notice(view))
            .child(other_batch.map(|sentence| warning(locale.title_other_batch, sentence)));
    if view.load_state == LoadState::NotRequested {
        let near = || view.on_press(WidgetMessage::DeferredRequested);
        widget = widget.on(On::PointerOver, near()).on(On::FocusIn, near());
    }
    let summary = view.summary.as_ref().map(|summary| {
        fragment()
            .child(progress(summary, view, appearance.compact))
            .child(failures(view, appearance.compact))
    });
    widget = widget.child(summary);
    widget = match task.filter(|_| !appearance.compact) {
        Some(task) => widget.child(subtasks(view, task, title)),
        None => widget.child((is_loading && task.is_none()).then(|| skeleton(locale))),
    };
    widget
        .child(state.data.as_ref().map(|data| footer(view, data)))
        .child(tag("p").class("btw-hidden").attr("role", "status").child(view.announcer.text().to_owned()))
        .html()
}

/// Returns a handler that focuses the search field by a key. It is called before the default action of the key.
fn on_key(view: &ViewState) -> Callback<Event> {
    let field = view.search_field.clone();
    Callback::from(move |event: Event| {
        if let Some(deferred) = deferred::get() {
            (deferred.search_key)(&event, &field);
        }
    })
}

/// Draws the notice for the last error. Browsers do not say that a request has failed because of the page's origin.
fn error_notice(view: &ViewState) -> Option<Tag> {
    let mut wrong = notices::notice(&view.state, view.locale)?;
    let is_network = view.state.last_error.as_ref().is_some_and(|error| error.class() == ErrorClass::Network);
    if is_network && view.has_opaque_origin {
        wrong.hints.insert(0, view.locale.sandbox_hint.to_owned());
    }
    let locale = view.locale;
    let request_id = |id| copied_on_click(view, CopyTarget::ErrorRequestId, locale.request_id, id);
    Some(notice(&wrong, locale, &request_id, &|control| view.on_control(control)))
}

/// Draws the rows with their tabs and toolbar.
fn subtasks(view: &ViewState, task: &Rc<BatchTask>, title: AttrValue) -> Tag {
    let locale = view.locale;
    let rows = html! {
        <SubTaskRows {locale} task={task.clone()} rows={view.rows.clone()} picks={view.picks} name={title} options={view.options}
            query={view.query.clone()} hits={view.hits.clone()} copying={view.copying} actions={view.actions.clone()}
            task_id={view.task_id.clone()} has_links={view.task_url.is_some()} is_partial={view.state.data.is_none()}
            instance_url={view.instance_url.clone()} now={view.rows_now()} median_ms={view.median_ms} load_state={view.load_state} send={view.send.clone()} root={view.root.clone()} moves={view.moves} is_printed={view.is_printed} />
    };
    let panel = tag("div").attr("role", "tabpanel").attr("aria-label", view_name(view.options.view, locale));
    tag("section")
        .class("btw-subtasks")
        .attr("aria-label", locale.subtasks)
        .child(tabs(view))
        .child(panel.child(toolbar(view, task)).child(rows))
}

fn footer(view: &ViewState, data: &Data) -> Tag {
    let locale = view.locale;
    let request_id = tag("span")
        .class("btw-request-id")
        .attr("part", "request-id")
        .child(locale.request_id)
        .child(" ")
        .child(copied_on_click(
            view,
            CopyTarget::RequestId,
            locale.request_id,
            code(format::truncated(&data.request_id)),
        ));
    let since = freshness::since(&view.state, locale);
    // The absolute time of the data; the header shows it only as a tooltip.
    let as_of = tag("span").class("btw-as-of").attr("part", "freshness").child(since.unwrap_or_default());
    tag("footer").class("btw-footer").child(request_id).child(as_of).child(zone_note(view, &data.content))
}

/// Draws the time zone of all times, and the button that switches it.
fn zone_note(view: &ViewState, task: &BatchTask) -> Tag {
    let locale = view.locale;
    let zone = format::zone(task.task_begin.timestamp(), task.task_end.timestamp(), locale);
    let other = if locale.zone().is_utc() { locale.show_local } else { locale.show_utc };
    let way = || button("btw-link").on_click(view.on_press(WidgetMessage::ZoneToggled)).child(other);
    tag("span")
        .class("btw-zone")
        .child(fill(locale.times_zone, &[("zone", &zone)]))
        .child((!view.local_zone.is_utc()).then(|| fragment().child(" ").child(way())))
}

/// Returns the title: the name of the task, or its ID, or a generic name.
fn title(task: Option<&BatchTask>, asked_for: Option<&str>, locale: Locale) -> AttrValue {
    let names = [task.map(|task| &*task.task_name), task.map(|task| &*task.batch_id), asked_for];
    let name = names.into_iter().flatten().map(str::trim).find(|name| !name.is_empty());
    AttrValue::from(format::truncated(name.unwrap_or(locale.unnamed_task)))
}

/// Draws a placeholder until the first response.
fn skeleton(locale: Locale) -> Tag {
    let bones = ["btw-bone btw-bone-title", "btw-bone btw-bone-bar"].into_iter();
    tag("div")
        .class("btw-skeleton")
        .child(tag("p").class("btw-hidden").child(locale.loading))
        .children(bones.chain([ROW_BONE; 6]).map(|class| tag("div").class(class)))
}

const ROW_BONE: &str = "btw-bone btw-bone-row";
