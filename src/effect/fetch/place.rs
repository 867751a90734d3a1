//! Where the requests for a target go: the origin, and whether that is this machine.

use std::rc::Rc;

use web_sys::Url;

use super::origin::is_loopback;
use crate::effect::{document, page};

/// Where the requests for a target go. Where those of a fetcher go is not known: its target's endpoint counts, or else the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The origin; empty if the endpoint is not a URL.
    pub origin: Rc<str>,
    /// Whether it is this machine, which can be reached offline.
    pub is_loopback: bool,
}

impl Place {
    /// Whether requests are held back now, because the browser says that it is offline. A connection to this machine
    /// needs no network.
    pub fn is_held_offline(&self) -> bool {
        !self.is_loopback && page::pause_reasons().offline
    }

    /// Returns the place of an endpoint.
    pub fn of(endpoint: &str) -> Self {
        let base = document().and_then(|document| document.base_uri().ok()).flatten();
        let url = Url::new_with_base(endpoint, &base.unwrap_or_default());
        url.map_or_else(
            |_| Self::default(),
            |url| Self { origin: url.origin().into(), is_loopback: is_loopback(&url.href()) },
        )
    }
}
