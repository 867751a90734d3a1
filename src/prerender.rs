//! Draws the first state of the standalone page on a server, for `batch-task-prerender`: with the functions that draw it in the
//! browser, from the same state machine and decoder. It needs neither a browser nor a clock.

use std::pin::pin;
use std::rc::Rc;
use std::sync::LazyLock;
use std::task::{Context, Waker};

use yew::LocalServerRenderer;
use yew::prelude::*;

use crate::components::DEFAULT_LIST_INTERVAL_MS;
use crate::components::markup::tag;
use crate::components::server::{self, ListSnapshot, Snapshot};
use crate::effect::fetch::{Answer, Batch, PlainResponse, Subject};
use crate::error::Error;
use crate::i18n::{Catalogue as _, Language, ListMessages, Locale, Messages, Zone, fill};
use crate::list::{ListLocale, ListQuery};
use crate::model::StatusBucket;
use crate::page::PageQuery;
use crate::page::batch_id_form::BatchIdForm;
use crate::page::frame::Frame;
use crate::page::{batch_ids, home, query};
use crate::poll::{Contact, Content, Event, PauseReasons, State, clamp_interval_ms};
use crate::redact::Accounts;
use crate::view::summary::Summary;
use crate::view::{format, outcome, tab};
use crate::watch::DEFAULT_INTERVAL_MS;

/// About how long the HTML of a batch is, in bytes.
const TYPICAL_BYTES: usize = 96 * 1_024;

/// A visit to the page: its settings and what the viewer asks for.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The parameters of the URL.
    pub query: PageQuery,
    /// The language of the texts.
    pub language: Language,
    /// The URL of the page without a batch, relative to the page; `None` if it has no list.
    pub list_url: Option<String>,
    /// Whether account IDs are masked.
    pub redact: bool,
    /// Whether there is no table.
    pub compact: bool,
    /// The time, in Unix milliseconds.
    pub now_ms: u64,
}

/// The response to the first API call of a visit.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: &'a [(String, String)],
    /// The uncompressed body.
    pub body: &'a [u8],
}

/// A drawn page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// The content of the page's main element, as HTML.
    pub html: String,
    /// The title, as text.
    pub title: String,
    /// The title for link previews, as text: also with what has failed.
    pub preview: String,
    /// The description for link previews, as text.
    pub description: String,
    /// The URL of the icon; `None` for that of the page's file.
    pub icon: Option<String>,
    /// After how many seconds a page without scripts loads itself again; `None` if nothing more is to come.
    pub refresh_s: Option<u32>,
    /// Whether the response could be shown.
    pub is_success: bool,
    /// Whether the deferred functions have drawn, too, so that the page needs [`STYLES`].
    pub has_deferred: bool,
}

/// The stylesheets that the page does not link, because they are in the second file of its program.
pub const STYLES: &[&str] = home::STYLES;

/// The parameters of the page's URL that belong to one batch.
pub const OF_BATCH: &[&str] = &query::OF_BATCH;

/// Returns the batches that the parameter `batch-id` names; none if one of its IDs is not valid.
pub fn batch_ids(text: &str) -> Vec<String> {
    batch_ids::listed(text)
}

/// Draws the page of one batch with the response of `DescribeBatchTask`. `None` if that is impossible.
pub fn batch(visit: &Visit, batch_id: &str, response: Response<'_>) -> Option<Drawing> {
    let Visit { query, now_ms, .. } = visit;
    let locale = visit.locale();
    let interval_ms = visit.interval_ms(DEFAULT_INTERVAL_MS);
    let state = state_after(response.answer::<Batch>(visit.accounts(), *now_ms), interval_ms, *now_ms);
    let snapshot = Snapshot {
        state: Rc::clone(&state),
        locale,
        batch_id: AttrValue::from(batch_id.to_owned()),
        options: query.options,
        query: AttrValue::from(query.query.clone()),
        task_id: query.task_id.clone().map(AttrValue::from),
        is_redacted: visit.redact,
        is_compact: visit.compact,
        now_ms: *now_ms,
    };
    let contact = state.contact(*now_ms);
    let title = tab::page_title(&state, Some(batch_id), contact, locale);
    let texts = state.task().map(|task| {
        let summary = Summary::of(task);
        let percent =
            summary.percent.map(|percent| format::percent(percent.into(), locale)).unwrap_or_default();
        let mut words = outcome::words(task, locale);
        if outcome::reservation(task) != Some(StatusBucket::Failed) {
            tab::add_count(&mut words, summary.counts, StatusBucket::Failed, locale);
        }
        let (counts, name) = (tab::counts(&summary, locale), tab::name(task, locale));
        [parts([percent.clone(), words, name.clone()]), parts([percent, counts, name])]
    });
    // A note that the data is not current is in the title only.
    let is_current = contact == Contact::Live && !state.is_stale();
    let [preview, description] =
        texts.filter(|_| is_current).unwrap_or_else(|| [title.clone(), title.clone()]);
    let (content, has_deferred) = snapshot.draw();
    Some(Drawing {
        html: visit.render(content, true)?,
        title,
        preview,
        description,
        icon: Some(tab::page_icon(&state, contact)),
        refresh_s: refresh_s(&state, interval_ms),
        is_success: state.data.is_some(),
        has_deferred,
    })
}

