//! Rows of two heights and expanded rows of any height: nothing jumps, errors are readable at every width, and an expanded row
//! stays. Clicks and keys in rows.

use anyhow::{Result, ensure};
use e2e::{Response, Size, Stub, wait_for};
use serde_json::{Value, json};

use crate::fixture::{DEFINE, Page, now_ms};
use crate::selectors::{DOWN, ENTER, ESCAPE, LISTED, RIGHT, ROW, SHIFT, TAB, UP};

const HELPERS: &str = include_str!("rows.js");
const LEFT: &str = "\u{e012}";
const HOME: &str = "\u{e011}";
const END: &str = "\u{e010}";
const PAGE_DOWN: &str = "\u{e00f}";

/// A container of about 950 px, of which the page leaves less.
const MEDIUM: Size = Size { width: 980, height: 800 };

/// A batch of this many rows. `status` and `error` return those of a row.
fn batch(
    number: usize,
    rows: usize,
    status: impl Fn(usize) -> &'static str,
    error: impl Fn(usize) -> String,
) -> Value {
    let row = |row: usize| {
        json!({"TaskId": (1_000 + row).to_string(), "InstanceId": format!("pc-{row:013}"), "Status": status(row),
            "TaskBegin": "2026-05-28 16:38:20", "TaskEnd": "2026-05-28 16:39:20", "ErrorMsg": error(row)})
    };
    json!({
        "RequestId": format!("REQUEST-{number}"), "BatchId": "pcb-stub", "TaskName": "Stubbed", "Status": "RUNNING",
        "TotalCount": rows, "SuccessCount": 1, "TaskBegin": "2026-05-28 16:38:00", "SubTasks": (0..rows).map(row).collect::<Vec<_>>(),
    })
}

/// Every third row has failed, with an error of up to 80 lines.
fn failed(number: usize) -> Response {
    let error = |row: usize| {
        if row.is_multiple_of(3) {
            format!("the disk is full\n{}", "at a line of a stack\n".repeat(row % 80))
        } else {
            String::new()
        }
    };
    let status = |row: usize| if row.is_multiple_of(3) { "FAILED" } else { "COMPLETED" };
    Response::json(batch(number, 600, status, error).to_string())
}

