//! What a host tells the widget, and where it is told what happens.

use std::rc::Rc;

use yew::prelude::*;

use crate::effect::fetch::{Credentials, Fetcher, Method, RequestHeaders, Target};
use crate::effect::languages::Overrides;
use crate::error::Error;
use crate::model::BatchTask;
use crate::poll::State;
use crate::redact::Accounts;
use crate::view::table::ViewOptions;
use crate::watch::{BatchTaskConfig, DEFAULT_INTERVAL_MS};

/// Which of its two looks the widget has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the `color-scheme` of the element around it says, the default.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What is watched and how it is first shown. All but the endpoint has a default.
///
/// ```
/// use batch_task_widget::effect::fetch::{Credentials, Method};
/// use batch_task_widget::model::StatusBucket;
/// use batch_task_widget::view::table::{Sort, ViewOptions};
/// use batch_task_widget::{BatchTaskWidget, Theme};
/// use yew::prelude::*;
///
/// /// What failed, the latest first, from a proxy on another origin that wants the viewer's cookies.
/// #[component]
/// fn Failed() -> Html {
///     let options = ViewOptions {
///         filter: Some(StatusBucket::Failed),
///         sort: Sort::parse("-TaskEnd"),
///         ..ViewOptions::default()
///     };
///     html! {
///         <BatchTaskWidget endpoint="https://proxy.example/api/DescribeBatchTask" batch_id="pcb-demo"
///             method={Method::Post} credentials={Credentials::Include} interval_ms={30_000}
///             lang="zh-CN" time_zone="Asia/Shanghai" theme={Theme::Dark} {options}
///             instance_url="https://console.example/{InstanceId}" redact=true />
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Properties)]
pub struct BatchTaskWidgetProps {
    /// The proxy's URL, relative to the document or absolute.
    pub endpoint: AttrValue,
    /// The batch; absent, the request is sent without one.
    #[prop_or_default]
    pub batch_id: Option<AttrValue>,
    /// Milliseconds from the end of one request to the next, at least 2,000; 0 fetches once.
    #[prop_or(DEFAULT_INTERVAL_MS)]
    pub interval_ms: u32,
    /// How the proxy is asked.
    #[prop_or_default]
    pub method: Method,
    /// Whether cookies go along.
    #[prop_or_default]
    pub credentials: Credentials,
    /// JSON Pointer to the body in an envelope; `/data` is found without.
    #[prop_or_default]
    pub body_pointer: Option<AttrValue>,
    /// What is added to each request. A function that is replaced by another one begins anew: keep it.
    #[prop_or_default]
    pub headers: RequestHeaders,
    /// The host's own client, which is asked in place of the endpoint.
    #[prop_or_default]
    pub fetcher: Option<Fetcher>,
    /// Whether it begins paused. A change pauses or resumes; in between the viewer may do either.
    #[prop_or_default]
    pub paused: bool,
    /// The language, as a BCP 47 tag, which numbers and dates follow; `de` and others that there are no messages of mean
    /// English. Without it the document's `lang` decides, and then the browser.
    #[prop_or_default]
    pub lang: Option<AttrValue>,
    /// The IANA name of the zone that times are shown in, at first and again whenever this changes; the viewer's own
    /// without it, and where the browser does not know it.
    #[prop_or_default]
    pub time_zone: Option<AttrValue>,
    /// The viewer picked another zone: its IANA name.
    #[prop_or_default]
    pub on_time_zone: Callback<AttrValue>,
    /// Messages in place of the language's own, by name. Another object is read anew: keep it.
    #[prop_or_default]
    pub messages: Option<Overrides>,
    /// There is something wrong with `messages`: a sentence, which the viewer is shown too; empty once all is well.
    #[prop_or_default]
    pub on_wrong_messages: Callback<&'static str>,
    /// Whether there is no table, for dashboards.
    #[prop_or_default]
    pub compact: bool,
    /// Light or dark.
    #[prop_or_default]
    pub theme: Theme,
    /// What is wrong with the options that the host gave, in sentences that the viewer is shown; empty if nothing is.
    #[prop_or_default]
    pub wrong_options: AttrValue,
    /// Filter, sort and columns at first, and again whenever these change; else the viewer's choice goes on.
    #[prop_or_default]
    pub options: ViewOptions,
    /// The viewer picked another filter, sort or choice of columns.
    #[prop_or_default]
    pub on_options: Callback<ViewOptions>,
    /// What is searched for at first, and again whenever this changes.
    #[prop_or_default]
    pub query: AttrValue,
    /// The viewer searches for something else.
    #[prop_or_default]
    pub on_query: Callback<AttrValue>,
    /// A pattern for links to instances, such as `https://console.example/{InstanceId}`; http(s) only.
    #[prop_or_default]
    pub instance_url: Option<AttrValue>,
    /// Whether account ids are masked, in what is shown, copied and exported and in what the host is told. See
    /// [`redact`](crate::redact) for what is masked. A change begins anew.
    #[prop_or_default]
    pub redact: bool,
    /// The data changed. An answer that is equal but for its RequestId is no change.
    #[prop_or_default]
    pub on_update: Callback<Rc<BatchTask>>,
    /// The batch ended, or had ended when it was first seen.
    #[prop_or_default]
    pub on_finish: Callback<Rc<BatchTask>>,
    /// A fetch failed.
    #[prop_or_default]
    pub on_error: Callback<Rc<Error>>,
    /// Another state is on the page: [`News`](crate::poll::News) tells what is new in it.
    #[prop_or_default]
    pub on_state: Callback<Rc<State>>,
}

impl BatchTaskWidgetProps {
    pub(super) fn config(&self) -> BatchTaskConfig {
        BatchTaskConfig {
            target: Target {
                endpoint: self.endpoint.clone(),
                batch_id: self.batch_id.clone(),
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
}
