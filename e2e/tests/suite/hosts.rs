//! The apps of `e2e/hosts/`, built with the packed npm package or with the Yew crate, under the strict policy.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use e2e::{Answer, Browser, Engine, Size, Stub, wait_for};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::process::Command;

use crate::counting::{COUNTING, expect_no_more, held};
use crate::support::{good, running};

/// A host, by its path; how many widgets it shows, and how many of them ask apart.
struct Host {
    path: &'static str,
    widgets: usize,
    pollers: usize,
}

const HOSTS: [Host; 7] = [
    Host { path: "plain", widgets: 1, pollers: 1 },
    Host { path: "react", widgets: 2, pollers: 2 },
    // React's development build: StrictMode mounts everything twice there.
    Host { path: "react/development", widgets: 2, pollers: 2 },
    Host { path: "vue", widgets: 2, pollers: 2 },
    Host { path: "webpack", widgets: 1, pollers: 1 },
    Host { path: "esbuild", widgets: 1, pollers: 1 },
    Host { path: "yew", widgets: 1, pollers: 1 },
];

/// What scripts may use: widgets in whatever roots they are, `texts(selector)` in all of them, and a host's life.
const HELPERS: &str = r#"
const roots = () => {
  const shadows = [...document.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean);
  return shadows.length > 0 ? shadows : [document];
};
const all = (selector) => roots().flatMap((root) => [...root.querySelectorAll(selector)]);
const texts = (selector) => all(selector).map((element) => element.innerText.trim());
const until = async (condition) => {
  while (!condition()) await new Promise((done) => now.setTimeout(done, 5));
};
const cycles = async (count) => {
  for (let i = 0; i < count; i++) {
    await host.show(true);
    // Half of them go while their first request is under way.
    if (i % 2) await until(() => texts(".btw-percent").includes("33 %"));
    await host.show(false);
    await until(() => all(".batch-task-widget").length === 0);
  }
};
"#;

async fn look<T: DeserializeOwned>(browser: &Browser, script: &str) -> Result<T> {
    browser.run(&format!("{HELPERS}\n{script}"), &[]).await
}

async fn wait_until(browser: &Browser, expression: &str) -> Result<()> {
    wait_for(expression, async || {
        let [holds, says]: [Value; 2] = look(
            browser,
            &format!("return [Boolean({expression}), [texts('.batch-task-widget'), window.host?.heard]];"),
        )
        .await?;
        ensure!(holds == true, "it does not hold; it says {says}");
        Ok(())
    })
    .await
}

/// The same batch, with times.
fn timed(number: usize) -> Answer {
    let mut body = running(number);
    for row in 0..2 {
        body["SubTasks"][row]["TaskBegin"] = "2026-05-28T16:38:20Z".into();
    }
    Answer::json(body.to_string())
}

fn ended(number: usize) -> Answer {
    let mut body = running(number);
    body["Status"] = "COMPLETED".into();
    Answer::json(body.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_host_shows_changes_hears_and_lets_go() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    stub.inject(COUNTING);
    let browser = Browser::open(Size::WIDE).await?;
    for host in &HOSTS {
        lives(&browser, &stub, host).await.with_context(|| host.path)?;
        leaves_nothing(&browser).await.with_context(|| host.path)?;
        let mut complaints = browser.complaints().await?;
        // What React's development build says to everybody.
        complaints.retain(|line| !line.contains("Download the React DevTools"));
        ensure!(complaints.is_empty(), "{} is not quiet: {complaints:#?}", host.path);
    }
    browser.close().await
}

async fn lives(browser: &Browser, stub: &Stub, host: &Host) -> Result<()> {
    stub.script(timed);
    let asked = stub.asked();
    browser.goto(&stub.url(&format!("hosts/{}/", host.path))).await?;
    let is_drawn = format!("texts('.btw-percent').join() === Array({}).fill('33 %').join()", host.widgets);
    wait_until(browser, &is_drawn).await?;
    wait_until(browser, "host.heard.some((line) => line.startsWith('update RUNNING'))").await?;
    if host.path == "react/development" {
        let effects: String = look(browser, "return document.documentElement.dataset.effects;").await?;
        ensure!(effects == "2", "StrictMode is not at work: {effects} effects");
    } else {
        let by_now = stub.asked() - asked;
        ensure!(by_now == host.pollers, "{by_now} requests of {} pollers", host.pollers);
    }

    shows_the_timeline(browser, stub, host).await?;

    // The host's state changes, and the widget follows.
    look::<Value>(browser, "return host.set({ filter: 'running', theme: 'dark' });").await?;
    wait_until(browser, "roots()[0].querySelectorAll('.btw-row').length === 1").await?;
    wait_until(browser, "all('.btw-dark').length === 1").await?;
    stub.script(ended);
    look::<Value>(browser, "return host.set({ batchId: 'pcb-other' });").await?;
    wait_until(browser, "texts('[part~=badge]').every((text) => text === 'Completed')").await?;
    wait_until(browser, "host.heard.includes('finish COMPLETED')").await?;

    // The document is given a language, whose file a bundler has put somewhere.
    if host.path != "yew" {
        look::<Value>(browser, "document.documentElement.lang = 'ja'; return 0;").await?;
        wait_until(browser, "texts('[part~=badge]').every((text) => text === '完了')").await?;
        look::<Value>(browser, "document.documentElement.lang = 'en'; return 0;").await?;
        wait_until(browser, "texts('[part~=badge]').every((text) => text === 'Completed')").await?;
    }

    // An error reaches the host as well.
    stub.script(|_| Answer::html("403 Forbidden", "no"));
    look::<Value>(browser, "return host.show(false).then(() => host.show(true));").await?;
    wait_until(browser, "host.heard.includes('error permission')").await?;
    stub.script(good);
    look::<Value>(browser, "return host.show(false);").await?;
    wait_until(browser, "all('.batch-task-widget').length === 0").await
}

/// The names of both files of the package, which whoever builds it may have put elsewhere.
const FILES: [&str; 2] = ["batch-task-widget.wasm", "batch-task-widget.extras.wasm"];

/// How large the WebAssembly is that the page has loaded, file by file.
const LOADED: &str = r#"
const names = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.endsWith(".wasm"));
return Promise.all([...new Set(names)].map(async (name) => (await (await fetch(name)).arrayBuffer()).byteLength));
"#;

