//! The standalone status page: a widget whose options come from the URL, and a language menu.
//!
//! The endpoint comes from the page's file, never from the URL: a link must not be able to show data from another server.

pub(crate) mod batch_id_form;
pub(crate) mod batch_ids;
mod browser;
pub(crate) mod frame;
pub(crate) mod home;
mod language_menu;
mod lazy;
mod links;
pub(crate) mod query;
mod recent;
mod several;

use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use self::batch_id_form::BatchIdForm;
pub use self::batch_ids::is_batch_id;
use self::frame::Frame;
use self::home::HomeProps;
pub use self::query::PageQuery;
use self::recent::{Names, Opened};
use self::several::several;
use crate::components::BatchTaskWidget;
use crate::components::markup::tag;
use crate::components::strip;
use crate::effect::clock::{self, Ticks};
use crate::effect::deferred as loader;
use crate::effect::languages;
use crate::i18n::{Language, Locale, Messages, Zone, fill};
use crate::poll::{Contact, State};
use crate::view::tab;
use crate::view::table::ViewOptions;
use crate::watch::DEFAULT_INTERVAL_MS;

/// The endpoint, unless the page's file sets one.
const DEFAULT_ENDPOINT: &str = "api/DescribeBatchTask";

/// The endpoint of the list, unless the page's file sets one.
const DEFAULT_LIST_ENDPOINT: &str = "api/DescribeBatchTasks";

/// Draws the page in the element `#batch-task`, in place of its content.
#[cfg(feature = "page")]
pub fn start() {
    if let Some(root) = browser::root() {
        if let Some(loader) = browser::loader(&root, "loadLanguage") {
            languages::set_loader(loader);
        }
        if let Some(find) = browser::loader(&root, "findEarly") {
            crate::effect::fetch::set_early_requests(find);
        }
        #[cfg(feature = "split")]
        if let Some(loader) = browser::loader(&root, "loadExtras") {
            crate::effect::deferred::set_loader(loader);
        }
        browser::empty(&root);
        yew::Renderer::<Page>::with_root(root).render();
    }
}

/// Messages of the page.
pub enum PageMessage {
    /// The viewer picked another language.
    LanguagePicked(AttrValue),
    /// A language has been loaded.
    LanguageLoaded,
    /// The viewer entered a text without a valid batch ID.
    IdRejected(AttrValue),
    /// The viewer picked another view, filter, sort or choice of columns.
    OptionsPicked(ViewOptions),
    /// The viewer changed the search query.
    QueryTyped(AttrValue),
    /// The viewer picked this time zone.
    ZonePicked(AttrValue),
    /// The viewer collapsed the row of the subtask that the link names.
    TaskClosed,
    /// The viewer went back or forward in the history.
    HistoryMoved,
    /// The data or the activity of the poller of this batch has changed.
    StateChanged(AttrValue, Rc<State>),
    /// The viewer requested the second file again.
    DeferredRequested,
    /// The second file is loaded, or could not be loaded.
    DeferredFinished(bool),
    /// The page was scrolled.
    Scrolled,
    /// A second has passed; it is this time, in Unix milliseconds.
    Ticked(u64),
}

/// The page.
pub struct Page {
    query: PageQuery,
    endpoint: AttrValue,
    /// Empty if there is no list.
    list_endpoint: AttrValue,
    /// Empty if the page asks for an ID.
    batch_ids: Vec<String>,
    /// Whether the page is deployed for one batch.
    is_fixed: bool,
    /// The batches to remember.
    opened: Opened,
    /// Whether the second file could not be loaded.
    has_failed: bool,
    /// The text that was given as an ID and is none.
    rejected: Option<AttrValue>,
    /// The field of the form.
    field: NodeRef,
    redact: bool,
    compact: bool,
    /// The tag of the requested language.
    lang: AttrValue,
    locale: Locale,
    /// The last state, and how current its data is in title and icon.
    state: Option<Rc<State>>,
    contact: Contact,
    now_ms: u64,
    /// Whether a line at the top stands in for the header.
    has_strip: bool,
    _ticks: Ticks,
    _scrolls: Option<EventListener>,
    _history: Option<EventListener>,
}

