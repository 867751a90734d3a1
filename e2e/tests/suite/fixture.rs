//! The fixture of nearly every test: a browser with one page, and the server that serves the page.
//!
//! A test opens a page, acts, and checks what the page or the server shows. It ends with [`Page::close`], which fails if
//! the page has logged anything or has broken its content security policy.

use std::ops::Deref;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, POLICY, Proxy, Response, Settings, Size, Stub, wait_for};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::batch::good;
use crate::selectors::{FRESHNESS, REQUEST_ID};

/// Functions that every script of a test can use.
const HELPERS: &str = include_str!("fixture.js");

/// Records the widget's events in `window.log`.
const LISTEN: &str = include_str!("listen.js");

/// Defines the custom element.
pub(crate) const DEFINE: &str = "import './npm/define.js';";

/// Longer than the shortest interval, two seconds. A page that still polled would send a request in this time.
pub(crate) const QUIET: Duration = Duration::from_secs(3);

/// A server of pages.
pub(crate) trait Server {
    /// The URL of a path that is relative to the page.
    fn url(&self, path: &str) -> String;
}

impl Server for Stub {
    fn url(&self, path: &str) -> String {
        self.url(path)
    }
}

impl Server for Proxy {
    fn url(&self, path: &str) -> String {
        self.url(path)
    }
}

/// The path of the host page that [`serve_host`] serves.
pub(crate) const HOST: &str = "host.html";

/// Serves a host page with this body and this module script.
pub(crate) fn serve_host(server: &Stub, policy: &str, body: &str, script: &str) {
    let html = format!(
        "<!doctype html><meta charset=utf-8><title>Host</title><link rel=icon href=data:,>\n\
         <script src=listen.js></script><script type=module src=host.js></script><body>{body}"
    );
    server.serve(HOST, Response::html("200 OK", &html).header("content-security-policy", policy));
    server.serve("listen.js", Response::script(LISTEN));
    server.serve("host.js", Response::script(script));
}

/// A browser and the server of its page. What any page can be asked is in [`Browser`].
pub(crate) struct Page<S> {
    pub(crate) server: S,
    browser: Browser,
    helpers: String,
}

impl<S> Deref for Page<S> {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl Page<Proxy> {
    /// Opens the standalone page, with this query, on the real proxy and its simulator.
    pub(crate) async fn on_proxy(query: &str) -> Result<Self> {
        Self::open(Proxy::start(Settings::default()).await?, Size::WIDE, query).await
    }
}

impl Page<Stub> {
    /// Opens the standalone page on a stub whose batch has three rows. `interval_s` is the polling interval.
    pub(crate) async fn on_stub(interval_s: u32) -> Result<Self> {
        let stub = Stub::start(good).await?;
        Self::open(stub, Size::WIDE, &format!("?batch-id=pcb-stub&interval={interval_s}")).await
    }

    /// Opens a host page with this body and this module script; the npm package is below `./npm/`. The API responds
    /// with a batch that has three rows.
    pub(crate) async fn embedding(body: &str, script: &str) -> Result<Self> {
        let page = Self::blank(Stub::start(good).await?).await?;
        page.embed(body, script).await?;
        Ok(page)
    }

    /// Replaces the page with a host page as in [`Page::embedding`].
    pub(crate) async fn embed(&self, body: &str, script: &str) -> Result<()> {
        self.embed_under(POLICY, body, script).await
    }

    /// The same with another content security policy.
    pub(crate) async fn embed_under(&self, policy: &str, body: &str, script: &str) -> Result<()> {
        serve_host(&self.server, policy, body, script);
        self.goto(HOST).await
    }

    /// Waits until the page shows this response of the stub or a later one.
    pub(crate) async fn wait_for_response(&self, at_least: usize) -> Result<()> {
        let number = |text: &str| text.rsplit_once("REQUEST-")?.1.parse::<usize>().ok();
        self.wait_for_text(REQUEST_ID, |text| number(text).is_some_and(|number| number >= at_least))
            .await
            .map(drop)
    }
}

impl<S: Server> Page<S> {
    /// Has the widget load its second file, as a pointer over it does, and waits for it.
    pub(crate) async fn load_deferred(&self) -> Result<()> {
        let enter = "new window.PointerEvent('pointerover', { bubbles: true })";
        self.wait_until("find('.btw-row, .btw-empty')").await?;
        self.act(&format!("find('.batch-task-widget').dispatchEvent({enter})")).await?;
        self.wait_until("all('details .btw-menu-item').length >= 7").await
    }

    /// Opens a path of the server.
    pub(crate) async fn open(server: S, size: Size, path: &str) -> Result<Self> {
        let page = Self { server, browser: Browser::open(size).await?, helpers: HELPERS.to_owned() };
        page.goto(path).await?;
        Ok(page)
    }

