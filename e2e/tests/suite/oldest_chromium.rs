//! Chromium 109, the oldest that is supported: the last for Windows 7 and 8. It has neither `light-dark()` nor `color-mix()`, and
//! instantiates WebAssembly of more than 4 KB only asynchronously.

use anyhow::{Context as _, Result, ensure};
use e2e::{DevTools, POLICY, Scheme, Size, Stub, wait_for};
use serde_json::Value;

use crate::batch::good;
use crate::fixture::{DEFINE, HOST, serve_host};

const TAG: &str =
    "<batch-task-widget endpoint=api/DescribeBatchTask batch-id=pcb-stub interval=600></batch-task-widget>";
const SCRIPT: &str = include_str!("oldest_chromium.js");

/// The value of an expression, which may use the functions of the script.
async fn eval(browser: &DevTools, expression: &str) -> Result<Value> {
    browser.run(&format!("{SCRIPT} return {expression};"), &[]).await.with_context(|| expression.to_owned())
}

/// Waits until an expression is true.
async fn wait_until(browser: &DevTools, expression: &str) -> Result<()> {
    wait_for(expression, async || {
        let [holds, text, errors]: [Value; 3] = serde_json::from_value(
            eval(browser, &format!("[Boolean({expression}), shownText(), e2e.pageErrors]")).await?,
        )?;
        ensure!(holds == true, "it is false; the page shows {text}; errors: {errors}");
        Ok(())
    })
    .await
}

/// Fails unless an expression is an empty list.
async fn expect_none(browser: &DevTools, expression: &str) -> Result<()> {
    let found = eval(browser, expression).await?;
    ensure!(found.as_array().is_some_and(Vec::is_empty), "{expression}: {found}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: starts a Chromium of its own"]
async fn the_element_works_in_the_oldest_chromium() -> Result<()> {
    let stub = Stub::start(good).await?;
    serve_host(&stub, POLICY, TAG, DEFINE);
    let browser = DevTools::start_oldest().await?;
    for (size, theme) in [(Size::WIDE, "light"), (Size::NARROW, "dark")] {
        browser.resize(size).await?;
        browser.goto(&stub.url(HOST)).await?;
        ensure!(eval(&browser, "navigator.userAgent.includes('Chrome/109.')").await? == true);
        wait_until(&browser, "all('.btw-row').length === 3").await?;
        eval(&browser, &format!("void (widget().theme = '{theme}')")).await?;
        wait_until(&browser, &format!("find('.btw-{theme}')")).await?;
        ensure!(
            eval(&browser, "isDark(find('section'))").await? == (theme == "dark"),
            "the theme is not {theme}"
        );
        expect_none(&browser, "invisible()").await?;
        check_menu(&browser).await.with_context(|| format!("at {} px", size.width))?;
        // The second file has been loaded, and works.
        eval(&browser, "void find('[role=tab][aria-selected=false]').click()").await?;
        wait_until(&browser, "find('.btw-timeline, .btw-empty')").await?;
        expect_none(&browser, "e2e.pageErrors").await?;
    }
    Ok(())
}

/// Opens the menu of the columns. It is opaque and above everything else.
async fn check_menu(browser: &DevTools) -> Result<()> {
    let center: [f64; 2] = serde_json::from_value(eval(browser, "center('.btw-menu-button')").await?)?;
    browser.click(center[0], center[1]).await?;
    wait_until(browser, "all('.btw-menu[open] .btw-menu-item').length > 3").await?;
    expect_none(browser, "covered('.btw-menu[open] .btw-menu-items')").await?;
    ensure!(
        eval(browser, "isOpaque(find('.btw-menu[open] .btw-menu-items'))").await? == true,
        "the menu is transparent"
    );
    browser.click(center[0], center[1]).await?;
    wait_until(browser, "!find('.btw-menu[open]')").await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: starts a Chromium of its own"]
async fn the_page_works_in_the_oldest_chromium() -> Result<()> {
    let stub = Stub::start(good).await?;
    let browser = DevTools::start_oldest().await?;
    browser.resize(Size::WIDE).await?;
    for scheme in [Scheme::Light, Scheme::Dark] {
        browser.prefer(scheme).await?;
        browser.goto(&stub.url("?batch-id=pcb-stub&interval=600")).await?;
        wait_until(&browser, "all('.btw-row').length === 3").await?;
        for element in ["document.body", "find('section')"] {
            let is_dark = eval(&browser, &format!("isDark({element})")).await?;
            ensure!(
                is_dark == (scheme == Scheme::Dark),
                "{element} does not follow the system's {}",
                scheme.keyword()
            );
        }
        expect_none(&browser, "invisible()").await?;
        expect_none(&browser, "e2e.pageErrors").await?;
    }
    Ok(())
}
