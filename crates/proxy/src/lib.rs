//! `batch-task-proxy`: signs `DescribeBatchTask` and `DescribeBatchTasks` calls for batch-task-widget and serves its page.
//!
//! [`router`] returns the whole proxy as a value that can be called without a socket. In reading order:
//!
//! - [`api_request`], [`endpoint`], [`target`]: what is requested, and the region and the host that are called;
//! - [`text_file`], [`http_proxy`], [`transport`], [`signing`], [`credentials`], [`upstream_limit`], [`upstream`]: one signed
//!   call;
//! - [`forwarded_response`], [`proxy_error`]: the result of a call;
//! - [`body_summary`], [`cache`], [`single_flight`], [`api`]: one call for many clients;
//! - [`client_address`], [`client_limit`], [`tokens`], [`access`], [`host_check`], [`cors`], [`batch_allow_list`]: which clients
//!   may request which batches, and how often;
//! - [`redact`], [`static_files`], `prerender`, [`security`], [`health`], [`metrics`]: everything else that a client sees;
//! - [`request_id`], [`log`]: the IDs of a request, and its log lines;
//! - [`supervise`], [`reload`]: tasks in the background, and files that change;
//! - [`args`], [`upstream_setup`], [`check`], [`tls`], [`connections`], [`serve`]: the command line and the process.

pub mod access;
pub mod api;
pub mod api_request;
pub mod args;
pub mod batch_allow_list;
pub mod body_summary;
pub mod cache;
pub mod check;
pub mod client_address;
pub mod client_limit;
pub mod clock;
mod connection_table;
pub mod connections;
pub mod cors;
pub mod credentials;
mod descriptors;
pub mod endpoint;
pub mod failures;
pub mod forwarded_response;
pub mod gzip;
pub mod health;
pub mod host_check;
pub mod http_proxy;
pub mod log;
pub mod memory;
pub mod metrics;
mod min_rate;
pub mod outcome;
mod prerender;
pub mod proxy_error;
pub mod recent;
pub mod redact;
pub mod reload;
pub mod request_id;
mod router;
pub mod security;
pub mod serve;
mod signals;
pub mod signing;
pub mod single_flight;
pub mod static_files;
mod static_folder;
mod stdout;
pub mod supervise;
pub mod target;
pub mod text_file;
pub mod tls;
pub mod tokens;
pub mod transport;
pub mod upstream;
pub mod upstream_limit;
pub mod upstream_setup;

pub use self::prerender::Prerendering;
pub use self::router::{AdminRoutes, Settings, admin_router, router};