    /// Opens a browser that has not loaded a page yet.
    pub(crate) async fn blank(server: S) -> Result<Self> {
        Ok(Self { server, browser: Browser::open(Size::WIDE).await?, helpers: HELPERS.to_owned() })
    }

    /// Adds functions for the scripts of this test.
    pub(crate) fn with_helpers(mut self, functions: &str) -> Self {
        self.helpers.push_str(functions);
        self
    }

    /// Uses these functions instead of those in `fixture.js`. They must include `shownText`.
    pub(crate) fn replace_helpers(self, functions: &str) -> Self {
        Self { helpers: functions.to_owned(), ..self }
    }

    /// Loads a path of the server.
    pub(crate) async fn goto(&self, path: &str) -> Result<()> {
        self.browser.goto(&self.server.url(path)).await
    }

    /// The value of a JavaScript expression, which may use the helpers and `await`.
    pub(crate) async fn eval<T: DeserializeOwned>(&self, expression: &str) -> Result<T> {
        self.eval_with(expression, &[]).await
    }

    /// The same with `arguments`.
    pub(crate) async fn eval_with<T: DeserializeOwned>(
        &self,
        expression: &str,
        arguments: &[Value],
    ) -> Result<T> {
        let script = format!("{}\nreturn (async () => ({expression}))();", self.helpers);
        self.browser.run(&script, arguments).await.with_context(|| expression.to_owned())
    }

    /// Runs JavaScript statements, which may use the helpers.
    pub(crate) async fn act(&self, statements: &str) -> Result<()> {
        let script = format!("{}\n{statements};", self.helpers);
        self.browser.run(&script, &[]).await.with_context(|| statements.to_owned())
    }

    /// Waits until a JavaScript expression is truthy.
    pub(crate) async fn wait_until(&self, expression: &str) -> Result<()> {
        wait_for(expression, async || {
            // A widget that has crashed has no parts, so that the expression throws. Its text says what has happened.
            let found = format!(
                "await (async () => {{
                    try {{ return [Boolean({expression}), shownText()]; }}
                    catch (error) {{ return [false, `${{shownText()}} (${{error}})`]; }}
                }})()"
            );
            let (holds, text): (bool, String) = self.eval(&found).await?;
            ensure!(holds, "it is false; the widget shows {text:?}");
            Ok(())
        })
        .await
    }

    /// Fails unless a JavaScript expression is truthy.
    pub(crate) async fn expect(&self, expression: &str) -> Result<()> {
        ensure!(self.eval::<bool>(&format!("Boolean({expression})")).await?, "{expression} is false");
        Ok(())
    }

    /// The details of all recorded events with this name.
    pub(crate) async fn events(&self, name: &str) -> Result<Vec<Value>> {
        self.eval_with(
            "log.filter(([name]) => name === arguments[0]).map(([, detail]) => detail)",
            &[name.into()],
        )
        .await
    }

    /// Waits until the RequestId differs from `before`, and returns it.
    pub(crate) async fn wait_for_new_request_id(&self, before: &str) -> Result<String> {
        self.wait_for_text(REQUEST_ID, |text| text != before).await
    }

    /// Waits until the page says that its data is at least this old. The page's own clock has then advanced this far.
    pub(crate) async fn wait_for_age(&self, at_least: Duration) -> Result<()> {
        let age_s = |text: &str| text.strip_prefix("Updated ")?.split_once(" s ago")?.0.parse::<u64>().ok();
        self.wait_for_text(FRESHNESS, |text| age_s(text).is_some_and(|age| age >= at_least.as_secs()))
            .await
            .map(drop)
    }

    /// A parameter of the page's URL, still percent-encoded.
    pub(crate) async fn url_parameter(&self, name: &str) -> Result<Option<String>> {
        let url = self.url().await?;
        let (_, query) = url.split_once('?').with_context(|| format!("{url} has no query"))?;
        let mut parameters = query.split('&').filter_map(|parameter| parameter.split_once('='));
        Ok(parameters.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()))
    }

    /// Fails unless a parameter of the page's URL is `expected`.
    pub(crate) async fn expect_url_parameter(&self, name: &str, expected: Option<&str>) -> Result<()> {
        let found = self.url_parameter(name).await?;
        ensure!(found.as_deref() == expected, "`{name}` is {found:?} in the URL, not {expected:?}");
        Ok(())
    }

    /// Ends the browser. Fails if there are page errors.
    pub(crate) async fn close(self) -> Result<()> {
        self.browser.close().await
    }

    /// Ends the browser, whatever errors the test has caused.
    pub(crate) async fn close_despite_errors(self) -> Result<()> {
        self.browser.leave().await
    }
}

/// The time in Unix milliseconds.
#[expect(clippy::disallowed_methods, reason = "what a stub sends has to be current")]
pub(crate) fn now_ms() -> u128 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    now.as_millis()
}
