//! The page around the widget: its form, where it may lie, and the policy that it runs under.

use anyhow::{Result, ensure};
use e2e::{Answer, Browser, POLICY, Proxy, Settings, Size, Stub, wait_for};

use crate::host::{open, wait_until};
use crate::support::{ALERT, BADGE, ROW, good, url_parameter, wait_for_answer, wait_for_count};

#[tokio::test(flavor = "multi_thread")]
async fn the_form_asks_for_an_id_and_leads_to_it() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?filter=Succeeded&interval=60")).await?;
    browser.wait_for_text("h1", |text| text == "Watch a batch task").await?;
    ensure!(browser.text("label[for=btw-ask-id]").await? == "Batch ID", "the field is not labelled");
    browser.type_into("#btw-ask-id", "pcb-done").await?;
    browser.press("Watch").await?;
    browser.wait_for_text(BADGE, |text| text == "Completed").await?;
    ensure!(
        url_parameter(&browser, "batch-id").await?.as_deref() == Some("pcb-done"),
        "{}",
        browser.url().await?
    );
    // What else the URL asked for went along.
    let interval = url_parameter(&browser, "interval").await?;
    ensure!(interval.as_deref() == Some("60"), "{}", browser.url().await?);
    let pressed: String =
        browser.run("return document.querySelector('.btw-chip[aria-pressed=true]').innerText;", &[]).await?;
    ensure!(pressed.contains("Succeeded"), "{pressed} is chosen");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_no_id_is_refused_with_a_sentence() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for (given, shown) in [("a%20b", "a b"), ("%3Cb%3Ex%3C/b%3E", "<b>x</b>"), ("..%2Fadmin", "../admin")] {
        browser.goto(&stub.url(&format!("?batch-id={given}"))).await?;
        let sentence =
            format!("“{shown}” is not a valid batch ID. Use 1 to 128 letters, digits and . _ ~ + -");
        browser.wait_for_text(ALERT, |text| text == sentence).await?;
        ensure!(browser.count("form").await? == 1, "there is no way on");
        let invalid = browser.attribute("#btw-ask-id", "aria-invalid").await?;
        let described = browser.attribute("#btw-ask-id", "aria-describedby").await?.unwrap_or_default();
        let error = browser.attribute(ALERT, "id").await?.unwrap_or_default();
        ensure!(
            invalid.as_deref() == Some("true") && described.split(' ').any(|id| id == error),
            "the field is not said to be wrong: {invalid:?}, {described}"
        );
        browser.expect_quiet().await?;
    }
    // The field itself refuses it, too, and the page stays where it is.
    browser.goto(&stub.url("")).await?;
    browser.type_into("#btw-ask-id", "a b").await?;
    browser.press("Watch").await?;
    let mismatch: bool =
        browser.run("return document.querySelector('#btw-ask-id').validity.patternMismatch;", &[]).await?;
    ensure!(mismatch, "the field takes it");
    ensure!(!browser.url().await?.contains('?'), "the form was sent: {}", browser.url().await?);
    ensure!(stub.asked() == 0, "the server was asked");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_works_below_a_path() -> Result<()> {
    let stub = Stub::start("/sub/dir/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub")).await?;
    wait_for_count(&browser, ROW, 3).await?;
    browser.press("Refresh").await?;
    wait_for_answer(&browser, 2).await?;
    let font: String =
        browser.run("return getComputedStyle(document.querySelector('h2')).fontWeight;", &[]).await?;
    ensure!(font == "600", "the stylesheet is missing");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stubs_policy_is_the_proxys() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/")).await?;
    let ask =
        "return fetch(location.href).then((response) => response.headers.get('content-security-policy'));";
    let policy: Option<String> = browser.run(ask, &[]).await?;
    ensure!(policy.as_deref() == Some(POLICY), "the proxy's is {policy:?}");
    browser.close().await
}

/// What a page may do wrong. It is the page that does it: what a driver runs has rights of its own.
const WRONG: &str = r#"
window.wrong = {
  style() { document.body.setAttribute("style", "color: red"); },
  image() { const image = new Image(); image.src = "http://127.0.0.1:9/x.png"; document.body.append(image); },
  markup() { try { document.body.innerHTML = "<p>"; } catch {} },
  error() { setTimeout(() => { throw new Error("deliberate"); }); },
  rejection() { Promise.reject(new Error("refused")); },
  chatter() { console.info("chatter"); },
};
"#;

/// Without this, a browser that let everything pass would make all quiet pages worthless.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_refuses_is_noticed() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(&browser, &stub, "", WRONG).await?;
    wait_until(&browser, "window.wrong").await?;
    browser.expect_quiet().await?;
    for (wrong, complaint) in [
        ("style", "style-src"),
        ("image", "img-src"),
        ("markup", "require-trusted-types-for"),
        ("error", "deliberate"),
        ("rejection", "refused"),
        ("chatter", "chatter"),
    ] {
        browser.run::<()>("window.wrong[arguments[0]]();", &[wrong.into()]).await?;
        wait_for(&format!("a complaint about {complaint}"), async || {
            let complaints = browser.complaints().await?;
            ensure!(complaints.iter().any(|text| text.contains(complaint)), "there are only {complaints:?}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// Where what is drawn before the first answer lies.
const PLACES: &str = "return [...document.querySelectorAll('.btw-header, .btw-skeleton, .btw-bone')].map((element) => { \
                      const box = element.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; });";

#[tokio::test(flavor = "multi_thread")]
async fn the_frame_is_there_before_the_program_and_stays_where_it_is() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    stub.hold();
    for size in [Size::WIDE, Size::NARROW] {
        let browser = Browser::open(size).await?;
        stub.put("boot.js", Answer::file("text/javascript", "// Nothing starts."));
        browser.goto(&stub.url("?batch-id=pcb-stub")).await?;
        let frame: Vec<[f64; 4]> = browser.run(PLACES, &[]).await?;
        ensure!(frame.len() == 10, "the frame has {} parts", frame.len());
        stub.take_back("boot.js");
        browser.goto(&stub.url("?batch-id=pcb-stub")).await?;
        browser.wait_for_text("[part~=freshness]", |text| text.contains("Updating")).await?;
        let skeleton: Vec<[f64; 4]> = browser.run(PLACES, &[]).await?;
        ensure!(skeleton == frame, "{size:?}: {skeleton:?} and not {frame:?}");
        browser.close().await?;
    }
    Ok(())
}
