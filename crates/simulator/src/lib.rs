//! A local server that speaks the protocol of `DescribeBatchTask` and `DescribeBatchTasks`, so that everything runs without the cloud.
//!
//! [`Simulator`] keeps the state between calls: used nonces, and per batch the time and number of its calls. The BatchId
//! selects a [`Scenario`], or a batch of the past:
//!
//! - [`scenario`]: the list of scenarios and their responses, computed from a [`CallContext`];
//! - `demo`, `fixed`, `bulk`: the batches; `batch`, `random`, `error_messages`: their JSON and generated values;
//! - `list`, `past`: the list of batches, and those that it shows besides the scenarios;
//! - [`verify`], `protocol`: authentication of calls; `api_error`: the API's errors.
//!
//! This crate must not know the proxy.

mod api_error;
mod batch;
mod bulk;
mod call_context;
mod demo;
mod error_messages;
mod fixed;
mod list;
mod past;
mod protocol;
mod random;
mod response;
pub mod scenario;
mod server;
pub mod verify;

pub use self::api_error::ApiError;
pub use self::call_context::CallContext;
pub use self::protocol::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, ACTION, LIST_ACTION, SECURITY_TOKEN, VERSION};
pub use self::response::{Delivery, SimulatedResponse};
pub use self::scenario::Scenario;
pub use self::server::{Clock, Simulator};
