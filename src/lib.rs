//! Watch one PolarDB batch task, live, in a browser: its status, an honest progress bar, and a table of its subtasks.
//!
//! The widget reads `DescribeBatchTask` JSON from a backend proxy that signs the calls, such as `batch-task-proxy`.
//! This is its guide for Yew apps; pages without Yew take the custom element of the npm package.
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
//! It asks at once and then every five seconds, backs off when that fails, waits while the page is hidden or offline, and
//! stops when the batch has ended or the component goes. All widgets that watch the same share one poller.
//! [`BatchTaskWidgetProps`] has everything else that can be asked for: how the proxy is asked (`method`, `headers`,
//! `credentials`, a `fetcher`), what is shown (`compact`, `theme`, `options`, `query`, `instance_url`, `redact`).
//!
//! # Where the styles come from
//!
//! A component has no stylesheet of its own, so the page brings it once: as a file that it links, which a strict content
//! security policy allows (Trunk: `<link data-trunk rel="css" href="…/static/batch-task-widget.css">`), or as the text
//! [`STYLES`], where inline styles are allowed:
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
//! It styles only what is inside `.batch-task-widget`. Colours, radius, font and the table's greatest height are custom
//! properties (`--batch-task-accent`, `-success`, `-danger`, `-warning`, `-muted`, `-surface`, `-text`, `-border`, `-radius`,
//! `-font`, `-table-height`), which may be set on anything around the widget; light or dark follows the `color-scheme` there,
//! unless [`Theme`] says otherwise.
//!
//! # Hear of it
//!
//! `on_update` hears of each change of the data, `on_finish` of the end, `on_error` of each request that failed. They are
//! called once the news is on the page.
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
//!     let news = use_state(String::new);
//!     let tell = news.setter();
//!     let on_finish = Callback::from(move |task: Rc<BatchTask>| {
//!         let failed = task.sub_tasks.counts().get(StatusBucket::Failed);
//!         tell.set(format!("{} has ended: {failed} failed", task.task_name));
//!     });
//!     let tell = news.setter();
//!     let on_error = Callback::from(move |error: Rc<Error>| {
//!         // Errors come sorted by what can be done about them.
//!         tell.set(format!("{}: {}", error.class().as_str(), error.message()));
//!     });
//!     html! {
//!         <>
//!             <p>{ (*news).clone() }</p>
//!             <BatchTaskWidget endpoint="/api/DescribeBatchTask" batch_id="pcb-demo" {on_finish} {on_error} />
//!         </>
//!     }
//! }
//! ```
//!
//! # Draw your own
//!
//! [`use_batch_task`] watches without drawing: it gives the [`State`](poll::State), which keeps apart what is held and
//! what is being done, and the [`Summary`](view::summary::Summary), the counted figures.
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
//! [`BatchTaskConfig::new`] asks as the widget does by default; all that it asks with can be changed:
//!
//! ```
//! use batch_task_widget::BatchTaskConfig;
//! use batch_task_widget::effect::fetch::{Method, Target};
//!
//! let usual = BatchTaskConfig::new("/api/DescribeBatchTask", "pcb-demo");
//! let target = Target { method: Method::Post, ..usual.target };
//! let config = BatchTaskConfig { target, interval_ms: 30_000, paused: true };
//! ```
//!
//! A component that is a struct has no hooks; it holds the [`Watcher`](watch::Watcher) behind them:
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
//!             // Whoever has asked for an answer is told once it is on the page.
//!             Some(watcher) => watcher.shown(&self.state),
//!             None => self.watcher = Some(Watcher::start(&self.config, ctx.link().callback(|state| state))),
//!         }
//!     }
//! }
//! ```
//!
//! # A client of your own
//!
//! A console that has its own way to call its backend gives it as a [`Fetcher`](effect::fetch::Fetcher), and headers that
//! are made anew for each request as [`RequestHeaders`](effect::fetch::RequestHeaders): both are JavaScript functions, so
//! that they may be the host's own or made of a closure. Keep them: another function begins anew.
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
//! # Features
//!
//! The library does not turn Yew's `csr` on: an app does that, and one that renders on a server need not. `element` and
//! `page` are for the npm package and the standalone page.
//!
//! # Modules
//!
//! In reading order: data flows one way, bytes → [`wire`] → [`model`] → [`poll`] → [`view`] →
//! [`components`] → DOM, and [`effect`] does all I/O; [`watch`] is where the state machine and the effects meet.

pub mod components;
pub mod effect;
pub mod error;
pub mod hooks;
pub mod i18n;
pub mod poll;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod test_data;
pub mod view;
pub mod watch;

pub use batch_task_data::{model, order, redact, timestamp, wire};

#[cfg(feature = "element")]
pub mod element;
#[cfg(feature = "page")]
pub mod page;

pub use components::{BatchTaskWidget, BatchTaskWidgetProps, Theme};
pub use hooks::{UseBatchTask, use_batch_task};
pub use watch::BatchTaskConfig;

/// The stylesheet. It styles only what is inside `.batch-task-widget`, and takes its colours from custom properties.
pub const STYLES: &str = include_str!("../static/batch-task-widget.css");
