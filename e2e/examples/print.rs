//! Prints the gallery's finished batch to a PDF, for review by eye. Run `cargo run -p e2e --example print -- <file.pdf>` with
//! the environment of `cargo xtask test`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use e2e::{Browser, Proxy, Settings, Size, wait_for};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let file: PathBuf = arguments.next().context("usage: print <file.pdf> [path]")?.into();
    let path = arguments.next().map_or_else(
        || "gallery.html?state=finished-with-failures".into(),
        |path| path.to_string_lossy().into_owned(),
    );
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url(&path)).await?;
    wait_for("the rows", async || {
        ensure!(browser.count("[part~=row]").await? > 0, "there are no rows");
        Ok(())
    })
    .await?;
    let printed =
        browser.devtools("Page.printToPDF", json!({"paperWidth": 8.27, "paperHeight": 11.69})).await?;
    let data = printed["data"].as_str().context("the browser printed nothing")?;
    std::fs::write(&file, BASE64_STANDARD.decode(data)?)?;
    browser.close().await
}