/// A bundler has put the second file somewhere, too; it is a file, and none that a page loads at first.
async fn shows_the_timeline(browser: &Browser, stub: &Stub, host: &Host) -> Result<()> {
    let sizes = FILES.iter().map(|file| Ok(stub.packaged(file)?.body.len())).collect::<Result<Vec<_>>>()?;
    let is_packaged = host.path != "yew";
    let loaded = async || look::<Vec<usize>>(browser, LOADED).await;
    if is_packaged {
        ensure!(loaded().await? == sizes[..1], "at first {:?} of {sizes:?} is loaded", loaded().await?);
    }
    press_tabs(browser, "Timeline").await?;
    wait_until(browser, &format!("all('[role=option]').length === 3 * {}", host.widgets)).await?;
    if is_packaged {
        ensure!(loaded().await? == sizes, "{:?} of {sizes:?} is loaded", loaded().await?);
    }
    press_tabs(browser, "Subtasks").await?;
    wait_until(browser, &format!("all('.btw-row').length === 3 * {}", host.widgets)).await
}

async fn press_tabs(browser: &Browser, name: &str) -> Result<()> {
    let press = format!(
        "all('[role=tab]').filter((tab) => tab.innerText === '{name}').forEach((tab) => tab.click()); return 0;"
    );
    look::<Value>(browser, &press).await.map(drop)
}

/// A hundred times shown and taken away, a host has no more than it had after the first few times.
async fn leaves_nothing(browser: &Browser) -> Result<()> {
    look::<Value>(browser, "return cycles(10).then(() => 0);").await?;
    let before_here = wait_for("the first ones to be over", async || {
        let left: Value = look(browser, "return left();").await?;
        ensure!(left["timers"] == 0 && left["requests"] == 0, "{left} is left");
        Ok(left)
    })
    .await?;
    // No other engine's driver counts nodes, listeners and the heap.
    let counts = browser.engine() == Engine::Chromium;
    let before = if counts { Some(held(browser).await?) } else { None };
    for _ in 0..10 {
        look::<Value>(browser, "return cycles(10).then(() => 0);").await?;
    }
    wait_for("all to be over", async || {
        let left: Value = look(browser, "return left();").await?;
        ensure!(left == before_here, "{left} is left, and {before_here} after the first ones");
        Ok(())
    })
    .await?;
    match before {
        Some(before) => expect_no_more(browser, before).await,
        None => Ok(()),
    }
}

/// A development server puts the package's modules elsewhere than its WebAssembly.
#[tokio::test(flavor = "multi_thread")]
async fn vites_development_server_finds_the_webassembly() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let folder = std::env::var_os("BATCH_TASK_HOSTS_DIR").context("run this with `cargo xtask test`")?;
    let _vite = Command::new("node")
        .args(["node_modules/vite/bin/vite.js", "--strictPort", "--host=127.0.0.1"])
        .arg(format!("--port={}", free.port()))
        .current_dir(Path::new(&folder).join("react"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("vite could not be started")?;
    let browser = Browser::open(Size::WIDE).await?;
    wait_for("the development server", async || browser.goto(&format!("http://{free}/")).await).await?;
    // It has no API, which a widget that works says.
    wait_until(&browser, "texts('[role=alert] strong').includes('Wrong endpoint')").await?;
    let come_near = "all('.batch-task-widget')[0].dispatchEvent(new PointerEvent('pointerover', { bubbles: true })); return 0;";
    look::<Value>(&browser, come_near).await?;
    let sizes = FILES.iter().map(|file| Ok(stub.packaged(file)?.body.len())).collect::<Result<Vec<_>>>()?;
    wait_for("both files", async || {
        let loaded: Vec<usize> = look(&browser, LOADED).await?;
        ensure!(loaded == sizes, "{loaded:?} of {sizes:?} is loaded");
        Ok(())
    })
    .await
}
