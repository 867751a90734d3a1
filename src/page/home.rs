//! The part of the page without a batch ID that is below the form: the list of batches or, if there is none, one line that says why and
//! the batches that were opened last in this browser.
//!
//! It is in the second wasm file, and reached through the table in `lazy.rs` only.

use std::rc::Rc;

use gloo_events::EventListener;
use yew::prelude::*;

use super::query::list_changes;
use super::recent::{self, Names, RecentBatch};
use super::{browser, links};
use crate::components::markup::{Tag, button, code, tag};
use crate::components::{BatchTaskList, DEFAULT_LIST_INTERVAL_MS};
use crate::effect::{focus, languages, styles};
use crate::error::{Error, ErrorClass};
use crate::i18n::{Catalogue as _, ListMessages, Locale};
use crate::list::{BatchPage, ListQuery, NOT_ALLOWED};
use crate::poll::State;
use crate::view::format::truncated;

/// The stylesheets that the page does not link: the rest of the widget's, that of the list, and that of the line in place of it and
/// of the recent batches.
pub(crate) const STYLES: &[&str] = &[
    #[cfg(any(feature = "split", feature = "prerender"))]
    crate::styles::LATER,
    crate::LIST_STYLES,
    include_str!("../../static/home.css"),
];

/// Properties of [`Home`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct HomeProps {
    /// The URL of the list. Empty if there is none.
    pub(super) endpoint: AttrValue,
    /// The tag of the requested language.
    pub(super) lang: AttrValue,
    /// The time zone of the URL.
    pub(super) time_zone: Option<AttrValue>,
    /// The interval of the URL, in milliseconds.
    pub(super) interval_ms: Option<u32>,
    pub(super) names: Names,
    pub(super) locale: Locale,
}

/// Draws what is below the form.
pub(super) fn home(props: HomeProps) -> Html {
    html! { <Home ..props /> }
}

/// Messages of [`Home`].
pub(super) enum HomeMessage {
    /// The viewer picked other filters or another page.
    QueryPicked(ListQuery),
    /// The viewer went back or forward in the history.
    HistoryMoved,
    /// The data or the activity of the list's poller has changed.
    StateChanged(Rc<State<BatchPage>>),
    /// The viewer asked for the list again.
    RetryPressed,
    /// A language of the list has been loaded.
    LanguageLoaded,
    /// Another page of this browser may have opened a batch.
    RecentChanged,
    /// The viewer cleared the list of recent batches.
    RecentCleared,
}

/// The list, and what replaces it.
pub(super) struct Home {
    root: NodeRef,
    query: ListQuery,
    /// Whether the list has an error and no data.
    has_failed: bool,
    /// Why there is no list.
    refusal: Option<Refusal>,
    recent: Vec<RecentBatch>,
    messages: &'static ListMessages,
    _listeners: [Option<EventListener>; 3],
}

impl Component for Home {
    type Message = HomeMessage;
    type Properties = HomeProps;

