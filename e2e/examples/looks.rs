//! Takes the picture in the npm package's README: one widget with three styles. Run
//! `cargo run -p e2e --example looks -- docs/looks.png` with the environment of `cargo xtask test`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Response, Size, Stub, wait_for};
use serde_json::{Value, json};

fn body() -> Value {
    let row = |id: usize, status: &str, minute: usize, error: &str| {
        json!({"TaskId": format!("task-{id:02}"), "InstanceId": format!("pc-bp1{:04x}", id * 7919 % 65_536), "Status": status,
            "TaskBegin": format!("2026-05-28T16:{minute:02}:20Z"),
            "TaskEnd": if status == "COMPLETED" || status == "FAILED" { json!(format!("2026-05-28T16:{:02}:05Z", minute + 3)) } else { Value::Null },
            "ErrorMsg": error})
    };
    let rows: Vec<Value> = (1..=8)
        .map(|id| match id {
            2 => row(id, "FAILED", 3, "disk of pc-bp13dde is full"),
            5 => row(id, "HUMAN_PROCESSING", 6, "waits for an approval"),
            6 | 7 => row(id, "RUNNING", 20, ""),
            8 => row(id, "WAITING", 20, ""),
            _ => row(id, "COMPLETED", id, ""),
        })
        .collect();
    json!({"RequestId": "25B56BC7-4978-40B3-9E48-4B7067", "BatchId": "pcb-looks", "TaskName": "Install skills", "TaskType": "polarclaw_install_skills",
        "Status": "RUNNING", "TotalCount": 8, "SuccessCount": 3, "TaskBegin": "2026-05-28T16:01:20Z", "SubTasks": rows})
}

#[tokio::main]
async fn main() -> Result<()> {
    let path: PathBuf = std::env::args_os().nth(1).context("usage: looks <file.png>")?.into();
    let stub = Stub::start(|_| Response::json(body().to_string())).await?;
    let browser = Browser::open(Size { width: 980, height: 3000 }).await?;
    browser.goto(&stub.url("hosts/plain/looks.html")).await?;
    let drawn = "return [...document.querySelectorAll('batch-task-widget')].filter((it) => it.shadowRoot.querySelector('.btw-row')).length;";
    wait_for("the widgets", async || {
        let count: usize = browser.run(drawn, &[]).await?;
        ensure!(count == 3, "{count} of 3 are drawn");
        Ok(())
    })
    .await?;
    // The window is higher than the page, so that no scroll bar takes part of the width.
    let height = "return Math.ceil(document.body.lastElementChild.getBoundingClientRect().bottom);";
    let height: u32 = browser.run(height, &[]).await?;
    browser.resize(Size { width: 980, height }).await?;
    browser.screenshot(&path).await?;
    browser.close().await
}
