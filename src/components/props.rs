//! The properties of the widget: what to watch, how to show it, and the callbacks of the host.

use std::rc::Rc;

use yew::prelude::*;

use super::actions::{ActionRequest, HostAction};
use crate::effect::fetch::{Batch, Credentials, Fetcher, Method, RequestHeaders, Target};
use crate::effect::languages::Overrides;
use crate::error::Error;
use crate::model::BatchTask;
use crate::poll::{State, StateChanges};
use crate::redact::Accounts;
use crate::view::table::ViewOptions;
use crate::watch::{BatchTaskConfig, DEFAULT_INTERVAL_MS};

/// The color scheme of the widget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Follows the `color-scheme` of the surrounding element. This is the default.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The properties of the widget. All except the endpoint have defaults.
///
/// ```
/// use batch_task_widget::effect::fetch::{Credentials, Method};
/// use batch_task_widget::model::StatusBucket;
/// use batch_task_widget::view::failures::ReasonKey;
/// use batch_task_widget::view::filter::{LongerThan, StatusFilter};
/// use batch_task_widget::view::table::{Sort, ViewOptions};
/// use batch_task_widget::{BatchTaskWidget, Theme};
/// use yew::prelude::*;
///
/// /// The subtasks that failed or need attention for one reason and ran for more than ten minutes, latest first, and one of them in
/// /// detail, from a proxy on another origin that needs the viewer's cookies.
/// #[component]
/// fn Failed() -> Html {
///     let options = ViewOptions {
///         filter: StatusFilter::from(StatusBucket::Failed).with(StatusBucket::Attention),
///         longer_than: LongerThan::parse("10m"),
///         reason: ReasonKey::parse("925235d3"),
///         sort: Sort::parse("-TaskEnd"),
///         ..ViewOptions::default()
///     };
///     html! {
///         <BatchTaskWidget endpoint="https://proxy.example/api/DescribeBatchTask" batch_id="pcb-demo" task_id="629271331"
///             method={Method::Post} credentials={Credentials::Include} interval_ms={30_000}
///             lang="zh-CN" time_zone="Asia/Shanghai" theme={Theme::Dark} {options}
///             instance_url="https://console.example/{InstanceId}" redact=true />
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Properties)]
pub struct BatchTaskWidgetProps {
    /// The URL of the proxy, absolute or relative to the document.
    pub endpoint: AttrValue,
    /// The ID of the batch. Without it the request has no BatchId.
    #[prop_or_default]
    pub batch_id: Option<AttrValue>,
    /// Milliseconds from the end of one request to the start of the next, at least 2,000; 0 fetches once.
    #[prop_or(DEFAULT_INTERVAL_MS)]
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
    /// Headers to add to each request. Other values are another request, which discards the data; another function is called
    /// from the next request on.
    #[prop_or_default]
    pub headers: RequestHeaders,
    /// A function of the host that is called instead of requesting the endpoint. Another one is called from the next request on.
    #[prop_or_default]
    pub fetcher: Option<Fetcher>,
    /// Whether polling is paused at first. A change pauses or resumes it; in between, the viewer can do either.
    #[prop_or_default]
    pub paused: bool,
    /// The language as a BCP 47 tag, also for numbers and dates. A language without messages means English. Without a tag,
    /// the document's `lang` is used, or else the browser's language.
    #[prop_or_default]
    pub lang: Option<AttrValue>,
    /// The IANA name of the time zone, at first and again whenever this changes. Without it, or if the browser does not
    /// know it, the viewer's own zone is used.
    #[prop_or_default]
    pub time_zone: Option<AttrValue>,
    /// Called with the IANA name when the viewer picks another time zone.
    #[prop_or_default]
    pub on_time_zone: Callback<AttrValue>,
    /// Messages that replace those of the language, by name. Another object is read again, so keep the same one.
    #[prop_or_default]
    pub messages: Option<Overrides>,
    /// Called with an error text about `messages`, which the viewer sees too; with an empty text once they are valid.
    #[prop_or_default]
    pub on_wrong_messages: Callback<&'static str>,
    /// Whether to leave out the table, for dashboards.
    #[prop_or_default]
    pub compact: bool,
    /// Called when the widget has been moved to another document, where its stylesheet has to be added again.
    #[prop_or_default]
    pub on_move: Callback<()>,
    /// The color scheme.
    #[prop_or_default]
    pub theme: Theme,
    /// Error texts about invalid options, which the viewer sees; empty if there are none.
    #[prop_or_default]
    pub wrong_options: AttrValue,
    /// View, filters, sort and columns, at first and again whenever this changes. In between, the viewer's choice counts.
    #[prop_or_default]
    pub options: ViewOptions,
    /// Called when the viewer picks another view, filter, sort or choice of columns.
    #[prop_or_default]
    pub on_options: Callback<ViewOptions>,
    /// The search query, at first and again whenever this changes.
    #[prop_or_default]
    pub query: AttrValue,
    /// Called when the viewer changes the search query.
    #[prop_or_default]
    pub on_query: Callback<AttrValue>,
    /// The TaskId of a subtask to expand, scroll to and highlight, at first and again whenever this changes. The widget says if the
    /// batch does not have it.
    #[prop_or_default]
    pub task_id: Option<AttrValue>,
    /// Called when the viewer collapses the row of `task_id`. A host that has it in its URL removes it there.
    #[prop_or_default]
    pub on_task_close: Callback<()>,
    /// Returns the link to the page for reports. Without it, a report has the URL of the document.
    #[prop_or_default]
    pub page_url: Option<Callback<(), AttrValue>>,
    /// Returns the link to a subtask, by its TaskId. With it the details of each row have the button "Copy link".
    #[prop_or_default]
    pub task_url: Option<Callback<AttrValue, AttrValue>>,
    /// A pattern for links to instances, such as `https://console.example/{InstanceId}`; http(s) only.
    #[prop_or_default]
    pub instance_url: Option<AttrValue>,
    /// Actions of the host, which the widget offers as buttons for rows.
    #[prop_or_default]
    pub actions: Rc<Vec<HostAction>>,
    /// Called when the viewer presses the button of an action. See [`ActionRequest`] for an example.
    #[prop_or_default]
    pub on_action: Callback<ActionRequest>,
    /// Whether account IDs, keys, tokens and e-mail addresses are masked in everything that is shown, copied, exported or passed
    /// to the host. See [`redact`](crate::redact) for what is masked. An account ID is recognised by the text next to it, each
    /// time, because a body is masked while it arrives; the proxy's `--redact` also masks every other occurrence. A change
    /// restarts polling.
    #[prop_or_default]
    pub redact: bool,
    /// Called when the data has changed. A response that differs only in its RequestId does not count.
    #[prop_or_default]
    pub on_update: Callback<Rc<BatchTask>>,
    /// Called when the batch has ended, or with the first response if it had ended before.
    #[prop_or_default]
    pub on_finish: Callback<Rc<BatchTask>>,
    /// Called when a request has failed.
    #[prop_or_default]
    pub on_error: Callback<Rc<Error>>,
    /// Called when another state is on the page. [`StateChanges`](crate::poll::StateChanges) tells what is new in it.
    #[prop_or_default]
    pub on_state: Callback<Rc<State>>,
}

impl BatchTaskWidgetProps {
    pub(super) fn config(&self) -> BatchTaskConfig {
        BatchTaskConfig {
            target: Target {
                endpoint: self.endpoint.clone(),
                subject: Batch(self.batch_id.clone()),
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
    pub(super) fn report(&self, old: &State, new: &Rc<State>) {
        let StateChanges { answered, is_changed, is_finished, failed, .. } = StateChanges::between(old, new);
        if let Some(task) = answered {
            if is_changed {
                self.on_update.emit(Rc::clone(&task));
            }
            if is_finished {
                self.on_finish.emit(task);
            }
        }
        if let Some(error) = failed {
            self.on_error.emit(error);
        }
        self.on_state.emit(Rc::clone(new));
    }
}