impl Component for Page {
    type Message = PageMessage;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        links::restore();
        let query = PageQuery::read(browser::query_parameter);
        let endpoint = browser::meta("batch-task-endpoint").unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned());
        let flag = |name| browser::meta(name).is_some_and(|text| text != "false");
        // The document's `lang` is the language of its file, not the viewer's.
        let lang = query.lang.clone().unwrap_or_else(|| languages::browser_language().1);
        let fixed = browser::meta("batch-task-batch-id");
        let is_fixed = fixed.is_some();
        let given = fixed.or_else(|| query.batch_id.clone());
        let batch_ids = given.as_deref().map(batch_ids::listed).unwrap_or_default();
        let mut page = Self {
            endpoint: endpoint.into(),
            list_endpoint: browser::meta_or("batch-task-list-endpoint", DEFAULT_LIST_ENDPOINT).into(),
            is_fixed,
            opened: Opened::new(if is_fixed { &[] } else { &batch_ids }),
            has_failed: false,
            rejected: given.filter(|_| batch_ids.is_empty()).map(AttrValue::from),
            batch_ids,
            field: NodeRef::default(),
            redact: flag("batch-task-redact"),
            compact: flag("batch-task-compact"),
            lang: lang.into(),
            locale: Locale::english(),
            state: None,
            contact: Contact::Live,
            now_ms: clock::now_ms(),
            has_strip: false,
            _scrolls: browser::watch_scroll({
                let link = ctx.link().clone();
                move || link.send_message(PageMessage::Scrolled)
            }),
            _ticks: clock::tick({
                let link = ctx.link().clone();
                move |now_ms| link.send_message(PageMessage::Ticked(now_ms))
            }),
            _history: browser::on_history({
                let link = ctx.link().clone();
                move || link.send_message(PageMessage::HistoryMoved)
            }),
            query,
        };
        page.apply_locale(ctx);
        if page.batch_ids.is_empty() && !is_fixed {
            page.load_deferred(ctx);
        }
        page
    }

    fn update(&mut self, ctx: &Context<Self>, message: PageMessage) -> bool {
        match message {
            PageMessage::LanguagePicked(tag) => {
                browser::set_query_parameters(&[("lang", Some(tag.to_string()))], false);
                self.query.lang = Some(tag.to_string());
                self.lang = tag;
                self.apply_locale(ctx);
            }
            PageMessage::LanguageLoaded => self.apply_locale(ctx),
            PageMessage::OptionsPicked(options) => {
                let is_step = query::is_step(&self.query.options, &options);
                let parameters = query::changes(self.query.options, options);
                browser::set_query_parameters(&parameters, is_step);
                for (name, value) in &parameters {
                    if query::is_remembered(name) {
                        browser::remember(name, value.as_deref());
                    }
                }
                self.query.options = options;
            }
            PageMessage::QueryTyped(query) => {
                let written = Some(query.trim().to_owned()).filter(|query| !query.is_empty());
                browser::set_query_parameters(&[("q", written)], false);
                self.query.query = query.to_string();
            }
            PageMessage::ZonePicked(zone) => {
                let own = Zone::local();
                let written = query::picked_zone(&zone, own.name()).map(str::to_owned);
                browser::remember("time-zone", written.as_deref());
                browser::set_query_parameters(&[("time-zone", written.clone())], false);
                self.query.time_zone = written;
            }
            PageMessage::TaskClosed => {
                browser::set_query_parameters(&[("task", None)], false);
                self.query.task_id = None;
            }
            PageMessage::HistoryMoved => {
                let PageQuery { options, query, task_id, .. } = PageQuery::read(browser::query_parameter);
                (self.query.options, self.query.query, self.query.task_id) = (options, query, task_id);
            }
            PageMessage::IdRejected(text) => {
                self.rejected = Some(text);
                self.focus_field();
            }
            PageMessage::StateChanged(id, state) => {
                self.opened.set_state(&id, &state);
                // The tab of a page with several batches tells their number.
                if self.batch_ids.len() > 1 {
                    return false;
                }
                self.state = Some(state);
                self.now_ms = clock::now_ms();
                self.contact = self.contact_now();
                self.update_tab();
                return self.has_strip;
            }
            PageMessage::DeferredRequested => {
                self.has_failed = false;
                self.load_deferred(ctx);
            }
            PageMessage::DeferredFinished(succeeded) => self.has_failed = !succeeded,
            PageMessage::Ticked(now_ms) => {
                if !self.opened.is_empty()
                    && let Some(deferred) = lazy::get()
                {
                    let names = self.names();
                    (deferred.record)(&mut self.opened, names);
                }
                self.now_ms = now_ms;
                let contact = self.contact_now();
                if std::mem::replace(&mut self.contact, contact) != contact {
                    self.update_tab();
                }
                return self.follow_scroll() || self.has_strip;
            }
            PageMessage::Scrolled => return self.follow_scroll(),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let content = match &*self.batch_ids {
            [] => self.home(ctx),
            [id] => self.widget(ctx, id),
            ids => several(ids, |id| self.widget(ctx, id)).html(),
        };
        let strip = self.state.as_ref().filter(|_| self.has_strip);
        // Always one node: with another number of siblings, Yew would replace the widget.
        let strip = strip.map_or_else(Html::default, |state| strip::strip(state, self.now_ms, self.locale));
        let has_list = !self.is_fixed && !self.list_endpoint.is_empty();
        let frame = Frame {
            locale: self.locale,
            lang: &self.lang,
            languages: &Language::ALL,
            has_batch: !self.batch_ids.is_empty(),
            list_url: has_list.then(links::to_list).flatten(),
            on_language: ctx.link().callback(PageMessage::LanguagePicked),
        };
        frame.around(content, strip)
    }

    fn rendered(&mut self, _: &Context<Self>, is_first: bool) {
        if is_first {
            self.focus_field();
        }
    }
}

