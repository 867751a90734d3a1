//! Whatever somebody else's backend sends, raw: each gets its sentence, and takes nothing away that was there.

use anyhow::{Context as _, Result, ensure};
use e2e::{Answer, Browser, Size, Stub};
use serde_json::json;

use crate::support::{
    ALERT, ALERT_TITLE, FRESHNESS, ROW, good, half, running, wait_for_answer, wait_for_count,
};

struct Case {
    name: &'static str,
    answer: fn() -> Answer,
    title: &'static str,
    says: &'static str,
}

const LOGIN_PAGE: &str =
    "<!doctype html><title>Sign in</title><img src=x onerror=alert(1)><p>Your account, please";

const CASES: [Case; 10] = [
    case("a login page", login_page, "The response is not a batch task", "The body is HTML that begins"),
    case("a cut body", cut, "Incomplete response", "Retrying automatically"),
    case("half a JSON", half, "Incomplete response", "The body is cut off after"),
    case("no content", no_content, "The response is not a batch task", "The body is empty"),
    case("an empty body", || Answer::json(""), "The response is not a batch task", "The body is empty"),
    case(
        "another JSON",
        || Answer::json(r#"{"ok":true}"#),
        "The response is not a batch task",
        "The body is an object without",
    ),
    case("a gateway's page", || html("502 Bad Gateway"), "Service error", "HTTP 502 (text/html)"),
    case(
        "a page that asks to sign in",
        || html("401 Unauthorized"),
        "Sign-in required",
        "HTTP 401 (text/html)",
    ),
    case("no such route", || html("404 Not Found"), "Wrong endpoint", "Check the endpoint"),
    case("an error in a 200", error_body, "Too many requests", "Throttling.User"),
];

const fn case(name: &'static str, answer: fn() -> Answer, title: &'static str, says: &'static str) -> Case {
    Case { name, answer, title, says }
}

fn html(status: &'static str) -> Answer {
    Answer::html(status, "<html><h1>Not today</h1></html>")
}

fn login_page() -> Answer {
    Answer::html("200 OK", LOGIN_PAGE)
}

fn cut() -> Answer {
    Answer { missing: 1_000, ..half() }
}

fn no_content() -> Answer {
    Answer { status: "204 No Content", ..Answer::json("") }
}

fn error_body() -> Answer {
    Answer::json(
        r#"{"Code":"Throttling.User","Message":"Request was denied due to user flow control.","RequestId":"R"}"#,
    )
}

/// Waits for a case's notice, and checks that it is one notice, of text.
async fn check_notice(browser: &Browser, case: &Case) -> Result<()> {
    browser.wait_for_text(ALERT_TITLE, |text| text == case.title).await?;
    browser.wait_for_text(ALERT, |text| text.contains(case.says)).await?;
    ensure!(browser.count(ALERT).await? == 1, "it is said more than once");
    ensure!(browser.count("main img").await? == 0, "the body's markup has come alive");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_body_at_first_gets_its_notice() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for case in &CASES {
        let answer = case.answer;
        stub.script(move |_| answer());
        browser.goto(&stub.url("?batch-id=pcb-stub")).await?;
        check_notice(&browser, case).await.with_context(|| case.name)?;
        ensure!(browser.count(ROW).await? == 0, "{}: there are rows", case.name);
        browser.expect_quiet().await.with_context(|| case.name)?;
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_body_after_a_good_one_leaves_it_there() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=600")).await?;
    wait_for_count(&browser, ROW, 3).await?;
    for case in &CASES {
        let answer = case.answer;
        stub.script(move |_| answer());
        browser.press("Refresh").await?;
        check_notice(&browser, case).await.with_context(|| case.name)?;
        ensure!(browser.count(ROW).await? == 3, "{}: the rows are gone", case.name);
        browser
            .wait_for_text(FRESHNESS, |text| text.starts_with("Data from "))
            .await
            .with_context(|| case.name)?;

        // A notice of what passes may go by itself before its button is pressed, so that is not relied on.
        stub.script(good);
        browser.press("Refresh").await?;
        wait_for_count(&browser, ALERT, 0).await.with_context(|| case.name)?;
        browser
            .wait_for_text(FRESHNESS, |text| text.starts_with("Updated "))
            .await
            .with_context(|| case.name)?;
        browser.expect_quiet().await.with_context(|| case.name)?;
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_a_login_page_is_told_as_one() -> Result<()> {
    let to_login = |_| Answer::html("302 Found", "").with(&[("location", "/login.html")]);
    let stub = Stub::start("/", to_login).await?;
    stub.put("login.html", login_page());
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub")).await?;
    let login = case("", login_page, "The response is not a batch task", "The body is HTML that begins");
    check_notice(&browser, &login).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_backend_puts_around_the_body_is_taken_off() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for around in [
        |body| json!({"code": 200, "success": true, "message": "OK", "data": body}),
        |body| json!({"data": body, "traceId": "own-1", "code": "200"}),
    ] {
        stub.script(move |number| Answer::json(around(running(number)).to_string()));
        browser.goto(&stub.url("?batch-id=pcb-stub")).await?;
        wait_for_count(&browser, ROW, 3).await?;
        browser.expect_quiet().await?;
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stopped_goes_on_by_its_button() -> Result<()> {
    let stub = Stub::start("/", |_| html("401 Unauthorized")).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=2")).await?;
    browser.wait_for_text(ALERT, |text| text.contains("Automatic updates have stopped.")).await?;
    ensure!(stub.asked() == 1, "it asked {} times", stub.asked());
    stub.script(good);
    browser.press("Try again").await?;
    wait_for_count(&browser, ROW, 3).await?;
    ensure!(browser.count(ALERT).await? == 0, "the notice is still there");
    // It polls again, too.
    wait_for_answer(&browser, 4).await?;
    browser.close().await
}
