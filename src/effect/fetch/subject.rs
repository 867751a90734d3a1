//! The subject of a request: its parameters, and how the body of its response is read. There is one per operation of the API.

use std::fmt::Debug;
use std::rc::Rc;

use yew::AttrValue;

use super::batch_body::BatchBody;
use crate::error::Error;
use crate::model::BatchTask;
use crate::poll::Content;
use crate::redact::Accounts;
use crate::wire::{ApiError, WireError};

/// The subject of a request: one operation of the API with its parameters.
pub trait Subject: Clone + Debug + Eq + 'static {
    /// The decoded response.
    type Content: Content;
    /// Decodes the response.
    type Body: Body<Content = Self::Content>;
    /// The name of the API's operation, which is also that of the proxy's route.
    const OPERATION: &'static str;

    /// Returns the parameters of a request that is sent at `now_ms` (Unix milliseconds), by the API's names.
    fn parameters(&self, now_ms: u64) -> Vec<(&'static str, String)>;

    /// Returns the decoder of the next body. `last` is the last response.
    fn body(last: Option<&Self::Content>, accounts: Accounts) -> Self::Body;

    /// Returns how long a body is that has this content, roughly, in bytes.
    fn body_bytes(content: &Self::Content) -> usize;
}

/// Decodes a body while it is received.
pub trait Body {
    /// The decoded response.
    type Content: Content;

    /// Appends `length` bytes, which `copy` writes, and decodes them as far as possible.
    fn fill(&mut self, length: usize, copy: impl FnOnce(&mut [u8]));

    /// Returns the number of bytes so far.
    fn received(&self) -> usize;

    /// Checks the limits other than that of the whole body.
    ///
    /// # Errors
    ///
    /// If a part of the body exceeds its limit.
    fn check(&self) -> Result<(), Error>;

    /// Returns the content so far, if enough was received since `latest`, the last part that was shown.
    fn partial(
        &self,
        latest: Option<&PartialOf<Self>>,
        body_pointer: Option<&str>,
    ) -> Option<PartialOf<Self>>;

    /// Returns the content of the complete body.
    ///
    /// # Errors
    ///
    /// If the body is cut off, or not what the operation returns.
    fn finish(self, body_pointer: Option<&str>) -> Result<Received<Self::Content>, WireError>;

    /// Returns the error in the body of a failed response; `None` if it has none.
    fn into_api_error(self) -> Option<ApiError>;
}

/// A part of the content of a body.
pub(super) type PartialOf<B> = <<B as Body>::Content as Content>::Partial;

/// A decoded body.
#[derive(Debug)]
pub struct Received<T> {
    /// The content.
    pub content: T,
    /// The RequestId; may be empty.
    pub request_id: Rc<str>,
}

/// One batch, by its ID. Without an ID the request has no BatchId.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch(pub Option<AttrValue>);

impl Subject for Batch {
    type Content = BatchTask;
    type Body = BatchBody;
    const OPERATION: &'static str = "DescribeBatchTask";

    fn parameters(&self, _: u64) -> Vec<(&'static str, String)> {
        self.0.iter().map(|batch_id| ("BatchId", batch_id.to_string())).collect()
    }

    fn body(last: Option<&BatchTask>, accounts: Accounts) -> BatchBody {
        BatchBody::after(last, accounts)
    }

    fn body_bytes(task: &BatchTask) -> usize {
        // A body has about three times the bytes of the packed rows, and is likely to be as long as the last one.
        task.sub_tasks.heap_bytes().saturating_mul(4)
    }
}