async fn open(respond: fn(usize) -> Response, size: Size, query: &str) -> Result<Page<Stub>> {
    let stub = Stub::start(respond).await?;
    let page = Page::open(stub, size, &format!("?batch-id=pcb-stub&{query}")).await?;
    let page = page.with_helpers(HELPERS);
    page.load_deferred().await?;
    Ok(page)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_jumps_with_rows_and_details_of_any_height() -> Result<()> {
    // On a phone, the page scrolls and not the box.
    for size in [Size::WIDE, MEDIUM, Size { width: 700, height: 700 }] {
        let page = open(failed, size, "interval=600").await?;
        page.act("scroller().scrollIntoView({ block: 'end' })").await?;
        // Short and long details, next to each other and apart.
        for id in [1_001, 1_003, 1_006, 1_030, 1_076, 1_077, 1_120] {
            page.act(&format!("return seek('{id}')")).await?;
            page.act(&format!("toggle('{id}')")).await?;
            page.wait_until(&format!("isOpen('{id}') && rowOf('{id}').nextSibling.offsetHeight > 60"))
                .await?;
        }
        let count: usize = page.eval("Number(find('table').getAttribute('aria-rowcount'))").await?;
        ensure!(count == 601 + 7, "{count} rows at {} px", size.width);
        page.act("scroller().scrollTop = 0").await?;
        page.wait_until("rowOf('1000')").await?;
        // In parts, because a script may take a minute at most.
        for (px, parts) in [(87, 7), (-87, 7), (430, 2), (-430, 2)] {
            for _ in 0..parts {
                let jumps: Vec<String> = page.eval(&format!("walk({px}, 10)")).await?;
                ensure!(jumps.is_empty(), "by {px} px at {} px: {jumps:#?}", size.width);
            }
        }
        // At the end, all heights add up.
        page.act("scroller().scrollTop = 1e7").await?;
        page.wait_until("rowOf('1599')?.getBoundingClientRect().bottom <= bottom() + 2").await?;
        let gaps: [i64; 2] = page.eval("gaps()").await?;
        ensure!(gaps[0] == 0 && gaps[1].abs() <= 2, "{gaps:?} at {} px", size.width);
        page.close().await?;
    }
    Ok(())
}

/// Rows finish from the first one, three with each poll.
fn finishing(number: usize) -> Response {
    let status = |row| if row < 3 * number { "COMPLETED" } else { "RUNNING" };
    Response::json(batch(number, 300, status, |_| String::new()).to_string())
}

/// On a slow machine, Yew lets the browser continue between a render and what follows it, and the browser paints then.
#[tokio::test(flavor = "multi_thread")]
async fn a_poll_moves_no_visible_row_on_a_slow_machine_either() -> Result<()> {
    const TAG: &str =
        "<batch-task-widget endpoint=api/DescribeBatchTask interval=2 filter=running></batch-task-widget>";
    let page = Page::blank(Stub::start(finishing).await?).await?.with_helpers(HELPERS);
    page.embed(TAG, include_str!("yielding.js")).await?;
    page.load_deferred().await?;
    page.act("scroller().scrollTop = 4_321").await?;
    page.wait_until("middle()").await?;
    page.act("window.watchRow(middle()); window.listed = text('.btw-listed')").await?;
    page.wait_until("text('.btw-listed') !== window.listed").await?;
    let jumps: Vec<f64> = page.eval("window.jumps").await?;
    ensure!(jumps.is_empty(), "the row moved by {jumps:?} px");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_that_changes_rows_above_moves_no_visible_row() -> Result<()> {
    let page = open(finishing, Size::WIDE, "interval=2&filter=running").await?;
    page.act("scroller().scrollIntoView({ block: 'end' }); scroller().scrollTop = 4_321").await?;
    page.wait_until("middle()").await?;
    page.act("window.anchorId = middle(); window.anchorTop = topOf(anchorId)").await?;
    let listed = page.text(LISTED).await?;
    page.wait_for_response(page.server.request_count() + 2).await?;
    page.wait_for_text(LISTED, |text| text != listed).await?;
    let moved: f64 = page.eval("Math.abs(topOf(anchorId) - anchorTop)").await?;
    ensure!(moved <= 1.0, "the row moved by {moved} px");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_row_that_no_longer_matches_stays_until_it_is_closed() -> Result<()> {
    let all_run = |number| Response::json(batch(number, 5, |_| "RUNNING", |_| String::new()).to_string());
    let page = open(all_run, Size::WIDE, "interval=2&filter=running").await?;
    page.wait_for_count(ROW, 5).await?;
    page.act("toggle('1001'); toggle('1003'); captureFile()").await?;
    page.wait_for_count(".btw-row-detail", 2).await?;
    page.server.respond(|number| {
        let status = |row| if row == 1 || row == 2 { "COMPLETED" } else { "RUNNING" };
        Response::json(batch(number, 5, status, |_| String::new()).to_string())
    });
    page.wait_for_text(LISTED, |text| text == "3 of 5").await?;
    // Row 1002 has left, the open row 1001 has not.
    page.wait_until("texts('th code').join() === '1000,1001,1003,1004'").await?;
    page.expect("text('.btw-row-detail').includes('No longer matches')").await?;
    page.expect("rowOf('1001').classList.contains('btw-row-kept') && all('.btw-row-kept').length === 1")
        .await?;
    page.expect("find('table').getAttribute('aria-rowcount') === '7'").await?;
    page.click(".btw-menu:last-of-type > summary").await?;
    page.click("[aria-label='CSV, 3 shown']").await?;
    page.wait_until("window.savedFile?.[1].split('\\n').length === 5").await?;
    page.expect("!savedFile[1].includes('1001')").await?;
    // It stays across more polls.
    page.wait_for_response(page.server.request_count() + 2).await?;
    page.expect("isOpen('1001')").await?;
    page.act("toggle('1001')").await?;
    page.wait_until("texts('th code').join() === '1000,1003,1004'").await?;
    // Another filter is a choice of the viewer: rows that do not match are not kept.
    page.click(".btw-chip-succeeded").await?;
    page.wait_until("texts('th code').join() === '1001,1002'").await?;
    page.click(".btw-chip-running").await?;
    page.wait_until("texts('th code').join() === '1000,1003,1004' && isOpen('1003')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_and_instances_are_readable_at_every_width() -> Result<()> {
    let page = open(failed, Size::WIDE, "interval=600").await?;
    for width in [1_280, 1_100, 980, 768, 640, 412, 360] {
        page.resize(Size { width, height: 800 }).await?;
        let error = if width > 1_050 { "td.btw-col-error" } else { ".btw-row-error" };
        wait_for(&format!("the error at {width} px"), async || {
            let (shown, instance, overflow, heights): (f64, f64, f64, String) = page
                .eval(&format!(
                    "[find('{error}')?.getBoundingClientRect().width ?? 0,
                      find('td.btw-col-instance').getBoundingClientRect().width,
                      scroller().scrollWidth - scroller().clientWidth,
                      [1000, 1001].map((id) => rowOf(String(id)).offsetHeight).join()]"
                ))
                .await?;
            let at_least = f64::from(width.min(1_280)) * 0.2;
            ensure!(shown >= at_least.max(250.0), "it is {shown} px wide");
            ensure!(instance >= 100.0 && overflow <= 0.0, "{instance} px, {overflow} px too wide");
            let expected = if width > 1_050 { "34,34" } else { "56,34" };
            ensure!(heights == expected, "rows of {heights} px");
            Ok(())
        })
        .await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_take_the_width_of_their_content() -> Result<()> {
    let page = open(failed, Size::WIDE, "interval=600").await?;
    page.wait_for_count(ROW, page.count(ROW).await?).await?;
    let cut: Vec<String> = page
        .eval("all('tbody :is(th, td):not(.btw-col-error)').filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.innerText)")
        .await?;
    ensure!(cut.is_empty(), "{cut:?} do not fit");
    // A cell hides parts of a pixel in its padding.
    let spare: f64 = page
        .eval("Math.min(...all('td.btw-status').map((cell) => cell.getBoundingClientRect().right - 8 - cell.lastChild.getBoundingClientRect().right))")
        .await?;
    ensure!(spare >= 0.0, "the status is {spare} px too wide");
    let status: f64 = page.eval("find('td.btw-col-status').offsetWidth").await?;
    ensure!(status < 140.0, "the status column is {status} px wide");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn details_show_facts_and_buttons_above_a_long_error() -> Result<()> {
    let page = open(failed, Size::WIDE, "interval=600").await?;
    page.act("return seek('1078')").await?;
    page.act("toggle('1078')").await?;
    page.wait_until("find('.btw-detail-error')").await?;
    page.expect("find('.btw-detail-actions').getBoundingClientRect().bottom <= find('.btw-detail-error').getBoundingClientRect().top").await?;
    page.expect("getComputedStyle(find('.btw-detail-error')).fontFamily.includes('mono')").await?;
    let (height, inner): (f64, f64) =
        page.eval("[find('.btw-detail-error').clientHeight, find('.btw-detail-error').scrollHeight]").await?;
    ensure!(inner > 1_000.0 && (height - 320.0).abs() <= 2.0, "40 % of 800 px is not {height} of {inner} px");
    // A short one leaves no gap.
    page.act("scroller().scrollTop = 0").await?;
    page.wait_until("rowOf('1001')").await?;
    page.act("toggle('1001')").await?;
    page.wait_until("rowOf('1001').nextSibling.matches('.btw-row-detail') && rowOf('1001').nextSibling.offsetHeight < 110").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_anywhere_on_a_row_opens_it_and_selecting_text_does_not() -> Result<()> {
    let page = open(failed, Size::WIDE, "interval=600").await?;
    page.click(".btw-row:nth-child(2) .btw-col-duration").await?;
    page.wait_until("isOpen('1001')").await?;
    let cell = "rowOf('1002').querySelector('.btw-col-instance')";
    page.act(&format!("clickCell({cell}, 60)")).await?;
    page.act(&format!("clickCell({cell}, 0, 1, {{ shiftKey: true }})")).await?;
    page.act(&format!("clickCell({cell}, 0, 1); clickCell({cell}, 0, 2); clickCell({cell}, 0, 3)")).await?;
    page.act("clickCell(find('.btw-detail .btw-fact'))").await?;
    page.act("clickCell(rowOf('1004').querySelector('.btw-col-status'))").await?;
    page.wait_until("isOpen('1004')").await?;
    page.expect("isOpen('1001') && !isOpen('1002') && all('.btw-row-detail').length === 2").await?;
    page.click(".btw-row:nth-child(2) + * + .btw-row .btw-col-duration").await?;
    page.wait_for_count(".btw-row-detail", 3).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_are_one_stop_of_the_tab_key() -> Result<()> {
    let page = open(failed, Size::WIDE, "interval=600").await?;
    let focused = "document.activeElement.closest('tr')?.querySelector('th code')?.innerText";
    page.act("find('.btw-sort').focus()").await?;
    page.press_keys(&TAB.repeat(7)).await?;
    page.expect(&format!("{focused} === '1000'")).await?;
    page.press_keys(TAB).await?;
    page.wait_until("!find('table').contains(document.activeElement)").await?;
    page.type_into(":focus", &format!("{SHIFT}{TAB}")).await?;
    page.wait_until(&format!("{focused} === '1000'")).await?;
    for (keys, id) in [
        (DOWN.repeat(3), "1003"),
        (UP.to_owned(), "1002"),
        (END.to_owned(), "1599"),
        (UP.to_owned(), "1598"),
        (HOME.to_owned(), "1000"),
    ] {
        page.press_keys(&keys).await?;
        page.wait_until(&format!("{focused} === '{id}'")).await?;
        page.wait_until("document.activeElement.getBoundingClientRect().bottom <= bottom()").await?;
        page.expect("all(\".btw-open[tabindex='0']\").length === 1").await?;
    }
    page.press_keys(PAGE_DOWN).await?;
    page.wait_until(&format!("Number({focused}) > 1005")).await?;
    page.press_keys(&format!("{HOME}{RIGHT}")).await?;
    page.wait_until("isOpen('1000')").await?;
    page.press_keys(TAB).await?;
    page.wait_until("document.activeElement.closest('.btw-detail-actions')").await?;
    page.press_keys(ESCAPE).await?;
    page.wait_until(&format!("!isOpen('1000') && {focused} === '1000'")).await?;
    page.press_keys(ENTER).await?;
    page.wait_until("isOpen('1000')").await?;
    page.press_keys(LEFT).await?;
    page.wait_until("!isOpen('1000')").await?;
    // The search is one key away, and a slash in it is a slash.
    page.press_keys("/").await?;
    page.wait_until("document.activeElement === find('[type=search]')").await?;
    page.press_keys("/x").await?;
    page.wait_until("find('[type=search]').value === '/x'").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn running_rows_have_a_duration_that_counts_and_sorts() -> Result<()> {
    // Ten rows took a minute. Two run, one of them for much longer than that, row 1011 since a moment.
    let running = |number| {
        let status = |row| if row < 10 { "COMPLETED" } else { "RUNNING" };
        let mut body = batch(number, 12, status, |_| String::new());
        body["SubTasks"][10]["TaskBegin"] = "2026-05-28 16:30:00".into();
        body["SubTasks"][11]["TaskBegin"] = (now_ms() - 5_000).to_string().into();
        for row in [10, 11] {
            body["SubTasks"][row]["TaskEnd"] = "".into();
        }
        Response::json(body.to_string())
    };
    let page = open(running, Size::WIDE, "interval=600&sort=-Duration").await?;
    page.wait_until("texts('th code')[0] === '1010'").await?;
    page.wait_until("rowOf('1010').querySelector('.btw-slow')?.title.includes('1 min 0 s')").await?;
    page.expect("all('.btw-slow').length === 1 && text('.btw-slow') === 'Slow'").await?;
    let cell = "rowOf('1011').querySelector('.btw-col-duration').innerText";
    page.wait_until(&format!("/^\\d/.test({cell})")).await?;
    page.act(&format!("window.shown = {cell}")).await?;
    page.wait_until(&format!("{cell} !== shown")).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_scrolls_to_and_highlights_its_row() -> Result<()> {
    let page = open(failed, Size::WIDE, "interval=600&task=1300").await?;
    page.wait_until("isOpen('1300') && rowOf('1300').classList.contains('btw-row-target')").await?;
    page.wait_until("topOf('1300') > 0 && rowOf('1300').getBoundingClientRect().bottom < innerHeight")
        .await?;
    page.act("captureClipboard(); button('Copy link').click()").await?;
    page.wait_until("copied.length === 1").await?;
    page.expect(
        "new URL(copied[0]).searchParams.get('task') === '1300' && copied[0].startsWith(location.origin)",
    )
    .await?;
    // The link states what the browser of another viewer may remember.
    page.expect("/[?&]view=subtasks&columns=&time-zone=[A-Z]/.test(copied[0])").await?;
    page.act("copied.length = 0; button('Copy report').click()").await?;
    page.wait_until("copied.length === 1 && copied[0].includes('&view=subtasks&columns=&time-zone=')")
        .await?;
    page.expect("location.search === '?batch-id=pcb-stub&interval=600&task=1300'").await?;
    // Closed, it is no longer in the URL.
    page.act("toggle('1300')").await?;
    page.wait_until("!isOpen('1300') && !location.search.includes('task')").await?;
    // Another row has another link, which includes the filter.
    page.click(".btw-chip-failed").await?;
    page.wait_until("rowOf('1000')").await?;
    page.act("toggle('1000')").await?;
    page.wait_until("rowOf('1000').nextSibling.querySelector('button')").await?;
    page.act("[...rowOf('1000').nextSibling.querySelectorAll('button')].at(-1).click()").await?;
    page.wait_until("copied.length === 2 && copied[1].includes('filter=failed')").await?;
    page.expect("copied[1].includes('task=1000')").await?;
    // A row that does not match the filter of the link is shown, marked.
    page.goto("?batch-id=pcb-stub&interval=600&filter=failed&task=1301").await?;
    page.wait_until(
        "isOpen('1301') && text('.btw-row-kept + .btw-row-detail').includes('No longer matches')",
    )
    .await?;
    page.expect("rowOf('1300').nextSibling === rowOf('1301')").await?;
    page.goto("?batch-id=pcb-stub&interval=600&task=77").await?;
    page.wait_until("text('.btw-table-note') === 'Subtask 77 is not in this batch.'").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_element_shows_the_row_that_its_attribute_names() -> Result<()> {
    let tag = "<batch-task-widget endpoint=api/DescribeBatchTask interval=600 task=2></batch-task-widget>";
    let page = Page::embedding(tag, DEFINE).await?.with_helpers(HELPERS);
    page.wait_until("find('.btw-row-target') && isOpen('2')").await?;
    page.expect("widget().taskId === '2' && widget().task.SubTasks.length === 3").await?;
    page.act("widget().taskId = '3'").await?;
    page.wait_until("isOpen('3') && rowOf('3').classList.contains('btw-row-target')").await?;
    page.expect("widget().getAttribute('task') === '3' && all('.btw-row-target').length === 1").await?;
    // The viewer closes it, and the host can show it again.
    page.act("toggle('3')").await?;
    page.wait_until("!isOpen('3') && !widget().hasAttribute('task')").await?;
    // Frameworks set the attribute `task` as a property.
    page.act("widget().task = '3'").await?;
    page.wait_until("isOpen('3') && rowOf('3').classList.contains('btw-row-target')").await?;
    page.expect("widget().taskId === '3' && widget().task.SubTasks.length === 3").await?;
    page.act("widget().task = widget().task").await?;
    page.expect("widget().taskId === '3'").await?;
    page.act("widget().setAttribute('taskid', '2')").await?;
    page.wait_until("rowOf('2').classList.contains('btw-row-target') && !widget().hasAttribute('task')")
        .await?;
    page.act("widget().setAttribute('task', 'none')").await?;
    page.wait_until("text('.btw-table-note') === 'Subtask none is not in this batch.'").await?;
    page.act("widget().removeAttribute('task')").await?;
    page.wait_until("!find('.btw-table-note')").await?;
    page.close().await
}
