//! The data that the list shows: the poller's state, the viewer's choices, and the last page. It runs no effects.

use std::rc::Rc;

use yew::prelude::*;

use super::message::ListMessage;
use crate::components::freshness::Control;
use crate::components::view_state::Now;
use crate::list::{BatchPage, ListLocale, ListQuery, TaskType};
use crate::poll::{Contact, Phase, State};
use crate::timestamp::Timestamp;
use crate::view::announce::Announcer;
use crate::view::format;

/// The most types that the menu offers.
const MAX_TYPES: usize = 50;

/// A page of batches, and what the viewer had asked for.
#[derive(Clone)]
pub(in crate::components) struct ShownPage {
    pub(in crate::components) page: Rc<BatchPage>,
    pub(in crate::components) query: ListQuery,
}

/// The data that is drawn, and where messages are sent.
pub(in crate::components) struct ListState {
    /// The list's outermost element.
    pub(in crate::components) root: NodeRef,
    pub(in crate::components) locale: ListLocale,
    /// An error text about the host's messages, or empty.
    pub(in crate::components) wrong_messages: &'static str,
    pub(in crate::components) state: Rc<State<BatchPage>>,
    /// The viewer's choice.
    pub(in crate::components) query: ListQuery,
    /// The page that is drawn. While another one is loaded, it stays.
    pub(in crate::components) shown: Option<ShownPage>,
    /// The types of all batches so far, sorted.
    pub(in crate::components) types: Vec<TaskType>,
    pub(in crate::components) now: Now,
    pub(in crate::components) announcer: Announcer,
    /// Whether the number of batches is announced with the next page: the viewer has picked something.
    is_awaited: bool,
    pub(in crate::components) has_opaque_origin: bool,
    pub(in crate::components) batch_url: Option<AttrValue>,
    pub(in crate::components) on_open: Option<Callback<AttrValue, bool>>,
    pub(in crate::components) send: Callback<ListMessage>,
}

impl ListState {
    /// Returns the view of `state` before the viewer has done anything: in English, with times in UTC.
    pub(in crate::components) fn new(
        state: Rc<State<BatchPage>>,
        query: ListQuery,
        send: Callback<ListMessage>,
    ) -> Self {
        Self {
            root: NodeRef::default(),
            locale: ListLocale::english(),
            wrong_messages: "",
            state,
            types: query.task_type.clone().into_iter().collect(),
            query,
            shown: None,
            now: Now::default(),
            announcer: Announcer::default(),
            is_awaited: false,
            has_opaque_origin: false,
            batch_url: None,
            on_open: None,
            send,
        }
    }

    /// Applies a new state of the poller.
    pub(in crate::components) fn set_state(&mut self, state: Rc<State<BatchPage>>) {
        self.state = state;
        let Some(page) = self.state.content().map(Rc::clone) else {
            // The rows of other filters would be taken for those that could not be loaded.
            if self.state.last_error.is_some() {
                self.shown = None;
            }
            return;
        };
        if self.shown.as_ref().is_none_or(|shown| !Rc::ptr_eq(&shown.page, &page)) {
            for batch in &page.batches {
                self.add_type(TaskType::parse(&batch.task_type), MAX_TYPES);
            }
        }
        if std::mem::take(&mut self.is_awaited) {
            self.announce_count(&page);
        }
        self.shown = Some(ShownPage { page, query: self.query.clone() });
    }

    /// Applies the viewer's choice.
    pub(in crate::components) fn set_query(&mut self, query: ListQuery) {
        self.add_type(query.task_type.clone(), usize::MAX);
        self.query = query;
        self.is_awaited = true;
    }

    fn add_type(&mut self, task_type: Option<TaskType>, limit: usize) {
        if let Some(task_type) = task_type
            && self.types.len() < limit
            && let Err(at) = self.types.binary_search(&task_type)
        {
            self.types.insert(at, task_type);
        }
    }

    fn announce_count(&mut self, page: &BatchPage) {
        let ListLocale { shared, list } = self.locale;
        let count = page.total_count.unwrap_or(page.batches.len() as i64);
        let template = shared.plural(count, list.batches_found_one, list.batches_found);
        let text = crate::i18n::fill(template, &[("count", &format::count(count, shared))]);
        self.announcer.queue_action(text, self.now.monotonic_ms);
    }

    /// Whether a page is being loaded, and the one that is drawn, if any, is not what the viewer asked for.
    pub(in crate::components) fn is_loading(&self) -> bool {
        let State { data, last_error, phase, .. } = &*self.state;
        data.is_none() && last_error.is_none() && *phase != Phase::Paused
    }

    /// Whether the data is recent enough to say that something runs now.
    pub(in crate::components) fn is_live(&self) -> bool {
        self.state.data.is_some() && self.state.contact(self.now.unix_ms) == Contact::Live
    }

    /// Returns the server's time, in Unix milliseconds; that of the data once it is old, since nothing is known about later.
    pub(in crate::components) fn server_now_ms(&self) -> u64 {
        let Some(data) = &self.state.data else { return self.now.unix_ms };
        let now_ms = if self.is_live() { self.now.unix_ms } else { data.fetched_at_ms };
        now_ms.saturating_add_signed(data.clock_offset_ms.unwrap_or(0))
    }

    /// Returns the server's time.
    pub(in crate::components) fn server_now(&self) -> Timestamp {
        Timestamp::from_unix_ms(i64::try_from(self.server_now_ms()).unwrap_or(i64::MAX))
    }

    /// Returns a handler that sends `message` on each event.
    pub(in crate::components) fn on_press(&self, message: ListMessage) -> Callback<Event> {
        let send = self.send.clone();
        Callback::from(move |_| send.emit(message.clone()))
    }

    /// Returns a handler that picks `query`.
    pub(in crate::components) fn on_pick(&self, query: ListQuery) -> Callback<Event> {
        self.on_press(ListMessage::QueryPicked(query))
    }

    /// Returns the handler of a button that has to do with polling.
    pub(in crate::components) fn on_control(&self, control: Control) -> Callback<Event> {
        self.on_press(match control {
            Control::Pause => ListMessage::Pause,
            Control::Resume => ListMessage::Resume,
            Control::Refresh => ListMessage::RefreshPressed,
            Control::Reload => ListMessage::ReloadPressed,
        })
    }
}
