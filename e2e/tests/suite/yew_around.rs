//! The element in a Yew app that is a program of its own: both count their elements and listeners from one, and neither must
//! take the other's for its own.

use anyhow::{Result, ensure};
use e2e::{Browser, Size, Stub, wait_for};
use serde_json::Value;

use crate::support::good;

/// What scripts may use: the shadow root of the widget in a place, and what the app has heard.
const HELPERS: &str = r##"
const root = (place) => document.querySelector(`#${place} > batch-task-widget`)?.shadowRoot;
const button = (place, text) => [...root(place).querySelectorAll("button")].find((it) => it.innerText.trim().startsWith(text));
const heard = () => [...document.querySelectorAll("#heard > li")].map((line) => line.textContent);
"##;

async fn look(browser: &Browser, script: &str) -> Result<Value> {
    browser.run(&format!("{HELPERS}\n{script}"), &[]).await
}

async fn wait_until(browser: &Browser, expression: &str) -> Result<()> {
    wait_for(expression, async || {
        let found = look(browser, &format!("return [Boolean({expression}), heard()];")).await?;
        ensure!(found[0] == true, "it does not hold; the app heard {}", found[1]);
        Ok(())
    })
    .await
}

/// Does something, and waits until the app has heard just this of it.
async fn hears(browser: &Browser, act: &str, expected: &[&str]) -> Result<()> {
    let before = look(browser, "return heard().length;").await?;
    look(browser, &format!("{act}; return 0;")).await?;
    let expected = serde_json::to_string(expected)?;
    wait_until(browser, &format!("JSON.stringify(heard().slice({before})) === '{expected}'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_app_hears_its_own_events_once() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("hosts/yew-around/")).await?;
    for place in ["first", "second"] {
        wait_until(&browser, &format!("root('{place}')?.querySelector('.btw-percent')")).await?;
        let (click, input) = (format!("click {place}"), format!("input {place}"));

        let chip = format!("button('{place}', 'Running').click()");
        hears(&browser, &chip, &[&click, "click section"]).await?;
        wait_until(&browser, &format!("root('{place}').querySelectorAll('.btw-row').length === 1")).await?;

        let asked = stub.asked();
        hears(&browser, &format!("button('{place}', 'Refresh').click()"), &[&click, "click section"]).await?;
        stub.wait_until_asked(asked + 1).await?;

        let search = format!(
            "const search = root('{place}').querySelector('[type=search]'); search.value = 'pc-1';
             search.dispatchEvent(new InputEvent('input', {{ bubbles: true, composed: true }}))"
        );
        hears(&browser, &search, &[&input, "input section"]).await?;
        wait_until(&browser, &format!("root('{place}').querySelector('.btw-empty')")).await?;
    }
    hears(&browser, "document.querySelectorAll('.decoy')[7].click()", &["click decoy 7", "click section"])
        .await?;
    ensure!(look(&browser, "return heard().length;").await? == 14, "it heard something afterwards");
    browser.close().await
}
