//! The shadow boundary: what a host's styles do to the widget, what the widget's do to the host, and what the host is let choose.

use anyhow::{Result, ensure};
use e2e::{Answer, Browser, Engine, Scheme, Size, Stub};
use serde_json::{Value, json};

use crate::host::{look, wait_until};
use crate::support::running;

/// The styles of the host's own elements, and of all in the widget, as the browser computes them; not what follows from where
/// something lies, nor custom properties.
const STYLES: &str = r#"
const placed = /^(-webkit-)?((min-|max-)?(width|height|inline-size|block-size)|inset|top|left|right|bottom|perspective-origin|transform-origin|margin-trim)/;
const styles = (element, pseudo) => {
  const computed = getComputedStyle(element, pseudo);
  return [...computed].filter((name) => !placed.test(name) && !name.startsWith("--"))
    .map((name) => `${name}: ${computed.getPropertyValue(name)}`);
};
const inside = () => {
  const root = widget().shadowRoot;
  // An icon that turns is at another angle in each picture.
  root.getAnimations().forEach((animation) => animation.cancel());
  return [...root.querySelectorAll(".batch-task-widget, .batch-task-widget *")]
    .filter((element) => !element.closest(".btw-freshness"))
    .map((element) => [`${element.localName}.${element.getAttribute("class")}`, styles(element)]);
};
const outside = () => [...document.querySelectorAll("body, body *:not(#box, batch-task-widget)")].map((element) => styles(element));
const differing = (one, other) => one.flatMap(([name, lines], index) =>
  lines.filter((line, at) => line !== other[index]?.[1][at]).map((line) => `${name} has ${line}`)).slice(0, 20);
"#;

fn failing(number: usize) -> Answer {
    let mut body = running(number);
    for (row, message) in [(1, "disk of pc-2 is full"), (2, "disk of pc-3 is full")] {
        body["SubTasks"][row]["Status"] = "FAILED".into();
        body["SubTasks"][row]["ErrorMsg"] = message.into();
        body["SubTasks"][row]["TaskBegin"] = "2026-05-28T16:38:20Z".into();
        body["SubTasks"][row]["TaskEnd"] = "2026-05-28T16:39:20Z".into();
    }
    Answer::json(body.to_string())
}

