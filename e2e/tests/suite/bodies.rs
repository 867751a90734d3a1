//! Response bodies that are not a batch: each gets its notice, and the data from before stays.

use anyhow::{Context as _, Result, ensure};
use e2e::{Response, Stub};
use serde_json::json;

use crate::batch::{good, half, running};
use crate::fixture::Page;
use crate::selectors::{ALERT, ALERT_TITLE, FRESHNESS, ROW};

/// A body, and the title and a part of the text of its notice.
struct Case {
    name: &'static str,
    response: fn() -> Response,
    title: &'static str,
    text: &'static str,
}

const CASES: [Case; 10] = [
    case("a login page", login_page, "The response is not a batch task", "The body is HTML that begins"),
    case("a cut body", cut, "Incomplete response", "Retrying automatically"),
    case("half a JSON document", half, "Incomplete response", "The body is cut off after"),
    case(
        "no content",
        || Response::status("204 No Content"),
        "The response is not a batch task",
        "The body is empty",
    ),
    case("an empty body", || Response::json(""), "The response is not a batch task", "The body is empty"),
    case(
        "other JSON",
        || Response::json(r#"{"ok":true}"#),
        "The response is not a batch task",
        "The body is an object without",
    ),
    case("the page of a gateway", || html("502 Bad Gateway"), "Service error", "HTTP 502 (text/html)"),
    case("a page with status 401", || html("401 Unauthorized"), "Sign-in required", "HTTP 401 (text/html)"),
    case("a page with status 404", || html("404 Not Found"), "Wrong endpoint", "Check the endpoint"),
    case("an API error with status 200", error_body, "Too many requests", "Throttling.User"),
];

const LOGIN: Case = case("", login_page, "The response is not a batch task", "The body is HTML that begins");

const fn case(
    name: &'static str,
    response: fn() -> Response,
    title: &'static str,
    text: &'static str,
) -> Case {
    Case { name, response, title, text }
}

fn html(status: &'static str) -> Response {
    Response::html(status, "<html><h1>Not today</h1></html>")
}

fn login_page() -> Response {
    let body = "<!doctype html><title>Sign in</title><img src=x onerror=alert(1)><p>Your account, please";
    Response::html("200 OK", body)
}

fn cut() -> Response {
    Response { missing: 1_000, ..half() }
}

fn error_body() -> Response {
    Response::json(
        r#"{"Code":"Throttling.User","Message":"Request was denied due to user flow control.","RequestId":"R"}"#,
    )
}

/// Waits for the notice of a case; there is only one, and markup in the body stays text.
async fn check_notice(page: &Page<Stub>, case: &Case) -> Result<()> {
    page.wait_for_text(ALERT_TITLE, |text| text == case.title).await?;
    page.wait_for_text(ALERT, |text| text.contains(case.text)).await?;
    ensure!(page.count(ALERT).await? == 1, "there is more than one notice");
    ensure!(page.count("main img").await? == 0, "markup of the body became elements");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_body_as_the_first_response_gets_its_notice() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    for case in &CASES {
        let response = case.response;
        page.server.respond(move |_| response());
        let check = async {
            page.goto("?batch-id=pcb-stub").await?;
            check_notice(&page, case).await?;
            ensure!(page.count(ROW).await? == 0, "there are rows");
            page.expect_no_page_errors().await
        };
        check.await.context(case.name)?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_body_after_a_good_one_keeps_the_rows() -> Result<()> {
    let page = Page::on_stub(600).await?;
    page.wait_for_count(ROW, 3).await?;
    for case in &CASES {
        let response = case.response;
        page.server.respond(move |_| response());
        let check = async {
            page.click_button("Refresh").await?;
            check_notice(&page, case).await?;
            ensure!(page.count(ROW).await? == 3, "the rows are gone");
            page.wait_for_text(FRESHNESS, |text| text.starts_with("Data from ")).await?;

            // Not the button of the notice: the notice of a temporary error may disappear before it is clicked.
            page.server.respond(good);
            page.click_button("Refresh").await?;
            page.wait_for_count(ALERT, 0).await?;
            page.wait_for_text(FRESHNESS, |text| text.starts_with("Updated ")).await?;
            page.expect_no_page_errors().await
        };
        check.await.context(case.name)?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_a_login_page_gets_the_notice_of_a_login_page() -> Result<()> {
    let stub = Stub::start(|_| Response::html("302 Found", "").header("location", "/login.html")).await?;
    stub.serve("login.html", login_page());
    let page = Page::blank(stub).await?;
    page.goto("?batch-id=pcb-stub").await?;
    check_notice(&page, &LOGIN).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_inside_an_envelope_is_found() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    for envelope in [
        |body| json!({"code": 200, "success": true, "message": "OK", "data": body}),
        |body| json!({"data": body, "traceId": "own-1", "code": "200"}),
    ] {
        page.server.respond(move |number| Response::json(envelope(running(number)).to_string()));
        page.goto("?batch-id=pcb-stub").await?;
        page.wait_for_count(ROW, 3).await?;
        page.expect_no_page_errors().await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn polling_that_stopped_resumes_with_the_button_of_the_notice() -> Result<()> {
    let page = Page::blank(Stub::start(|_| html("401 Unauthorized")).await?).await?;
    page.goto("?batch-id=pcb-stub&interval=2").await?;
    page.wait_for_text(ALERT, |text| text.contains("Automatic updates have stopped.")).await?;
    page.server.expect_requests(1)?;
    page.server.respond(good);
    page.click_button("Try again").await?;
    page.wait_for_count(ROW, 3).await?;
    ensure!(page.count(ALERT).await? == 0, "the notice is still there");
    // Polling has resumed.
    page.wait_for_response(4).await?;
    page.close().await
}