/// Returns the link to the page for other viewers, with this subtask.
fn link_to(query: &PageQuery, task_id: Option<String>) -> AttrValue {
    lazy::get().map(|deferred| (deferred.link_to)(query, task_id)).unwrap_or_default()
}

impl Page {
    fn focus_field(&self) {
        if let Some(field) = self.field.cast::<HtmlInputElement>() {
            // Fails only if the document has lost its window.
            let _ = field.focus();
        }
    }

    /// Switches to the requested language once it is loaded.
    fn apply_locale(&mut self, ctx: &Context<Self>) {
        let (language, tag) = languages::choose(Some(&self.lang));
        match languages::loaded(language, None) {
            Some(loaded) => {
                self.locale = Locale::new(loaded.messages, &tag, &Zone::utc());
                browser::set_lang(&tag);
                self.update_tab();
            }
            None => {
                let link = ctx.link().clone();
                languages::load::<Messages>(language, None, move || {
                    link.send_message(PageMessage::LanguageLoaded)
                });
            }
        }
    }

    /// Loads the second file, unless it is loaded.
    fn load_deferred(&self, ctx: &Context<Self>) {
        if lazy::get().is_none() {
            let link = ctx.link().clone();
            loader::load(move |succeeded| link.send_message(PageMessage::DeferredFinished(succeeded)));
        }
    }

    /// Whether the names of batches may be remembered.
    const fn names(&self) -> Names {
        if self.redact { Names::Left } else { Names::Stored }
    }

    fn contact_now(&self) -> Contact {
        self.state.as_ref().map_or(Contact::Live, |state| state.contact(self.now_ms))
    }

    /// Returns whether the line at the top appears or disappears.
    fn follow_scroll(&mut self) -> bool {
        let has_strip = browser::is_header_out_of_sight();
        std::mem::replace(&mut self.has_strip, has_strip) != has_strip
    }

    /// Sets title and icon of the tab.
    fn update_tab(&self) {
        let asked = match &*self.batch_ids {
            [] => return browser::set_title(self.locale.ask_title),
            [id] => Some(id.as_str()),
            ids => {
                let count = self.locale.number(ids.len() as i64);
                return browser::set_title(&fill(self.locale.batches, &[("count", &count)]));
            }
        };
        let Some(state) = &self.state else { return browser::set_title(self.locale.unnamed_task) };
        browser::set_icon(&tab::page_icon(state, self.contact));
        browser::set_title(&tab::page_title(state, asked, self.contact, self.locale));
    }

    /// Draws the page without a batch: the form, and below it the list.
    fn home(&self, ctx: &Context<Self>) -> Html {
        let form = BatchIdForm {
            rejected: self.rejected.as_ref(),
            locale: self.locale,
            field: &self.field,
            on_reject: ctx.link().callback(PageMessage::IdRejected),
        };
        if self.is_fixed {
            // Only an invalid ID leads here.
            return form.view().html();
        }
        let Some(deferred) = lazy::get() else {
            let retry = ctx.link().callback(|_| PageMessage::DeferredRequested);
            let placeholder = lazy::placeholder(self.has_failed.then_some(retry), self.locale);
            return tag("div").class("page-home").child(form.view()).child(placeholder).html();
        };
        let below = (deferred.home)(HomeProps {
            endpoint: self.list_endpoint.clone(),
            lang: self.lang.clone(),
            time_zone: self.query.time_zone.clone().map(AttrValue::from),
            interval_ms: self.query.interval_ms,
            names: self.names(),
            locale: self.locale,
        });
        tag("div").class("page-home").child(form.view()).child(below).html()
    }

    /// Draws the widget of a batch; without its table if there are several.
    fn widget(&self, ctx: &Context<Self>, id: &str) -> Html {
        let link = ctx.link();
        let query = &self.query;
        let shown = Rc::new(query.clone());
        let page_url = {
            let shown = Rc::clone(&shown);
            Callback::from(move |()| link_to(&shown, shown.task_id.clone()))
        };
        let task_url = Callback::from(move |id: AttrValue| link_to(&shown, Some(id.to_string())));
        let batch_id = AttrValue::from(id.to_owned());
        let on_state = {
            let batch_id = batch_id.clone();
            link.callback(move |state| PageMessage::StateChanged(batch_id.clone(), state))
        };
        html! {
            <BatchTaskWidget endpoint={self.endpoint.clone()} {batch_id}
                lang={self.lang.clone()} time_zone={query.time_zone.clone().map(AttrValue::from)}
                task_id={query.task_id.clone().map(AttrValue::from)} {task_url} {page_url}
                on_task_close={link.callback(|()| PageMessage::TaskClosed)}
                options={query.options} query={query.query.clone()} redact={self.redact} compact={self.compact || self.batch_ids.len() > 1}
                interval_ms={query.interval_ms.unwrap_or(DEFAULT_INTERVAL_MS)}
                on_options={link.callback(PageMessage::OptionsPicked)} on_query={link.callback(PageMessage::QueryTyped)}
                on_time_zone={link.callback(PageMessage::ZonePicked)} {on_state} />
        }
    }
}
