//! Where the requests for a target go: the origin, and whether that is this machine.

use std::rc::Rc;

use web_sys::Url;

use super::target::Target;
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

    /// Returns the place of `target`.
    pub fn of(target: &Target) -> Self {
        let base = document().and_then(|document| document.base_uri().ok()).flatten();
        let url = Url::new_with_base(&target.endpoint, &base.unwrap_or_default());
        url.map_or_else(
            |_| Self::default(),
            |url| Self { origin: url.origin().into(), is_loopback: is_loopback(&url.hostname()) },
        )
    }
}

/// Whether a host name, as the browser normalizes it, is that of this machine.
fn is_loopback(host: &str) -> bool {
    // A name can begin with `127.`, but it cannot end with a number: the browser takes that for an address, or for an error.
    let is_address = || host.starts_with("127.") && host.ends_with(|last: char| last.is_ascii_digit());
    host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || is_address()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_names_and_addresses() {
        for host in ["localhost", "api.localhost", "127.0.0.1", "127.9.0.255", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "example.com",
            "localhost.example",
            "notlocalhost",
            "127.example",
            "128.0.0.1",
            "10.0.0.1",
            "[::2]",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
