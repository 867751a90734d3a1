//! The React component in HTML that a server has rendered, with React 18 and 19. `hosts.rs` tests it in rendered pages.

use anyhow::{Context as _, Result, ensure};

use crate::batch::completed;
use crate::hosts::{allow_next, are_slow, open_hosts};

/// Records the header `authorization` of each API request.
const RECORD_HEADERS: &str = "
    window.sent = [];
    const realFetch = window.fetch;
    window.fetch = (...args) => {
      const { url, headers } = args[0] instanceof Request ? args[0] : new Request(...args);
      if (url.includes('/api/')) sent.push(headers.get('authorization'));
      return realFetch(...args);
    };";

/// In the development builds, StrictMode detaches and attaches refs and effects twice, and React logs what differs between the
/// server's HTML and its own.
const PAGES: [&str; 4] = [
    "react/hydrated.html",
    "react/development/hydrated.html",
    "react18/hydrated.html",
    "react18/development/hydrated.html",
];

/// Tested instead by `cargo xtask hosts`.
const SLOW_PAGES: [&str; 1] = ["next/"];

#[tokio::test(flavor = "multi_thread")]
async fn a_hydrated_component_sends_its_headers_and_hears_a_finished_batch() -> Result<()> {
    let page = open_hosts().await?;
    page.server.inject(RECORD_HEADERS);
    page.server.respond(completed);
    let pages = if are_slow() { SLOW_PAGES.as_slice() } else { &PAGES };
    if are_slow() {
        allow_next(&page.server);
    }
    for path in pages {
        let check = async {
            page.goto(&format!("hosts/{path}")).await?;
            page.wait_until("window.host?.heard.includes('finish COMPLETED')").await?;
            page.expect("sent.join() === 'Bearer t0ken'").await?;
            // The host renders again, with new functions.
            page.act("return host.set({ batchId: 'pcb-other' })").await?;
            page.wait_until("sent.join() === 'Bearer t0ken,Bearer t0ken'").await?;
            page.wait_until("host.heard.filter((line) => line === 'finish COMPLETED').length === 2").await?;
            page.expect("!document.querySelector('[defer-hydration]')").await?;
            let mut errors = page.page_errors().await?;
            errors.retain(|line| !line.contains("Download the React DevTools"));
            ensure!(errors.is_empty(), "page errors: {errors:#?}");
            Ok(())
        };
        check.await.context(*path)?;
    }
    if are_slow() {
        // A server component renders the widget itself.
        page.goto("hosts/next/server/").await?;
        page.wait_until("texts('.btw-percent').join() === '33 %'").await?;
        page.expect("document.querySelector('batch-task-widget').className === 'panel'").await?;
    }
    page.close().await
}
