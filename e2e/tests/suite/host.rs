//! A page that embeds the npm package, and how to look into its widgets. It must not check anything.

use anyhow::{Context as _, Result, ensure};
use e2e::{Answer, Browser, POLICY, Stub, wait_for};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What every script of a test may use: `widget()`, `find(selector)` in its shadow root, `text(selector)`, `texts(selector)`
/// of all, `named(text)`, which is a button or a summary, `log`.
const HELPERS: &str = r##"
const widget = () => document.querySelector("batch-task-widget") ?? document.querySelector("#target > *");
const find = (selector) => widget()?.shadowRoot?.querySelector(selector) ?? null;
const text = (selector) => find(selector)?.innerText.trim() ?? null;
const every = (selector) => [...(widget()?.shadowRoot?.querySelectorAll(selector) ?? [])];
const texts = (selector) => every(selector).map((element) => element.innerText.trim());
const named = (name) => every("button, summary").find((element) => element.innerText.trim() === name);
const log = (window.log ??= []);
"##;

/// Notes each event as `[name, detail]`, from whoever it bubbles to the document.
const LISTEN: &str = r#"
window.log = [];
for (const name of ["update", "finish", "error", "view-change"]) {
  document.addEventListener(`batch-task-${name}`, (event) => {
    const { task, ...detail } = event.detail;
    window.log.push([name, { ...detail, ...(task && { status: task.Status, rows: task.SubTasks.length }) }]);
  });
}
"#;

/// Opens a page with this body, and this module script behind the listeners.
pub(crate) async fn open(browser: &Browser, stub: &Stub, body: &str, script: &str) -> Result<()> {
    open_under(POLICY, browser, stub, body, script).await
}

/// The same, under another content security policy.
pub(crate) async fn open_under(
    policy: &str,
    browser: &Browser,
    stub: &Stub,
    body: &str,
    script: &str,
) -> Result<()> {
    let html = format!(
        "<!doctype html><meta charset=utf-8><title>Host</title><link rel=icon href=data:,>\n\
         <script src=listen.js></script><script type=module src=host.js></script><body>{body}"
    );
    let page = Answer::html("200 OK", &html).with(&[("content-security-policy", policy)]);
    stub.put("host.html", page);
    stub.put("listen.js", Answer::file("text/javascript", LISTEN));
    stub.put("host.js", Answer::file("text/javascript", script));
    browser.goto(&stub.url("host.html")).await
}

/// What a script gives; it may use the [helpers](HELPERS).
pub(crate) async fn look<T: DeserializeOwned>(browser: &Browser, script: &str) -> Result<T> {
    browser.run(&format!("{HELPERS}\n{script}"), &[]).await
}

/// Waits until an expression is true.
pub(crate) async fn wait_until(browser: &Browser, expression: &str) -> Result<()> {
    wait_for(expression, async || {
        let (holds, html): (bool, String) = look(
            browser,
            &format!(
                "return [Boolean({expression}), String(widget()?.shadowRoot?.textContent).slice(0, 300).toWellFormed()];"
            ),
        )
        .await?;
        ensure!(holds, "it does not hold; the widget says {html:?}");
        Ok(())
    })
    .await
}

/// The details of all events of this name so far.
pub(crate) async fn events(browser: &Browser, name: &str) -> Result<Vec<Value>> {
    let all: Vec<(String, Value)> = look(browser, "return log;").await.context("the log of events")?;
    Ok(all.into_iter().filter(|(other, _)| other == name).map(|(_, detail)| detail).collect())
}
