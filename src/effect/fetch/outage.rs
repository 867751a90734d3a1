//! Why there is no response: the network, or a redirect to a sign-in server, which the browser reports as the same failure.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{RequestRedirect, ResponseType};

use super::context::RequestContext;
use super::sending::builder;
use crate::error::{Error, ErrorClass};

/// Whether requests without a response were redirected, since the last one that had a response. Clones share the result.
#[derive(Clone, Debug, Default)]
pub struct Outage(Rc<Cell<Probe>>);

/// The result of the probe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Probe {
    /// There was none in this outage.
    #[default]
    NotSent,
    /// The request was not redirected, or the probe failed too.
    NotRedirected,
    /// The request was redirected to another origin.
    Redirected,
}

impl Outage {
    /// There was a response.
    pub(super) fn end(&self) {
        self.0.set(Probe::NotSent);
    }

    /// After a failed GET request to the page's own origin, sends it once per outage without following a redirect.
    pub(super) async fn probe(&self, context: &RequestContext, headers: &[(String, String)]) {
        if self.0.get() != Probe::NotSent || context.is_dropped.get() || context.idle_timeout.has_expired() {
            return;
        }
        self.0.set(Probe::NotRedirected);
        context.idle_timeout.reset();
        let signal = context.idle_timeout.controller.as_ref().map(web_sys::AbortController::signal);
        let builder = builder(&context.target, headers, signal.as_ref()).redirect(RequestRedirect::Manual);
        let Ok(request) = builder.build() else { return };
        let Ok(response) = request.send().await else { return };
        if response.type_() == ResponseType::Opaqueredirect {
            self.0.set(Probe::Redirected);
        }
        if let Some(body) = response.body() {
            // Only the head was of interest.
            drop(body.cancel());
        }
    }

    /// Returns the error of a request without a response. `endpoint` is how it is displayed.
    pub(super) fn error(&self, endpoint: &str) -> Error {
        if self.0.get() == Probe::Redirected {
            let message = format!("{endpoint} redirects to another site, probably to sign in");
            return Error::new(ErrorClass::Unauthorized, message);
        }
        let message = format!("no response from {endpoint}, or CORS does not allow this page to read it");
        Error::new(ErrorClass::Network, message)
    }
}
