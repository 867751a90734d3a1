//! Shows one PolarDB batch task live in a browser: its status, a progress bar, and a table of its subtasks.
//!
//! The widget reads `DescribeBatchTask` JSON from a backend proxy that signs the calls, such as `batch-task-proxy`.
//! This is the guide for Yew apps. Pages without Yew use the custom element of the npm package.
//!
//! # Show a batch
//!
//! ```
//! use batch_task_widget::BatchTaskWidget;
//! use yew::prelude::*;
//!
//! #[component]
//! fn App() -> Html {
//!     html! { <BatchTaskWidget endpoint="/api/DescribeBatchTask" batch_id="pcb-demo" /> }
//! }
//! ```
//!
//! It fetches immediately and then every five seconds, backs off after failures, pauses while the page is hidden or offline,
//! and stops when the batch has ended or the component is unmounted. Widgets that watch the same batch share one poller, and
//! pollers take turns: at most five requests are open per origin.
//! [`BatchTaskWidgetProps`] lists all options: for the request (`method`, `headers`, `credentials`, a `fetcher`) and for
//! what is shown (`compact`, `theme`, `options`, `query`, `task_id`, `instance_url`, `redact`).
//!
//! # Styles
//!
//! The page has to include the stylesheet once: either as a linked file, which a strict content security policy allows
//! (Trunk: `<link data-trunk rel="css" href="…/static/batch-task-widget.css">`), or as the text [`STYLES`] if inline styles
//! are allowed:
//!
//! ```
//! use batch_task_widget::{BatchTaskWidget, STYLES};
//! use yew::prelude::*;
//!
//! #[component]
//! fn App() -> Html {
//!     html! {
//!         <>
//!             <style>{ STYLES }</style>
//!             <BatchTaskWidget endpoint="/api/DescribeBatchTask" batch_id="pcb-demo" />
//!         </>
//!     }
//! }
//! ```
//!
//! It styles only elements inside `.batch-task-widget`. Colors, radius, font and the maximum height of the table are custom
//! properties (`--batch-task-accent`, `-success`, `-danger`, `-warning`, `-muted`, `-surface`, `-text`, `-border`, `-radius`,
//! `-font`, `-table-height`), which can be set on any ancestor of the widget. The widget follows the ancestor's
//! `color-scheme`, unless [`Theme`] is set.
//!
//! # Callbacks
//!
//! `on_update` is called when the data has changed, `on_finish` at the end of the batch, `on_error` after a failed request.
//! They are called after the change is on the page.
//!
//! ```
//! use std::rc::Rc;
//!
//! use batch_task_widget::BatchTaskWidget;
//! use batch_task_widget::error::Error;
//! use batch_task_widget::model::{BatchTask, StatusBucket};
//! use yew::prelude::*;
//!
//! #[component]
//! fn App() -> Html {
//!     let message = use_state(String::new);
//!     let set_message = message.setter();
//!     let on_finish = Callback::from(move |task: Rc<BatchTask>| {
//!         let failed = task.sub_tasks.counts().get(StatusBucket::Failed);
//!         set_message.set(format!("{} has ended: {failed} failed", task.task_name));
//!     });
//!     let set_message = message.setter();
//!     let on_error = Callback::from(move |error: Rc<Error>| {
//!         // The class tells what can be done about an error.
//!         set_message.set(format!("{}: {}", error.class().as_str(), error.message()));
//!     });
//!     html! {
//!         <>
//!             <p>{ (*message).clone() }</p>
//!             <BatchTaskWidget endpoint="/api/DescribeBatchTask" batch_id="pcb-demo" {on_finish} {on_error} />
//!         </>
//!     }
//! }
//! ```
//!
//! # Custom views
//!
//! [`use_batch_task`] watches a task without drawing it. It returns the [`State`](poll::State), with the data and the phase
//! of the poller, and the [`Summary`](view::summary::Summary) with percentage and counts.
//!
//! ```
//! use batch_task_widget::{BatchTaskConfig, use_batch_task};
//! use yew::prelude::*;
//!
//! #[derive(Clone, PartialEq, Properties)]
//! struct LineProps {
//!     batch_id: AttrValue,
//! }
//!
//! #[component]
//! fn Line(props: &LineProps) -> Html {
//!     let config = BatchTaskConfig::new("/api/DescribeBatchTask", props.batch_id.clone());
//!     let task = use_batch_task(config);
//!     let refresh = task.refresh.clone();
//!     html! {
//!         <p>
//!             if let Some(percent) = task.summary.as_ref().and_then(|summary| summary.percent) {
//!                 { format!("{percent} % succeeded ") }
//!             }
//!             if let Some(error) = &task.state.last_error {
//!                 { error.message().to_owned() }
//!             }
//!             <button onclick={move |_| refresh.emit(Callback::noop())}>{ "Refresh" }</button>
//!         </p>
//!     }
//! }
//! ```
//!
//! [`BatchTaskConfig::new`] has the widget's defaults, which can be changed:
//!
//! ```
//! use batch_task_widget::BatchTaskConfig;
//! use batch_task_widget::effect::fetch::{Method, Target};
//!
//! let default = BatchTaskConfig::new("/api/DescribeBatchTask", "pcb-demo");
//! let target = Target { method: Method::Post, ..default.target };
//! let config = BatchTaskConfig { target, interval_ms: 30_000, paused: true };
//! ```
//!
//! A struct component cannot use hooks. It holds a [`Watcher`](watch::Watcher) instead:
//!
//! ```
//! use std::rc::Rc;
//!
//! use batch_task_widget::BatchTaskConfig;
//! use batch_task_widget::poll::State;
//! use batch_task_widget::watch::Watcher;
//! use yew::prelude::*;
//!
//! struct Status {
//!     config: BatchTaskConfig,
//!     state: Rc<State>,
//!     watcher: Option<Watcher>,
//! }
//!
//! impl Component for Status {
//!     type Message = Rc<State>;
//!     type Properties = ();
//!
//!     fn create(_: &Context<Self>) -> Self {
//!         let config = BatchTaskConfig::new("/api/DescribeBatchTask", "pcb-demo");
//!         Self { state: config.initial_state(), config, watcher: None }
//!     }
//!
//!     fn update(&mut self, _: &Context<Self>, state: Rc<State>) -> bool {
//!         self.state = state;
//!         true
//!     }
//!
//!     fn view(&self, _: &Context<Self>) -> Html {
//!         html! { <p>{ self.state.task().map(|task| task.status.as_str().to_owned()) }</p> }
//!     }
//!
//!     fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
//!         match &self.watcher {
//!             // Settles the refreshes that this state answers.
//!             Some(watcher) => watcher.shown(&self.state),
//!             None => self.watcher = Some(Watcher::start(&self.config, ctx.link().callback(|state| state))),
//!         }
//!     }
//! }
//! ```
//!
//! # Custom clients
//!
//! A console with its own client passes it as a [`Fetcher`](effect::fetch::Fetcher); headers that change with each request are
//! [`RequestHeaders`](effect::fetch::RequestHeaders). Both are JavaScript functions, of the host or made from a closure. Another
//! function sends no request; it is called at the next one. A closure that is made at each render is never freed, so it is better
//! made once. A function that throws an error with an HTTP status, in `status` or `response.status`, fails like a response with
//! that status.
//!
//! ```
//! use batch_task_widget::BatchTaskWidget;
//! use batch_task_widget::effect::fetch::{Fetcher, RequestHeaders};
//! use wasm_bindgen::prelude::*;
//! use yew::prelude::*;
//!
//! #[component]
//! fn App() -> Html {
//!     let headers = use_memo((), |()| {
//!         let token = Closure::<dyn Fn() -> js_sys::Object>::new(|| {
//!             let headers = js_sys::Object::new();
//!             let _ = js_sys::Reflect::set(&headers, &"Authorization".into(), &"Bearer …".into());
//!             headers
//!         });
//!         RequestHeaders::Called(token.into_js_value().unchecked_into())
//!     });
//!     html! { <BatchTaskWidget endpoint="/api/DescribeBatchTask" batch_id="pcb-demo" headers={(*headers).clone()} /> }
//! }
//!
//! /// `async ({batchId, signal}) => Response | object`, from the console's own JavaScript.
//! #[component]
//! fn WithClient(props: &WithClientProps) -> Html {
//!     let fetcher = Fetcher(props.call_backend.clone());
//!     html! { <BatchTaskWidget endpoint="" batch_id="pcb-demo" {fetcher} /> }
//! }
//!
//! #[derive(Clone, PartialEq, Properties)]
//! struct WithClientProps {
//!     call_backend: js_sys::Function,
//! }
//! ```
//!
//! # Actions of the host
//!
//! The widget only reads. A host can offer its own actions for rows, such as "Retry": `actions` adds a button to each reason,
//! to open rows and to the toolbar, and `on_action` is called with the rows. [`components::ActionRequest`] has an example.
//!
//! # The list of batches
//!
//! [`BatchTaskList`] shows the batches of an account, live, by pages, with filters; the proxy offers them with `--list`. It needs
//! [`LIST_STYLES`] beside [`STYLES`] (or both files). Names are links by `batch_url`, unless `on_open` opens the batch itself:
//!
//! ```
//! use batch_task_widget::list::{ListQuery, Statuses, TimeRange};
//! use batch_task_widget::{BatchTaskList, BatchTaskWidget};
//! use yew::prelude::*;
//!
//! #[component]
//! fn Batches() -> Html {
//!     let opened = use_state(|| None::<AttrValue>);
//!     let on_open = {
//!         let opened = opened.clone();
//!         Callback::from(move |batch_id| {
//!             opened.set(Some(batch_id));
//!             true
//!         })
//!     };
//!     let query = ListQuery {
//!         statuses: Statuses::parse("running,failed").unwrap_or_default(),
//!         range: TimeRange::Day,
//!         ..ListQuery::default()
//!     };
//!     match &*opened {
//!         Some(batch_id) => html! { <BatchTaskWidget endpoint="/api/DescribeBatchTask" batch_id={batch_id.clone()} /> },
//!         None => html! { <BatchTaskList endpoint="/api/DescribeBatchTasks" {query} batch_url="/batches/{BatchId}" {on_open} /> },
//!     }
//! }
//! ```
//!
//! # Features
//!
//! The library does not enable Yew's `csr` feature; an app that renders in the browser does. `element`, `list` and
//! `page` are for the npm package and the standalone page, `prerender` is for a server that draws the page.
//!
//! # Modules
//!
//! Data flows one way: bytes → [`wire`] → [`model`] → [`poll`] → [`view`] → [`components`] → DOM. [`effect`] does all I/O, and
//! [`watch`] connects the state machine with it. [`list`] is to the list what [`model`] and [`view`] are to the widget.

pub mod components;
pub mod effect;
pub mod error;
pub mod hooks;
pub mod i18n;
pub mod list;
pub mod poll;
mod styles;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod test_data;
pub mod view;
pub mod watch;

pub use batch_task_data::{model, order, redact, timestamp, wire};

#[cfg(any(feature = "element", feature = "list"))]
pub mod element;
#[cfg(any(feature = "page", feature = "prerender"))]
pub mod page;
#[cfg(feature = "prerender")]
pub mod prerender;

pub use components::{BatchTaskList, BatchTaskListProps, BatchTaskWidget, BatchTaskWidgetProps, Theme};
pub use hooks::{UseBatchTask, use_batch_task};
pub use styles::{LIST_STYLES, STYLES};
pub use watch::BatchTaskConfig;
