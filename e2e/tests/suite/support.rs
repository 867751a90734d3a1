//! Where things are on the page, and bodies for the stub. It must not check anything.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Answer, Browser, wait_for};
use serde_json::{Value, json};

/// The batch's status in words.
pub(crate) const BADGE: &str = "[part~=badge]";
/// How far it is.
pub(crate) const PERCENT: &str = ".btw-percent";
/// The percentage's and the counts' line.
pub(crate) const COUNTS: &str = ".btw-counts";
/// How old the data is and what comes next.
pub(crate) const FRESHNESS: &str = ".btw-freshness-text";
/// The last answer's RequestId.
pub(crate) const REQUEST_ID: &str = "[part~=request-id]";
/// What is wrong.
pub(crate) const ALERT: &str = "[role=alert]";
/// What is wrong, in a few words.
pub(crate) const ALERT_TITLE: &str = "[role=alert] strong";
/// A subtask in the table.
pub(crate) const ROW: &str = "[part~=row]";
/// What the table scrolls in.
pub(crate) const SCROLLER: &str = "[role=region][tabindex='0']";

/// An interval of two seconds, the shortest that there is, and a bit: who still polled would have asked by then.
pub(crate) const QUIET: Duration = Duration::from_secs(3);

/// The body of a running batch of three, with a RequestId for the number of the request. It has no TaskBegin, so that
/// nothing in it ticks.
pub(crate) fn running(number: usize) -> Value {
    json!({
        "RequestId": format!("REQUEST-{number}"),
        "BatchId": "pcb-stub",
        "TaskName": "Stubbed",
        "Status": "RUNNING",
        "TotalCount": 3,
        "SuccessCount": 1,
        "SubTasks": [
            {"TaskId": "1", "InstanceId": "pc-1", "Status": "COMPLETED"},
            {"TaskId": "2", "InstanceId": "pc-2", "Status": "RUNNING"},
            {"TaskId": "3", "InstanceId": "pc-3", "Status": "WAITING"},
        ],
    })
}

/// The good answer with that body.
pub(crate) fn good(number: usize) -> Answer {
    Answer::json(running(number).to_string())
}

/// The first half of that body, as if it were all.
pub(crate) fn half() -> Answer {
    let mut answer = good(1);
    answer.body.truncate(answer.body.len() / 2);
    answer
}

/// Waits until `selector` finds exactly so many elements.
pub(crate) async fn wait_for_count(browser: &Browser, selector: &str, expected: usize) -> Result<()> {
    wait_for(&format!("{expected} of {selector}"), async || {
        let count = browser.count(selector).await?;
        ensure!(count == expected, "there are {count}");
        Ok(())
    })
    .await
}

/// Waits until the RequestId that is shown differs from `before`, and gives it.
pub(crate) async fn wait_for_another_answer(browser: &Browser, before: &str) -> Result<String> {
    browser.wait_for_text(REQUEST_ID, |text| text != before).await
}

/// Waits until the stub's answer of this number, or a later one, is on the page.
pub(crate) async fn wait_for_answer(browser: &Browser, at_least: usize) -> Result<()> {
    let number = |text: &str| text.strip_prefix("Request ID REQUEST-")?.parse::<usize>().ok();
    browser
        .wait_for_text(REQUEST_ID, |text| number(text).is_some_and(|number| number >= at_least))
        .await
        .map(drop)
}

/// Waits until the page itself says that its data is at least this old. So much time has then passed in the page,
/// whatever the page did or did not do meanwhile.
pub(crate) async fn wait_for_age(browser: &Browser, at_least: Duration) -> Result<()> {
    browser
        .wait_for_text(FRESHNESS, |text| age_s(text).is_some_and(|seconds| seconds >= at_least.as_secs()))
        .await
        .map(drop)
}

fn age_s(freshness: &str) -> Option<u64> {
    freshness.strip_prefix("Updated ")?.split_once(" s ago")?.0.parse().ok()
}

/// A parameter of the page's URL, still encoded.
pub(crate) async fn url_parameter(browser: &Browser, name: &str) -> Result<Option<String>> {
    let url = browser.url().await?;
    let (_, query) = url.split_once('?').with_context(|| format!("{url} has no query"))?;
    let mut parameters = query.split('&').filter_map(|parameter| parameter.split_once('='));
    Ok(parameters.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()))
}
