//! The host apps in `e2e/hosts/`, built with the packed npm package or with the Yew crate, under the strict content security
//! policy.

use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Engine, POLICY, Response, Stub, wait_for};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::batch::{completed, good, running};
use crate::fixture::Page;
use crate::leak_counters::{COUNTERS, Memory, wait_for_no_more_memory};
use crate::list::two;

/// A host: its path, how many widgets it shows, and how many of them poll separately.
struct Host {
    path: &'static str,
    widgets: usize,
    pollers: usize,
}

impl Host {
    /// Whether it is a development build of React, in which StrictMode mounts everything twice.
    fn is_development(&self) -> bool {
        self.path.ends_with("/development")
    }
}

const HOSTS: [Host; 10] = [
    Host { path: "plain", widgets: 1, pollers: 1 },
    Host { path: "react", widgets: 2, pollers: 2 },
    Host { path: "react/development", widgets: 2, pollers: 2 },
    Host { path: "react18", widgets: 3, pollers: 3 },
    Host { path: "react18/development", widgets: 3, pollers: 3 },
    Host { path: "vue", widgets: 2, pollers: 2 },
    Host { path: "webpack", widgets: 1, pollers: 1 },
    Host { path: "esbuild", widgets: 1, pollers: 1 },
    Host { path: "rollup", widgets: 1, pollers: 1 },
    Host { path: "yew", widgets: 1, pollers: 1 },
];

/// Hosts that are slow to build: `cargo xtask hosts` builds them and then tests them instead of [`HOSTS`].
const SLOW_HOSTS: [Host; 2] =
    [Host { path: "angular", widgets: 1, pollers: 1 }, Host { path: "next", widgets: 1, pollers: 1 }];

/// Whether the hosts under test are [`SLOW_HOSTS`].
pub(crate) fn are_slow() -> bool {
    std::env::var_os("BATCH_TASK_SLOW_HOSTS").is_some()
}

/// The batch with the times that the timeline needs.
fn with_times(number: usize) -> Response {
    let mut body = running(number);
    for row in 0..2 {
        body["SubTasks"][row]["TaskBegin"] = "2026-05-28T16:38:20Z".into();
    }
    Response::json(body.to_string())
}

pub(crate) async fn open_hosts() -> Result<Page<Stub>> {
    Ok(Page::blank(Stub::start(good).await?).await?.replace_helpers(include_str!("hosts.js")))
}

