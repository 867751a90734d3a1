//! Reads a response that a server has received, as [`start`](super::start) reads that of the browser.

use std::rc::Rc;

use super::context::Answer;
use super::limits::{BODY_LIMIT_BYTES, too_large};
use super::subject::{Body, Subject};
use super::{failure, headers};
use crate::error::Error;
use crate::poll::{ResponseTimes, ServerTime};
use crate::redact::Accounts;

/// A response, with its whole body.
pub(crate) struct PlainResponse<'a> {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The headers, with names in lower case.
    pub(crate) headers: &'a [(String, String)],
    pub(crate) body: &'a [u8],
}

impl PlainResponse<'_> {
    /// Returns the decoded response, which was received at `now_ms` (Unix milliseconds, by the clock of the server).
    ///
    /// # Errors
    ///
    /// As [`start`](super::start).
    pub(crate) fn answer<S: Subject>(
        &self,
        accounts: Accounts,
        now_ms: u64,
    ) -> Result<Answer<S::Content>, Error> {
        self.decoded::<S>(accounts, now_ms)
            .map_err(|error| error.of_operation(S::OPERATION).masked(accounts).with_local_network(false))
    }

    fn decoded<S: Subject>(&self, accounts: Accounts, now_ms: u64) -> Result<Answer<S::Content>, Error> {
        let Self { status, body: bytes, .. } = *self;
        let content_type = self.header("content-type").unwrap_or_default();
        let is_ok = (200..300).contains(&status);
        let mut body = S::body(None, if is_ok { accounts } else { Accounts::Shown });
        if bytes.len() > BODY_LIMIT_BYTES {
            return Err(too_large("the body", BODY_LIMIT_BYTES));
        }
        body.fill(bytes.len(), |room| room.copy_from_slice(bytes));
        body.check()?;
        if !is_ok {
            let retry_after_ms =
                headers::stated_wait_ms(self.header("x-acs-retry-after"), self.header("retry-after"), |_| {
                    None
                });
            return Err(
                failure(body.into_api_error(), status, content_type).with_retry_after_ms(retry_after_ms)
            );
        }
        let received = body.finish(None).map_err(|error| Error::from_wire(error, status, content_type))?;
        let age_ms = self.header("age").map_or(0, headers::seconds_ms);
        // The server and what calls it have the same clock, or nearly so.
        let times = ResponseTimes {
            sent_ms: now_ms,
            received_ms: now_ms,
            age_ms,
            date_ms: Some(now_ms.saturating_sub(age_ms)),
        };
        Ok(Answer {
            content: Rc::new(received.content),
            request_id: received.request_id,
            server_time: ServerTime::default().observe(times),
            is_stale: headers::is_stale_status(self.header("cache-status").unwrap_or_default()),
            etag: None,
        })
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }
}
