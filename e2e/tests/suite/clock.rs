//! The held clock: a page whose time a test advances. The page must load `clock.js` before all other scripts.

use anyhow::Result;
use e2e::{Browser, Response, Stub};

/// The script.
pub(crate) const CLOCK: &str = include_str!("clock.js");

/// Loads the script in a host page that comes from a stub with [`serve`].
pub(crate) const CLOCK_TAG: &str = "<script src=clock.js></script>";

/// Whether time waits for requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Requests {
    /// Time stops until open requests have ended.
    Awaited,
    /// Time passes while requests are open, so that they can time out.
    NotAwaited,
}

/// Serves the script as `clock.js`.
pub(crate) fn serve(stub: &Stub) {
    stub.serve("clock.js", Response::script(CLOCK));
}

/// Advances the time of the page.
pub(crate) async fn advance(browser: &Browser, ms: u64, requests: Requests) -> Result<()> {
    let is_patient = requests == Requests::Awaited;
    browser.run("return clock.advance(arguments[0], arguments[1]);", &[ms.into(), is_patient.into()]).await
}
