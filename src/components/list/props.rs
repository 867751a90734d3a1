//! The properties of the list: what to list, how to show it, and the callbacks of the host.

use std::rc::Rc;

use yew::prelude::*;

use crate::components::props::Theme;
use crate::effect::fetch::{Credentials, Fetcher, Method, RequestHeaders, Target};
use crate::effect::languages::Overrides;
use crate::error::Error;
use crate::list::{BatchPage, ListQuery};
use crate::poll::{State, StateChanges};
use crate::redact::Accounts;
use crate::watch::WatchConfig;

/// The default of `interval_ms`: 30 seconds.
pub const DEFAULT_LIST_INTERVAL_MS: u32 = 30_000;

/// The properties of the list. All except the endpoint have defaults.
#[derive(Clone, PartialEq, Properties)]
pub struct BatchTaskListProps {
    /// The URL of the proxy's `DescribeBatchTasks`, absolute or relative to the document.
    pub endpoint: AttrValue,
    /// Milliseconds from the end of one request to the start of the next, at least 2,000; 0 fetches once.
    #[prop_or(DEFAULT_LIST_INTERVAL_MS)]
    pub interval_ms: u32,
    /// The HTTP method of the request.
    #[prop_or_default]
    pub method: Method,
    /// Whether cookies are sent.
    #[prop_or_default]
    pub credentials: Credentials,
    /// JSON Pointer to the response in an envelope; `/data` is detected without it.
    #[prop_or_default]
    pub body_pointer: Option<AttrValue>,
    /// Headers to add to each request, as for the widget.
    #[prop_or_default]
    pub headers: RequestHeaders,
    /// A function of the host that is called instead of requesting the endpoint, with the API's parameters in camelCase.
    #[prop_or_default]
    pub fetcher: Option<Fetcher>,
    /// Whether polling is paused at first. A change pauses or resumes it; in between, the viewer can do either.
    #[prop_or_default]
    pub paused: bool,
    /// The language as a BCP 47 tag, also for numbers and dates. Without a tag, the document's `lang` is used, or else the browser's
    /// language.
    #[prop_or_default]
    pub lang: Option<AttrValue>,
    /// The IANA name of the time zone. Without it, or if the browser does not know it, the viewer's own zone is used.
    #[prop_or_default]
    pub time_zone: Option<AttrValue>,
    /// Messages that replace those of the language, by name. Another object is read again, so keep the same one.
    #[prop_or_default]
    pub messages: Option<Overrides>,
    /// Called with an error text about `messages`, which the viewer sees too; with an empty text once they are valid.
    #[prop_or_default]
    pub on_wrong_messages: Callback<&'static str>,
    /// Called when the list has been moved to another document, where its stylesheet has to be added again.
    #[prop_or_default]
    pub on_move: Callback<()>,
    /// The color scheme.
    #[prop_or_default]
    pub theme: Theme,
    /// Whether account IDs, keys, tokens and e-mail addresses are masked in everything that is shown or passed to the host.
    #[prop_or_default]
    pub redact: bool,
    /// Error texts about invalid options, which the viewer sees; empty if there are none.
    #[prop_or_default]
    pub wrong_options: AttrValue,
    /// Filters, time range and page, at first and again whenever this changes. In between, the viewer's choice counts.
    #[prop_or_default]
    pub query: ListQuery,
    /// Called when the viewer picks other filters, another time range or another page.
    #[prop_or_default]
    pub on_query: Callback<ListQuery>,
    /// A pattern for the links to batches: an http(s) URL, or one relative to the page. A batch without a link is opened by a button,
    /// if there is `on_open`.
    #[prop_or(Some(AttrValue::Static("?batch-id={BatchId}")))]
    pub batch_url: Option<AttrValue>,
    /// Called with the BatchId when the viewer opens a batch in this window. Returns whether the host has opened it; then the link is
    /// not followed.
    #[prop_or_default]
    pub on_open: Option<Callback<AttrValue, bool>>,
    /// Called when the data has changed. A response that differs only in its RequestId does not count.
    #[prop_or_default]
    pub on_update: Callback<Rc<BatchPage>>,
    /// Called when a request has failed.
    #[prop_or_default]
    pub on_error: Callback<Rc<Error>>,
    /// Called when another state is on the page.
    #[prop_or_default]
    pub on_state: Callback<Rc<State<BatchPage>>>,
}

impl BatchTaskListProps {
    /// Returns what is watched for this choice of the viewer.
    pub(super) fn config(&self, query: &ListQuery) -> WatchConfig<ListQuery> {
        WatchConfig {
            target: Target {
                endpoint: self.endpoint.clone(),
                subject: query.clone(),
                method: self.method,
                credentials: self.credentials,
                body_pointer: self.body_pointer.clone(),
                accounts: if self.redact { Accounts::Masked } else { Accounts::Shown },
                headers: self.headers.clone(),
                fetcher: self.fetcher.clone(),
            },
            interval_ms: self.interval_ms,
            paused: self.paused,
        }
    }

    /// Calls the host's callbacks for what is new on the page, each once.
    pub(super) fn report(&self, old: &State<BatchPage>, new: &Rc<State<BatchPage>>) {
        let StateChanges { answered, is_changed, failed, .. } = StateChanges::between(old, new);
        if let Some(page) = answered.filter(|_| is_changed) {
            self.on_update.emit(page);
        }
        if let Some(error) = failed {
            self.on_error.emit(error);
        }
        self.on_state.emit(Rc::clone(new));
    }
}
