//! Draws the first state of the page on the server, with the widget's own components.
//!
//! Nothing here sends a request or reads a clock: the proxy asks a [`Template`] which API call the page makes first
//! ([`Template::first_call`]), makes it, and inserts the response ([`Template::with_response`]).

mod data_block;
mod html;
mod language;
mod query;
mod stylesheet;
mod template;
#[cfg(test)]
mod tests;

use bytes::Bytes;

pub use self::stylesheet::{Stylesheet, stylesheet};
pub use self::template::Template;

/// A request for the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visit {
    /// The query of the URL, as sent, without `?`.
    pub query: String,
    /// The header `Accept-Language`.
    pub accept_language: Option<String>,
    /// The time, in Unix milliseconds.
    pub now_ms: u64,
}

/// An API call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The operation, the last part of the API's path.
    pub operation: Operation,
    /// The query exactly as the page's program sends it, without `?`.
    pub query: String,
}

/// An operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `DescribeBatchTask`: one batch.
    Batch,
    /// `DescribeBatchTasks`: a page of the list of batches.
    List,
}

/// The response of the API route to a [`Call`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers that the page's program reads, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The uncompressed body.
    pub body: Bytes,
}
