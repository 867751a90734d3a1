//! The width of the widget where it depends on the content: as the element, as the target of `mount()`, and in a Yew app.

use anyhow::{Result, ensure};
use e2e::{Response, Size, Stub, wait_for};

use crate::batch::good;
use crate::fixture::Page;

/// The intrinsic width with the borders, on a laptop and on a phone: 40 rem, or 90 % of the window.
const INTRINSIC: [f64; 2] = [642.0, 326.0];

/// A container: its styles and those of the elements in it, and the width of the widget on a laptop and on a phone.
const CONTAINERS: [(&str, &str, [f64; 2]); 9] = [
    ("<div>", "", [1280.0, 360.0]),
    // 6 px and 2 em less than the window is the browsers' maximum for a dialog.
    ("<dialog>", "", [642.0, 322.0]),
    ("<div class=flex>", ".flex { display: flex }", INTRINSIC),
    (
        "<div class=row>",
        ".row { display: flex } .row::before { content: ''; flex: 0 0 240px }",
        [642.0, 120.0],
    ),
    ("<table><tr><td>", "", INTRINSIC),
    ("<div class=grid>", ".grid { display: grid; place-items: center }", INTRINSIC),
    ("<div class=columns>", ".columns { display: grid; grid-template-columns: 1fr 200px }", [1080.0, 160.0]),
    ("<div class=absolute>", ".absolute { position: absolute }", INTRINSIC),
    ("<div class=child>", ".child > * { position: absolute }", INTRINSIC),
];

const RESET: &str = "html { overflow: hidden } body { margin: 0 } dialog, td { padding: 0; border: 0 } table { border-collapse: collapse }";
const TAG: &str =
    "<batch-task-widget compact endpoint=api/DescribeBatchTask interval=600></batch-task-widget>";
const SCRIPT: &str = "import { mount } from './npm/define.js';
    document.querySelector('dialog')?.showModal();
    for (const target of document.querySelectorAll('.target'))
      await mount(target, { compact: true, endpoint: 'api/DescribeBatchTask', interval: 600 });";

/// Fails unless `width`, an expression, has the expected values.
async fn expect_widths(page: &Page<Stub>, what: &str, width: &str, expected: [f64; 2]) -> Result<()> {
    for (size, expected) in [Size::WIDE, Size::NARROW].into_iter().zip(expected) {
        page.resize(size).await?;
        wait_for(&format!("the width of {what} at {} px", size.width), async || {
            let width: f64 = page.eval(width).await?;
            ensure!((width - expected).abs() < 0.5, "it is {width} px, not {expected} px");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_widget_has_a_width_where_it_depends_on_the_content() -> Result<()> {
    let page = Page::embedding("", "").await?;
    let styles: String = CONTAINERS.iter().map(|(_, styles, _)| *styles).collect();
    page.server.serve("widths.css", Response::file("text/css", format!("{RESET} {styles}")));
    let section = "widget().shadowRoot.querySelector('section')";
    for widget in [TAG, "<div id=target class=target></div>"] {
        for (container, _, expected) in CONTAINERS {
            let body = format!("<link rel=stylesheet href=widths.css>{container}{widget}");
            page.embed(&body, SCRIPT).await?;
            page.wait_until("find('.btw-bar')").await?;
            let width = format!("{section}.getBoundingClientRect().width");
            expect_widths(&page, &format!("{widget} in {container}"), &width, expected).await?;
        }
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yew_component_has_a_width_where_it_depends_on_the_content() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    page.goto("hosts/yew/").await?;
    page.wait_until("find('.btw-bar')").await?;
    let section = "document.querySelector('.batch-task-widget')";
    page.act(&format!(
        "Object.assign({section}.parentElement.style, {{ display: 'grid', justifyItems: 'center' }})"
    ))
    .await?;
    expect_widths(&page, "the component", &format!("{section}.getBoundingClientRect().width"), INTRINSIC)
        .await?;
    page.close().await
}