/// Allows what Next itself needs: it writes inline scripts into its HTML, and its loader of chunks has no Trusted Types policy.
pub(crate) fn allow_next(stub: &Stub) {
    let policy = POLICY.replace("script-src", "script-src 'unsafe-inline'");
    stub.set_host_policy(&policy.replace("; require-trusted-types-for 'script'", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_host_shows_updates_and_removes_the_widget() -> Result<()> {
    let page = open_hosts().await?;
    // A page that is never idle does not load the second file by itself.
    page.server.inject(&format!("{COUNTERS}\nwindow.requestIdleCallback = () => 0;"));
    let hosts = if are_slow() { SLOW_HOSTS.as_slice() } else { &HOSTS };
    for host in hosts {
        if host.path == "next" {
            allow_next(&page.server);
        }
        let check = async {
            check_host(&page, host).await?;
            check_leaks(&page, host).await?;
            let mut errors = page.page_errors().await?;
            // The development build of React always logs this.
            errors.retain(|line| !line.contains("Download the React DevTools"));
            ensure!(errors.is_empty(), "page errors: {errors:#?}");
            Ok(())
        };
        check.await.context(host.path)?;
    }
    page.close().await
}

async fn check_host(page: &Page<Stub>, host: &Host) -> Result<()> {
    page.server.respond(with_times);
    let (before, start) = (page.server.request_count(), Instant::now());
    // The examples poll every five seconds, and a busy machine may need longer than that.
    let expect_no_restarts = || -> Result<()> {
        let sent = page.server.request_count() - before;
        let most = host.pollers * (1 + start.elapsed().as_secs() as usize / 4);
        ensure!((host.pollers..=most).contains(&sent), "{sent} requests of {} pollers", host.pollers);
        Ok(())
    };
    page.goto(&format!("hosts/{}/", host.path)).await?;
    page.wait_until(&format!("texts('.btw-percent').join() === Array({}).fill('33 %').join()", host.widgets))
        .await?;
    page.wait_until("host.heard.some((line) => line.startsWith('update RUNNING'))").await?;
    if host.is_development() {
        page.expect("document.documentElement.dataset.effects === '2'").await?;
    } else {
        expect_no_restarts()?;
    }

    check_lazy_file(page, host).await?;

    check_action(page, host).await?;

    // The widget follows the state of the host.
    page.act("return host.set({ filter: 'running', theme: 'dark' })").await?;
    page.wait_until("roots()[0].querySelectorAll('.btw-row').length === 1").await?;
    page.wait_until("all('.btw-dark').length === 1").await?;
    // The host has rendered again, perhaps with new functions, which are not a new target.
    if !host.is_development() {
        expect_no_restarts()?;
    }
    page.server.respond(completed);
    page.act("return host.set({ batchId: 'pcb-other' })").await?;
    page.wait_until("every('[part~=badge]', 'Completed')").await?;
    page.wait_until("host.heard.includes('finish COMPLETED')").await?;

    if host.path != "yew" {
        // The batch has ended, so nothing polls.
        let count = page.server.request_count();
        page.act("return renders(30)").await?;
        page.server.expect_requests(count)?;

        // The document gets a language, whose file the bundler has placed somewhere.
        page.act("document.documentElement.lang = 'ja'").await?;
        page.wait_until("every('[part~=badge]', '完了')").await?;
        page.act("document.documentElement.lang = 'en'").await?;
        page.wait_until("every('[part~=badge]', 'Completed')").await?;
    }

    page.server.respond(|_| Response::html("403 Forbidden", "no"));
    page.act("return host.show(false).then(() => host.show(true))").await?;
    page.wait_until("host.heard.includes('error permission')").await?;
    page.server.respond(good);
    page.act("return host.show(false)").await?;
    page.wait_until("all('.batch-task-widget').length === 0").await
}

/// The names of both WebAssembly files in the package; a bundler may rename them.
const FILES: [&str; 2] = ["batch-task-widget.wasm", "batch-task-widget.extras.wasm"];

fn packaged_sizes(stub: &Stub) -> Result<Vec<usize>> {
    FILES.iter().map(|file| Ok(stub.npm_file(file)?.body.len())).collect()
}

/// The second file is not loaded with the page, and it is found where the bundler has placed it.
async fn check_lazy_file(page: &Page<Stub>, host: &Host) -> Result<()> {
    let sizes = packaged_sizes(&page.server)?;
    let is_packaged = host.path != "yew";
    let loaded = async || page.eval::<Vec<usize>>("wasmSizes()").await;
    if is_packaged {
        ensure!(loaded().await? == sizes[..1], "at first, {:?} of {sizes:?} is loaded", loaded().await?);
    }
    page.act("pressTabs('Timeline')").await?;
    // One of the three rows has not begun, and has no lane.
    page.wait_until(&format!("all('[role=option]').length === 2 * {}", host.widgets)).await?;
    if is_packaged {
        ensure!(loaded().await? == sizes, "{:?} of {sizes:?} is loaded", loaded().await?);
    }
    page.act("pressTabs('Subtasks')").await?;
    page.wait_until(&format!("all('.btw-row').length === 3 * {}", host.widgets)).await
}

/// The button of a host that offers an action passes the visible rows to the host, and shows the outcome.
async fn check_action(page: &Page<Stub>, host: &Host) -> Result<()> {
    if !ACTIVE.contains(&host.path.trim_end_matches("/development")) {
        return Ok(());
    }
    page.wait_until("all('.btw-action').length === 1").await?;
    page.act("all('.btw-action')[0].click()").await?;
    page.wait_until("host.heard.includes('action pc-1,pc-2,pc-3')").await?;
    page.wait_until("texts('.btw-action')[0].startsWith('done')").await
}

/// Seven rows, of which three have the reason of the links in the hosts, two of them for longer than ten minutes.
fn with_reasons(number: usize) -> Response {
    const REASON: &str = "disk quota exceeded";
    let rows = [
        ("629271330", "FAILED", "2026-05-28 17:38:20", REASON),
        ("629271331", "FAILED", "2026-05-28 17:38:20", REASON),
        ("629271332", "FAILED", "2026-05-28 16:39:20", REASON),
        ("629271333", "FAILED", "2026-05-28 17:38:20", "locked"),
        ("629271334", "PAUSE", "", REASON),
        ("629271335", "COMPLETED", "2026-05-28 17:38:20", ""),
        ("629271336", "RUNNING", "", ""),
    ];
    let row = |(id, status, end, error): (&str, &str, &str, &str)| {
        json!({"TaskId": id, "InstanceId": format!("pc-{id}"), "Status": status,
            "TaskBegin": "2026-05-28 16:38:20", "TaskEnd": end, "ErrorMsg": error})
    };
    let mut body = running(number);
    body["SubTasks"] = rows.map(row).into_iter().collect();
    Response::json(body.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_host_selects_rows_by_status_duration_and_reason_and_opens_one() -> Result<()> {
    if are_slow() {
        return Ok(());
    }
    let page = open_hosts().await?;
    page.server.respond(with_reasons);
    for (path, widgets) in [
        ("plain/linked.html", 1),
        ("react/?linked", 2),
        ("react/development/?linked", 2),
        ("react18/?linked", 1),
        ("vue/?linked", 1),
        ("webpack/?linked", 1),
    ] {
        let check = async {
            page.goto(&format!("hosts/{path}")).await?;
            page.wait_until(&format!("all('.btw-row-target').length === {widgets}")).await?;
            page.expect(&format!("texts('.btw-listed').join() === Array({widgets}).fill('2 of 7').join()"))
                .await?;
            page.expect("texts('th code').every((id, row) => id === ['629271330', '629271331'][row % 2])")
                .await?;
            let mut errors = page.page_errors().await?;
            errors.retain(|line| !line.contains("Download the React DevTools"));
            ensure!(errors.is_empty(), "page errors: {errors:#?}");
            Ok(())
        };
        check.await.context(path)?;
    }
    page.close().await
}

/// The lists in the hosts are loaded by the pages that show one, and by no others: see `check_lazy_file`.
#[tokio::test(flavor = "multi_thread")]
async fn each_host_shows_the_list_and_opens_a_batch_itself() -> Result<()> {
    if are_slow() {
        return Ok(());
    }
    let page = open_hosts().await?;
    page.server.serve("api/DescribeBatchTasks", two(1));
    let list_size = page.server.npm_file("batch-task-list.wasm")?.body.len();
    for path in ["plain/list.html", "react/?list", "react/development/?list", "vue/?list"] {
        let check = async {
            page.goto(&format!("hosts/{path}")).await?;
            page.wait_until("texts('.btw-list-open').join() === 'First,Second'").await?;
            page.expect("all('.btw-list-open')[1].getAttribute('href') === '/batches/pcb-2'").await?;
            page.act("all('.btw-list-open')[1].click()").await?;
            page.wait_until("host.heard.join() === 'open pcb-2'").await?;
            let loaded: Vec<usize> = page.eval("wasmSizes()").await?;
            // Each app also has a page with the widget, and loads its program at the start.
            ensure!(loaded.contains(&list_size), "{loaded:?} without {list_size} is loaded");
            let mut errors = page.page_errors().await?;
            errors.retain(|line| !line.contains("Download the React DevTools"));
            ensure!(errors.is_empty(), "page errors: {errors:#?}");
            Ok(())
        };
        check.await.context(path)?;
    }
    page.close().await
}

/// The hosts that offer an action.
const ACTIVE: [&str; 6] = ["plain", "react", "react18", "vue", "webpack", "yew"];

/// A host that has shown and removed the widgets a hundred times holds no more than after the first ten times.
async fn check_leaks(page: &Page<Stub>, host: &Host) -> Result<()> {
    page.act("return cycles(10)").await?;
    let before = wait_for("the first cycles to end", async || {
        let left: Value = page.eval("left()").await?;
        ensure!(left["timers"] == 0 && left["requests"] == 0, "{left} is left");
        Ok(left)
    })
    .await?;
    let can_measure = page.engine() == Engine::Chromium;
    let memory = if can_measure { Some(Memory::measure(page).await?) } else { None };
    for _ in 0..10 {
        page.act("return cycles(10)").await?;
    }
    wait_for("all cycles to end", async || {
        let left: Value = page.eval("left()").await?;
        ensure!(left == before, "{left} is left, {before} after the first cycles");
        Ok(())
    })
    .await?;
    match memory {
        // A development build of React keeps up to 3 KB for each time, with the plain tag, too. Production builds do not.
        Some(before) if host.is_development() => {
            wait_for_no_more_memory(page, Memory { heap: before.heap + 200_000, ..before }).await
        }
        Some(before) => wait_for_no_more_memory(page, before).await,
        None => Ok(()),
    }
}

/// A development server serves the package's modules from another path than its WebAssembly.
#[tokio::test(flavor = "multi_thread")]
async fn vites_development_server_finds_the_webassembly() -> Result<()> {
    let page = open_hosts().await?;
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
        .context("cannot start vite")?;
    // WebKit shows an error page, and reports none, if nothing listens yet.
    wait_for("the development server", async || Ok(TcpStream::connect(free).await.map(drop)?)).await?;
    Browser::goto(&page, &format!("http://{free}/")).await?;
    // The server has no API, and a widget that works shows that.
    page.wait_until("texts('[role=alert] strong').includes('Wrong endpoint')").await?;
    page.act("hover()").await?;
    let sizes = packaged_sizes(&page.server)?;
    wait_for("both files", async || {
        let loaded: Vec<usize> = page.eval("wasmSizes()").await?;
        ensure!(loaded == sizes, "{loaded:?} of {sizes:?} is loaded");
        Ok(())
    })
    .await
}
