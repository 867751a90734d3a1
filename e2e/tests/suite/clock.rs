//! A page whose time passes when a test says so: `clock.js`, which it has to load before all else. It must not check anything.

use anyhow::Result;
use e2e::{Answer, Browser, Stub};
use serde_json::Value;

/// Whether time waits for what is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// A request ends before more time passes, however quick that is.
    Answers,
    /// Time passes; requests become late.
    None,
}

/// Serves the script as `clock.js`.
pub(crate) fn put(stub: &Stub) {
    stub.put("clock.js", Answer::file("text/javascript", include_str!("clock.js")));
}

/// Lets so much time pass in the page.
pub(crate) async fn advance(browser: &Browser, ms: u64, patience: Patience) -> Result<()> {
    let is_patient = patience == Patience::Answers;
    let script = "return clock.advance(arguments[0], arguments[1]).then(() => 0);";
    browser.run::<Value>(script, &[ms.into(), is_patient.into()]).await.map(drop)
}