async fn open(browser: &Browser, stub: &Stub) -> Result<()> {
    browser.goto(&stub.url("hosts/plain/boxed.html")).await?;
    wait_until(browser, "find('.btw-row') && find('[part~=failures]')").await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_style_crosses_it() -> Result<()> {
    let stub = Stub::start("/", failing).await?;
    // The class comes when the test says so, and the host is looked at before.
    stub.put("hosts/plain/node_modules/batch-task-widget/define.js", Answer::file("text/javascript", ""));
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("hosts/plain/boxed.html")).await?;
    let changed: bool = look(
        &browser,
        &format!(
            "{STYLES} const before = JSON.stringify(outside());
             return import('/npm/define.js').then(async () => {{
               while (!find('.btw-row')) await new Promise((done) => setTimeout(done, 10));
               return JSON.stringify(outside()) !== before;
             }});"
        ),
    )
    .await?;
    ensure!(!changed, "the widget changed the styles of its host");

    // As it is on a page that does not care, and on one that does its worst.
    let script = format!(
        "{STYLES} const before = inside(); document.documentElement.classList.add('hostile');
         const after = inside();
         return [before.length, getComputedStyle(document.querySelector('table')).display, differing(before, after)];"
    );
    let [count, table, differing]: [Value; 3] = look(&browser, &script).await?;
    ensure!(table == "none", "the page is not hostile: {table}");
    ensure!(count.as_u64().is_some_and(|count| count > 50), "{count} elements were looked at");
    ensure!(differing == json!([]), "{differing:#}");
    let size: [u32; 2] = look(
        &browser,
        "const { width, height } = find('.batch-task-widget').getBoundingClientRect(); return [width, height].map(Math.round);",
    )
    .await?;
    ensure!(size[0] == 900 && size[1] > 200, "it is laid out in {size:?}");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn light_or_dark_is_the_hosts_and_not_the_systems() -> Result<()> {
    let stub = Stub::start("/", failing).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let surface = "return getComputedStyle(find('.batch-task-widget')).backgroundColor;";
    let (light, dark) = ("rgb(255, 255, 255)", "rgb(21, 26, 33)");
    for scheme in [Scheme::Light, Scheme::Dark] {
        browser.prefer(scheme).await?;
        open(&browser, &stub).await?;
        for (host, theme, expected) in [
            ("", "", light),
            ("dark", "", dark),
            ("light", "", light),
            ("dark", "auto", dark),
            ("dark", "light", light),
            ("light", "dark", dark),
        ] {
            // Where a system's wish cannot be pretended, the document's own stands for it, and that counts.
            if host.is_empty() && browser.engine() != Engine::Chromium {
                continue;
            }
            let set = format!(
                "document.getElementById('box').className = '{host}'; widget().theme = '{theme}'; return 0;"
            );
            look::<Value>(&browser, &set).await?;
            let is_drawn =
                format!("getComputedStyle(find('.batch-task-widget')).backgroundColor === '{expected}'");
            wait_until(&browser, &is_drawn).await?;
            let shown: String = look(&browser, surface).await?;
            ensure!(shown == expected, "{scheme:?}, a host of {host:?}, theme {theme:?}: {shown}");
        }
    }
    browser.close().await
}

/// What is drawn in a colour that is not made of the host's, or in a font or with corners of its own.
const OWN: &str = r#"
const properties = ["color", "background-color", "border-top-color", "border-inline-start-color", "outline-color", "fill", "stroke",
  "text-decoration-color", "caret-color", "box-shadow", "background-image"];
const own = [];
for (const element of widget().shadowRoot.querySelectorAll(".batch-task-widget, .batch-task-widget *:not(input[type=checkbox]), p, button")) {
  const computed = getComputedStyle(element);
  for (const property of properties) {
    for (const [colour, channels] of computed.getPropertyValue(property).matchAll(/(?:rgba?|color)\(([^)]*)\)/g)) {
      const [, green, blue, alpha] = channels.replace("srgb ", "").split(/[ ,/]+/).map(Number);
      if ((green > 0 || blue > 0) && alpha !== 0) own.push(`${element.localName}.${element.getAttribute("class")} ${property} ${colour}`);
    }
  }
  if (!/Host Font|mono/i.test(computed.fontFamily)) own.push(`${element.localName}.${element.getAttribute("class")} ${computed.fontFamily}`);
}
return own.slice(0, 20);
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_custom_properties_and_parts_restyle_all_of_it() -> Result<()> {
    let stub = Stub::start("/", failing).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(&browser, &stub).await?;
    look::<Value>(&browser, "document.documentElement.className = 'reds parts'; return 0;").await?;
    for (change, is_there) in [
        ("", "find('.btw-row')"),
        ("find('.btw-row button')?.click();", "true"),
        ("widget().view = 'timeline';", "find('[part~=timeline]')"),
        ("widget().view = ''; widget().filter = 'waiting';", "find('.btw-empty')"),
        ("widget().interval = 'abc'; widget().filter = '';", "find('[role=alert]')"),
    ] {
        look::<Value>(&browser, &format!("{change} return 0;")).await?;
        wait_until(&browser, is_there).await?;
        let own: Vec<String> = look(&browser, OWN).await?;
        ensure!(own.is_empty(), "after {change:?}: {own:#?}");
    }
    let parts =
        "return 'header badge freshness request-id progress failures toolbar table row notice'.split(' ')
        .filter((part) => getComputedStyle(find(`[part~=${part}]`) ?? document.body).textIndent !== '7px');";
    let missing: Vec<String> = look(&browser, parts).await?;
    ensure!(missing.is_empty(), "these parts cannot be styled: {missing:?}");

    // What stands where it cannot start is no exception.
    stub.put("npm/batch-task-widget.wasm", Answer::html("404 Not Found", "no"));
    stub.put(
        "hosts/plain/node_modules/batch-task-widget/define.js",
        Answer::file("text/javascript", "import '/npm/define.js';"),
    );
    browser.goto(&stub.url("hosts/plain/boxed.html")).await?;
    look::<Value>(&browser, "document.documentElement.className = 'reds parts'; return 0;").await?;
    wait_until(&browser, "text('[role=alert]')?.includes('cannot be shown')").await?;
    let own: Vec<String> = look(&browser, OWN).await?;
    ensure!(own.is_empty(), "{own:#?}");
    browser.complaints().await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_laid_out_by_the_width_of_its_box() -> Result<()> {
    let stub = Stub::start("/", failing).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(&browser, &stub).await?;
    for width in [320, 360, 480, 640, 768, 1024, 1440, 2000] {
        let set = format!(
            "document.getElementById('box').style.setProperty('width', '{width}px', 'important');
             return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {{
               const box = document.getElementById('box').getBoundingClientRect();
               const clipped = (it) => {{
                 for (let at = it.parentElement; at; at = at.parentElement) if (getComputedStyle(at).overflowX !== 'visible') return true;
                 return it.classList.contains('btw-hidden');
               }};
               const over = [...widget().shadowRoot.querySelectorAll('.batch-task-widget *')]
                 .filter((it) => !clipped(it) && it.getBoundingClientRect().right > box.right + 1)
                 .map((it) => `${{it.localName}}.${{it.getAttribute('class')}} to ${{it.getBoundingClientRect().right - box.right}}`);
               done([over, getComputedStyle(find('.btw-details')).display !== 'none']);
             }})));"
        );
        let [over, is_folded]: [Value; 2] = look(&browser, &set).await?;
        ensure!(over == json!([]), "{width} px: {over} is too wide");
        // The viewport is 1,280 px wide all the time.
        ensure!(is_folded == (width < 600), "{width} px: the facts are folded: {is_folded}");
    }
    browser.close().await
}