    fn create(ctx: &Context<Self>) -> Self {
        for css in STYLES {
            styles::add_to_document(css);
        }
        let on = |message: fn() -> HomeMessage| {
            let link = ctx.link().clone();
            move || link.send_message(message())
        };
        let mut home = Self {
            root: NodeRef::default(),
            query: ListQuery::read(browser::query_parameter),
            has_failed: false,
            refusal: None,
            recent: recent::read(ctx.props().names),
            messages: ListMessages::english(),
            _listeners: [
                browser::on_history(on(|| HomeMessage::HistoryMoved)),
                browser::on_window("storage", on(|| HomeMessage::RecentChanged)),
                // The page can be shown again as it was, after a batch that was opened from it.
                browser::on_window("pageshow", on(|| HomeMessage::RecentChanged)),
            ],
        };
        home.apply_language(ctx);
        home
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &HomeProps) -> bool {
        if ctx.props().lang != old.lang {
            self.apply_language(ctx);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: HomeMessage) -> bool {
        if let Some(root) = self.root.cast() {
            focus::keep_within(&root);
        }
        match message {
            HomeMessage::QueryPicked(query) => {
                browser::set_query_parameters(&list_changes(&self.query, &query), true);
                self.query = query;
            }
            HomeMessage::HistoryMoved => self.query = ListQuery::read(browser::query_parameter),
            HomeMessage::StateChanged(state) => {
                let error = error_without_data(&state);
                let new = (error.and_then(Refusal::of), error.is_some());
                if new == (self.refusal.clone(), self.has_failed) {
                    return false;
                }
                (self.refusal, self.has_failed) = new;
            }
            HomeMessage::LanguageLoaded => self.apply_language(ctx),
            HomeMessage::RetryPressed => (self.refusal, self.has_failed) = (None, false),
            HomeMessage::RecentChanged => {
                let recent = recent::read(ctx.props().names);
                return std::mem::replace(&mut self.recent, recent) != self.recent;
            }
            HomeMessage::RecentCleared => {
                recent::clear();
                self.recent.clear();
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let has_list = !ctx.props().endpoint.is_empty();
        let list = match &self.refusal {
            Some(refusal) => {
                let on_retry = ctx.link().callback(|_| HomeMessage::RetryPressed);
                refusal.note(self.messages, ctx.props().locale, on_retry).html()
            }
            None if has_list => self.list(ctx),
            None => Html::default(),
        };
        let offers_recent = !self.recent.is_empty() && (self.has_failed || !has_list);
        below(list).node_ref(&self.root).child(offers_recent.then(|| self.recent(ctx))).html()
    }
}

impl Home {
    /// Switches to the language of the page once it is loaded.
    fn apply_language(&mut self, ctx: &Context<Self>) {
        let (language, _) = languages::choose(Some(&ctx.props().lang));
        match languages::loaded::<ListMessages>(language, None) {
            Some(loaded) => self.messages = loaded.messages,
            None => {
                let link = ctx.link().clone();
                let done = move || link.send_message(HomeMessage::LanguageLoaded);
                languages::load::<ListMessages>(language, None, done);
            }
        }
    }

    fn list(&self, ctx: &Context<Self>) -> Html {
        let HomeProps { endpoint, lang, time_zone, interval_ms, names, .. } = ctx.props().clone();
        html! {
            <BatchTaskList {endpoint} {lang} {time_zone} interval_ms={interval_ms.unwrap_or(DEFAULT_LIST_INTERVAL_MS)}
                redact={names == Names::Left} query={self.query.clone()} batch_url={links::batch_pattern().map(AttrValue::from)}
                on_query={ctx.link().callback(HomeMessage::QueryPicked)} on_state={ctx.link().callback(HomeMessage::StateChanged)} />
        }
    }

    /// Draws the batches that were opened in this browser.
    fn recent(&self, ctx: &Context<Self>) -> Tag {
        let clear = button("btw-link").on_click(ctx.link().callback(|_| HomeMessage::RecentCleared));
        let header = tag("header")
            .class("page-recent-header")
            .child(tag("h2").class("btw-title").attr("id", "page-recent").label(self.messages.recent_batches))
            .child(clear.label(self.messages.clear_recent));
        tag("section")
            .class("batch-task-widget page-recent")
            .attr("aria-labelledby", "page-recent")
            .child(header)
            .child(tag("ul").children(self.recent.iter().map(entry)))
    }
}

/// Draws a batch with a link to its page.
fn entry(batch: &RecentBatch) -> Tag {
    let RecentBatch { batch_id, task_name } = batch;
    let link = tag("a").attr("href", links::to_batch(batch_id)).attr("translate", "no");
    let item = tag("li").key(batch_id);
    if task_name.is_empty() {
        return item.child(link.child(code(batch_id.clone())));
    }
    item.child(link.child(truncated(task_name)))
        .child(" ")
        .child(code(batch_id.clone()).attr("translate", "no"))
}

/// Draws the element below the form, with the list or what replaces it.
fn below(list: Html) -> Tag {
    tag("div").class("page-below").attr("tabindex", "-1").child(list)
}

/// Draws what is below the form as it is after the first response. `list` draws the list.
#[cfg(feature = "prerender")]
pub(crate) fn below_at_first(
    state: &State<BatchPage>,
    messages: &ListMessages,
    locale: Locale,
    list: impl FnOnce() -> Html,
) -> Tag {
    match error_without_data(state).and_then(Refusal::of) {
        Some(refusal) => below(refusal.note(messages, locale, Callback::noop()).html()),
        None => below(list()),
    }
}

fn error_without_data(state: &State<BatchPage>) -> Option<&Error> {
    state.last_error.as_deref().filter(|_| state.data.is_none())
}

/// Why the page shows no list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    /// The proxy does not offer it.
    Off,
    /// There is nothing at the URL of the list.
    Missing,
    /// The API or the proxy refuses it, with this message.
    Refused(String),
}

impl Refusal {
    /// Returns the reason of an error that stays until somebody changes the configuration. Other errors are the list's own to
    /// show.
    fn of(error: &Error) -> Option<Self> {
        match (error.code(), error.class()) {
            (NOT_ALLOWED, _) => Some(Self::Off),
            (_, ErrorClass::Endpoint) => Some(Self::Missing),
            (_, ErrorClass::Permission) => Some(Self::Refused(error.message().to_owned())),
            _ => None,
        }
    }

    /// Draws the line in place of the list.
    fn note(&self, messages: &ListMessages, locale: Locale, on_retry: Callback<Event>) -> Tag {
        let (title, detail) = match self {
            Self::Off => (messages.title_list_off, messages.list_off_hint),
            Self::Missing => (messages.title_list_off, ""),
            Self::Refused(message) => (messages.title_list_refused, message.as_str()),
        };
        let text = match detail {
            "" => title.to_owned(),
            detail => [title, &truncated(detail)].join(locale.full_stop),
        };
        let retry = button("btw-link").on_click(on_retry);
        let line = tag("p").class("page-note").child(tag("span").label(text));
        tag("section").class("batch-task-widget").child(line.child(retry.label(locale.try_again)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::decode_api_error;

    #[test]
    fn only_errors_that_stay_replace_the_list() {
        let refused = Some(Refusal::Refused("no".to_owned()));
        for (code, status, expected) in [
            ("Proxy.ListNotAllowed", 403, Some(Refusal::Off)),
            ("InvalidAction.NotFound", 404, Some(Refusal::Missing)),
            ("", 404, Some(Refusal::Missing)),
            ("Forbidden.RAM", 403, refused),
            ("Proxy.Unauthorized", 401, None),
            ("Throttling", 400, None),
            ("InternalError", 500, None),
        ] {
            let body = format!(r#"{{"RequestId":"1","Code":"{code}","Message":"no"}}"#);
            let error = match decode_api_error(body.as_bytes()) {
                Some(api) => Error::from_api(api, status),
                None => Error::from_status(status, "application/json"),
            };
            assert_eq!(Refusal::of(&error), expected, "{code} {status}");
        }
    }
}