/// Draws the page without a batch with the response of `DescribeBatchTasks`. `batch_url` is the pattern of the links to batches,
/// relative to the page. `None` if drawing is impossible.
pub fn list(visit: &Visit, query: &ListQuery, batch_url: &str, response: Response<'_>) -> Option<Drawing> {
    let shared = visit.locale();
    let locale = ListLocale { shared, list: messages(&LIST_MESSAGES, visit.language) };
    let interval_ms = visit.interval_ms(DEFAULT_LIST_INTERVAL_MS);
    let answer = response.answer::<ListQuery>(visit.accounts(), visit.now_ms);
    let state = state_after(answer, interval_ms, visit.now_ms);
    let list = ListSnapshot {
        state: Rc::clone(&state),
        locale,
        query: query.clone(),
        batch_url: AttrValue::from(batch_url.to_owned()),
        now_ms: visit.now_ms,
    };
    let form = BatchIdForm {
        rejected: None,
        locale: shared,
        field: &NodeRef::default(),
        on_reject: Callback::noop(),
    };
    let below = home::below_at_first(&state, locale.list, shared, || list.draw());
    let content = tag("div").class("page-home").child(form.view()).child(below).html();
    let count = state.content().and_then(|page| page.total_count);
    let description = count.map(|count| {
        let template = shared.plural(count, locale.list.batches_found_one, locale.list.batches_found);
        fill(template, &[("count", &format::count(count, shared))])
    });
    Some(Drawing {
        html: visit.render(content, false)?,
        title: shared.ask_title.to_owned(),
        preview: shared.ask_title.to_owned(),
        description: description.unwrap_or_else(|| shared.ask_title.to_owned()),
        icon: None,
        refresh_s: refresh_s(&state, interval_ms),
        is_success: state.data.is_some(),
        has_deferred: true,
    })
}

impl Visit {
    fn locale(&self) -> Locale {
        // Not the tag that was asked for: locales are never freed.
        Locale::new(messages(&MESSAGES, self.language), self.language.tag(), &Zone::utc())
    }

    /// Returns the polling interval, in milliseconds; 0 for one request.
    fn interval_ms(&self, default_ms: u32) -> u32 {
        clamp_interval_ms(self.query.interval_ms.unwrap_or(default_ms))
    }

    const fn accounts(&self) -> Accounts {
        if self.redact { Accounts::Masked } else { Accounts::Shown }
    }

    /// Returns the page with this content as HTML. `None` if a component waits for something, which none does.
    fn render(&self, content: Html, has_batch: bool) -> Option<String> {
        let frame = Frame {
            locale: self.locale(),
            lang: self.language.tag(),
            // Nobody can pick one before the program is there, and the name of each would need its fonts at once.
            languages: &[self.language],
            has_batch,
            list_url: self.list_url.clone(),
            on_language: Callback::noop(),
        };
        let html = frame.around(content, Html::default());
        let renderer = LocalServerRenderer::<Root>::with_props(RootProps { html }).hydratable(false);
        let mut output = String::with_capacity(TYPICAL_BYTES);
        let is_done = {
            // Nothing that is drawn waits for anything, so that it is ready when it is polled.
            let rendering = pin!(renderer.render_to_string(&mut output));
            server::drawing(|| rendering.poll(&mut Context::from_waker(Waker::noop())).is_ready())
        };
        // HTML cannot have this character, not even escaped.
        let output = if output.contains('\0') { output.replace('\0', "\u{fffd}") } else { output };
        is_done.then_some(output)
    }
}

impl Response<'_> {
    fn answer<S: Subject>(self, accounts: Accounts, now_ms: u64) -> Result<Answer<S::Content>, Error> {
        let Self { status, headers, body } = self;
        PlainResponse { status, headers, body }.answer::<S>(accounts, now_ms)
    }
}

/// Returns the state of a poller after its first response, which was received at `now_ms` (Unix milliseconds).
fn state_after<T: Content>(answer: Result<Answer<T>, Error>, interval_ms: u32, now_ms: u64) -> Rc<State<T>> {
    let started = Event::Started { now_ms, pause_reasons: PauseReasons::default() };
    let state = Rc::new(State::new(interval_ms)).next(started);
    let generation = state.generation;
    state.next(match answer {
        Ok(Answer { content, request_id, server_time, is_stale, .. }) => Event::ResponseReceived {
            generation,
            content,
            request_id,
            age_ms: server_time.age_ms(),
            clock_offset_ms: server_time.offset_ms(),
            is_stale,
            now_ms,
        },
        Err(error) => Event::FetchFailed { generation, error: Rc::new(error), now_ms, random: u32::MAX / 2 },
    })
}

/// Joins the texts that are not empty.
fn parts(texts: [String; 3]) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Returns after how many seconds the next request is due, at the earliest after an interval; `None` if there is none.
fn refresh_s<T: Content>(state: &State<T>, interval_ms: u32) -> Option<u32> {
    state.retry_in_ms().filter(|_| interval_ms > 0).map(|delay_ms| delay_ms.max(interval_ms).div_ceil(1_000))
}

/// A catalogue in all languages.
type All<C> = LazyLock<[C; Language::ALL.len()]>;

static MESSAGES: All<Messages> = LazyLock::new(|| Language::ALL.map(Messages::of));
static LIST_MESSAGES: All<ListMessages> = LazyLock::new(|| Language::ALL.map(ListMessages::of));

/// Returns a catalogue in a language.
fn messages<C>(all: &'static All<C>, language: Language) -> &'static C {
    let index = Language::ALL.iter().position(|other| *other == language).unwrap_or_default();
    &all[index]
}

#[derive(PartialEq, Properties)]
struct RootProps {
    html: Html,
}

/// The content is drawn already.
#[component]
fn Root(props: &RootProps) -> Html {
    props.html.clone()
}
