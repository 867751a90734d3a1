//! What the page without a batch ID shows below its form: the list of batches or, if there is none, one line that says why and
//! the batches that were opened last in this browser.
//!
//! It is in the second wasm file, and reached through the table in `lazy.rs` only.

use gloo_events::EventListener;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::recent::{self, Names, RecentBatch};
use super::{browser, links};
use crate::components::markup::{Tag, button, code, fragment, tag};
use crate::effect::languages;
use crate::error::{Error, ErrorClass};
use crate::i18n::{Catalogue as _, ListMessages, Locale};
use crate::view::format::truncated;

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
    /// The field of the form, which gets the focus when the button that had it disappears.
    pub(super) field: NodeRef,
}

/// Draws what is below the form.
pub(super) fn home(props: HomeProps) -> Html {
    html! { <Home ..props /> }
}

/// Messages of [`Home`].
pub(super) enum HomeMessage {
    /// The viewer went back or forward in the history.
    HistoryMoved,
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
        let on = |message: fn() -> HomeMessage| {
            let link = ctx.link().clone();
            move || link.send_message(message())
        };
        let mut home = Self {
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
        match message {
            HomeMessage::HistoryMoved => {}
            HomeMessage::LanguageLoaded => self.apply_language(ctx),
            HomeMessage::RetryPressed => self.refusal = None,
            HomeMessage::RecentChanged => {
                let recent = recent::read(ctx.props().names);
                return std::mem::replace(&mut self.recent, recent) != self.recent;
            }
            HomeMessage::RecentCleared => {
                recent::clear();
                self.recent.clear();
                if let Some(field) = ctx.props().field.cast::<HtmlElement>() {
                    // Fails only if the document has lost its window.
                    let _ = field.focus();
                }
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let has_recent = !self.recent.is_empty();
        fragment().child(has_recent.then(|| self.recent(ctx))).html()
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
            ("Proxy.ListNotAllowed", _) => Some(Self::Off),
            (_, ErrorClass::Endpoint) => Some(Self::Missing),
            (_, ErrorClass::Permission) => Some(Self::Refused(error.message().to_owned())),
            _ => None,
        }
    }
}
