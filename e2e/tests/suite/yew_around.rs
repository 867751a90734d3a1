//! The element inside a Yew app. The app and the widget are two Yew programs, and each must handle only its own events.

use anyhow::Result;
use e2e::{Size, Stub};

use crate::batch::good;
use crate::fixture::Page;

/// Acts, and waits until the app has recorded exactly these events.
async fn act_and_expect(page: &Page<Stub>, action: &str, expected: &[&str]) -> Result<()> {
    let before: usize = page.eval("heard().length").await?;
    page.act(action).await?;
    let expected = serde_json::to_string(expected)?;
    page.wait_until(&format!("JSON.stringify(heard().slice({before})) === '{expected}'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_program_handles_its_own_events_once() -> Result<()> {
    let stub = Stub::start(good).await?;
    let page = Page::open(stub, Size::WIDE, "hosts/yew-around/").await?;
    let page = page.replace_helpers(include_str!("yew_around.js"));
    for place in ["first", "second"] {
        page.wait_until(&format!("rootIn('{place}')?.querySelector('.btw-percent')")).await?;
        let (click, input) = (format!("click {place}"), format!("input {place}"));

        let filter = format!("buttonIn('{place}', 'Running').click()");
        act_and_expect(&page, &filter, &[&click, "click section"]).await?;
        page.wait_until(&format!("rootIn('{place}').querySelectorAll('.btw-row').length === 1")).await?;

        let count = page.server.request_count();
        let refresh = format!("buttonIn('{place}', 'Refresh').click()");
        act_and_expect(&page, &refresh, &[&click, "click section"]).await?;
        page.server.wait_for_requests(count + 1).await?;

        let search = format!("typeQueryIn('{place}', 'pc-1')");
        act_and_expect(&page, &search, &[&input, "input section"]).await?;
        page.wait_until(&format!("rootIn('{place}').querySelector('.btw-empty')")).await?;
    }
    let decoy = "document.querySelectorAll('.decoy')[7].click()";
    act_and_expect(&page, decoy, &["click decoy 7", "click section"]).await?;
    page.expect("heard().length === 14").await?;
    page.close().await
}
