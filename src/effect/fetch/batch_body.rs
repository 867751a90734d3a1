//! The body of `DescribeBatchTask`, decoded while it is received.

use std::rc::Rc;

use super::limits::{MAX_ROWS, MAX_VALUE_BYTES, too_large};
use super::subject::{Body, Received};
use crate::error::{Error, ErrorClass};
use crate::model::BatchTask;
use crate::poll::PartialTask;
use crate::redact::Accounts;
use crate::wire::{ApiError, Decoded, Decoder, WireError};

/// Rows are shown once there are this many, and again whenever their number has doubled, so that no more rows are copied
/// for it than the body has.
const MIN_PARTIAL_ROWS: usize = 50;

/// The decoder of one body.
pub struct BatchBody(Decoder);

impl BatchBody {
    /// Starts a body. Rows that are the same as in `last` are not decoded again.
    pub(super) fn after(last: Option<&BatchTask>, accounts: Accounts) -> Self {
        let decoder = last.map_or_else(Decoder::new, |last| Decoder::after(&last.sub_tasks));
        Self(decoder.with_accounts(accounts))
    }
}

impl Body for BatchBody {
    type Content = BatchTask;

    fn fill(&mut self, length: usize, copy: impl FnOnce(&mut [u8])) {
        self.0.fill(length, copy);
    }

    fn received(&self) -> usize {
        self.0.received()
    }

    fn check(&self) -> Result<(), Error> {
        if self.0.pending() > MAX_VALUE_BYTES {
            return Err(too_large("one value in the body", MAX_VALUE_BYTES));
        }
        if self.0.rows() > MAX_ROWS {
            let message = format!("the body has more than {MAX_ROWS} subtasks");
            return Err(Error::new(ErrorClass::TooLarge, message));
        }
        Ok(())
    }

    fn partial(&self, latest: Option<&PartialTask>, body_pointer: Option<&str>) -> Option<PartialTask> {
        let rows = self.0.rows();
        // A complete body is reported as a whole.
        if rows < MIN_PARTIAL_ROWS || self.0.is_whole() {
            return None;
        }
        let shown = latest.map_or(0, |latest| latest.task.sub_tasks.len());
        let task = match latest {
            Some(latest) if rows < 2 * shown => Rc::clone(&latest.task),
            _ => Rc::new(self.0.so_far(body_pointer)?.task),
        };
        Some(PartialTask { task, rows })
    }

    fn finish(self, body_pointer: Option<&str>) -> Result<Received<BatchTask>, WireError> {
        let Decoded { task, request_id } = self.0.into_decoded(body_pointer)?;
        Ok(Received { content: task, request_id: request_id.into() })
    }

    fn into_api_error(self) -> Option<ApiError> {
        self.0.into_api_error()
    }
}
