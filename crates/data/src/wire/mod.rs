//! Decodes bodies to a [`BatchTask`](crate::model::BatchTask) or an error. Only this module knows JSON.
//!
//! It is lenient: bodies pass through gateways that change types, add envelopes or truncate them, so everything that a viewer
//! can still use is decoded. Only a body that is not JSON or not a batch task is an error.
//!
//! This module must not know HTTP, nor how errors are handled.

mod api_error;
mod batch_object;
mod cursor;
mod decoded;
mod decoder;
mod error;
mod interpret;
mod member_order;
mod object;
mod outline;
mod pointer;
#[cfg(any(test, feature = "reference"))]
#[cfg(not(target_arch = "wasm32"))]
pub mod reference;
mod row;
mod scalar;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

pub use self::api_error::{AccessDenied, ApiError};
pub use self::decoded::Decoded;
pub use self::decoder::{Decoder, decode, decode_api_error};
pub use self::error::{WireError, beginning};
