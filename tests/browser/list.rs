//! The list in a real browser: bodies of every kind, requests, and what stays across polls.

use std::cell::RefCell;
use std::rc::Rc;

use batch_task_widget::components::ListMessage;
use batch_task_widget::effect::fetch::{self, Outage, Target, decode_list};
use batch_task_widget::error::{Error, ErrorClass};
use batch_task_widget::list::{BatchPage, ListQuery, MAX_ROWS, Statuses, TimeRange};
use batch_task_widget::model::{ApiTime, BatchStatus};
use batch_task_widget::redact::Accounts;
use batch_task_widget::wire::WireError;
use batch_task_widget::{BatchTaskList, BatchTaskListProps};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::*;
use web_sys::{Element, Event, EventInit, HtmlElement, HtmlSelectElement, ShadowRoot};
use yew::{AppHandle, Callback};

use crate::support::*;

fn decoded(body: &str) -> BatchPage {
    decode_list(body, None).expect(body).content
}

fn class_of(body: &str, pointer: Option<&str>) -> (ErrorClass, String) {
    let error = Error::from_wire(decode_list(body, pointer).expect_err(body), 200, "application/json");
    (error.class(), error.to_string())
}

/// A page with these batches, by their IDs.
fn page_body(ids: &[&str], request_id: &str) -> String {
    let rows: Vec<String> = ids.iter().map(|id| row(id, "RUNNING")).collect();
    format!(
        r#"{{"RequestId":"{request_id}","PageNumber":1,"PageSize":30,"TotalCount":{},"TaskList":[{}]}}"#,
        ids.len(),
        rows.join(",")
    )
}

fn row(id: &str, status: &str) -> String {
    format!(
        r#"{{"BatchId":"{id}","Status":"{status}","SuccessCount":229,"TotalCount":240,"TaskName":"name of {id}","TaskType":"t","TaskBegin":"2026-04-06 20:51:44","TaskEnd":""}}"#
    )
}

#[wasm_bindgen_test]
fn a_page_is_decoded_however_gateways_have_changed_it() {
    let plain = page_body(&["pcb-1"], "r");
    let page = decoded(&plain);
    assert_eq!((page.page_number, page.page_size, page.total_count), (Some(1), Some(30), Some(1)));
    let batch = &page.batches[0];
    assert_eq!((&*batch.batch_id, &*batch.task_name, &*batch.task_type), ("pcb-1", "name of pcb-1", "t"));
    assert_eq!((batch.success_count, batch.total_count), (Some(229), Some(240)));
    assert_eq!(batch.status, BatchStatus::Running);
    assert_eq!(
        (&batch.task_begin, &batch.task_end),
        (&ApiTime::parse("2026-04-06T20:51:44Z"), &ApiTime::Absent)
    );
    assert_eq!(&*decode_list(&plain, None).unwrap().request_id, "r");
    let list = "\"TaskList\":[";
    for body in [
        format!("  {plain}\n"),
        format!(r#"{{"code":"200","data":{plain},"successResponse":true}}"#),
        plain.replace(":240", ":\"240\"").replace(":229", ":\" 229 \""),
        plain.replace("RUNNING", "running "),
        plain.replace(list, "\"TaskList\":{\"Task\":[").replace("]}", "]}}"),
        plain.replace(list, "\"TaskList\":{\"TaskList\":[").replace("]}", "]}}"),
        plain.replace(list, "\"More\":{\"a\":[1]},\"TaskList\":[null,3,\"x\",[],"),
    ] {
        assert_eq!(decoded(&body), page, "{body}");
    }
    let wrapped = format!(r#"{{"a/b":[0,{plain}]}}"#);
    assert_eq!(decode_list(&wrapped, Some("/a~1b/1")).unwrap().content, page);
}

#[wasm_bindgen_test]
fn odd_values_are_kept_as_far_as_they_mean_something() {
    let body = r#"{"TotalCount":"41","PageNumber":1.5,"TaskList":[
        {"BatchId":42,"Status":null,"TotalCount":1e3,"SuccessCount":-1,"TaskBegin":"soon","TaskName":true,"TaskType":{}},{}]}"#;
    let page = decoded(body);
    assert_eq!((page.total_count, page.page_number, page.page_size), (Some(41), None, None));
    let batch = &page.batches[0];
    assert_eq!((&*batch.batch_id, &*batch.task_name, &*batch.task_type), ("42", "true", ""));
    assert_eq!((batch.total_count, batch.success_count), (Some(1_000), Some(-1)));
    assert_eq!(batch.status, BatchStatus::Other("".into()));
    assert_eq!(batch.task_begin, ApiTime::Unparsed("soon".into()));
    assert_eq!(page.batches.len(), 2, "a batch without anything is one, too");
    for empty in [r#"{"TotalCount":0,"TaskList":null}"#, r#"{"TotalCount":0}"#, r#"{"TaskList":[]}"#] {
        assert!(decoded(empty).batches.is_empty(), "{empty}");
    }
}

#[wasm_bindgen_test]
fn no_body_makes_the_list_long() {
    let ids: Vec<String> = (0..500).map(|id| format!("pcb-{id}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(decoded(&page_body(&ids, "r")).batches.len(), MAX_ROWS);
    let long = "x".repeat(1_000_000);
    let page = decoded(&page_body(&[&long], "r"));
    assert!(page.batches[0].batch_id.len() < 3_000 && page.batches[0].batch_id.ends_with('…'));
    // Members that objects have anyway are not data.
    let page = decoded(r#"{"TotalCount":1,"TaskList":[{"__proto__":{"BatchId":"x"},"constructor":1}]}"#);
    assert_eq!(&*page.batches[0].batch_id, "");
    // The browser, not this program, parses deep nesting.
    let deep = format!(r#"{{"TotalCount":0,"x":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    assert!(decoded(&deep).batches.is_empty());
}

#[wasm_bindgen_test]
fn a_body_that_is_no_page_is_an_error() {
    use ErrorClass::{Invalid, NotFound, Options, Permission, Throttled, Truncated};
    let cut = page_body(&["pcb-1"], "r");
    let api = r#"{"Code":"Throttling.User","Message":"slow down","RequestId":"r"}"#;
    let table = [
        ("", None, Invalid, "is empty"),
        (" <!doctype html><title>Sign in</title>", None, Invalid, "is HTML"),
        (&cut[..60], None, Truncated, "cut off"),
        (r#"{"TaskList":[{"BatchId":"pc"#, None, Truncated, "cut off"),
        ("{\"TaskList\":[],}", None, Invalid, "not JSON"),
        ("nonsense", None, Invalid, "not JSON"),
        ("[]", None, Invalid, "without a TaskList"),
        ("null", None, Invalid, "without a TaskList"),
        ("7", None, Invalid, "without a TaskList"),
        (r#"{"Status":"RUNNING","SubTasks":[]}"#, None, Invalid, "without a TaskList"),
        (r#"{"TotalCount":3,"TaskList":"none"}"#, None, Invalid, "without a TaskList"),
        (api, None, Throttled, "slow down"),
        (r#"{"code":"403","message":"no","success":false,"data":null}"#, None, Invalid, "403: no"),
        (r#"{"data":{"Code":"NoPermission","Message":"no"}}"#, None, Permission, "no"),
        (r#"{"Code":"InvalidBatchId.NotFound","TotalCount":0}"#, None, NotFound, ""),
        (&cut, Some("no-slash"), Options, "not a valid JSON Pointer"),
        (&cut, Some("/a~2"), Options, "not a valid JSON Pointer"),
        (&cut, Some("/missing"), Invalid, "no value at the body pointer"),
    ];
    for (body, pointer, class, part) in table {
        let (found, message) = class_of(body, pointer);
        assert!(found == class && message.contains(part), "{body}: {found:?} {message}");
    }
    assert_eq!(decode_list("", None).unwrap_err(), WireError::Empty);
}

fn target_of(query: ListQuery) -> Target<ListQuery> {
    Target::new("/api?token=secret", query)
}

async fn ask(target: Target<ListQuery>) -> Result<Rc<BatchPage>, Error> {
    let result = Rc::new(RefCell::new(None));
    let callback = Rc::clone(&result);
    let request = fetch::start(
        target,
        None,
        Outage::default(),
        |_| {},
        move |ended| *callback.borrow_mut() = Some(ended),
    );
    until("the end of the fetch", || result.borrow().is_some()).await;
    drop(request);
    restore();
    result.take().expect("it has ended").map(|answer| answer.content)
}

fn url(call: u32) -> String {
    field(&calls_made().get(call), "url").as_string().unwrap()
}

#[wasm_bindgen_test]
async fn the_request_has_the_parameters_of_the_api() {
    let query = ListQuery {
        statuses: Statuses::parse("running,failed").unwrap(),
        range: TimeRange::All,
        page_number: 2,
        ..ListQuery::default()
    };
    let body = format!("\u{feff}{}", page_body(&["pcb-1"], "r"));
    responses(&format!("[{{\"body\":{},\"chunk\":7}}]", quoted(&body)));
    let page = ask(target_of(query)).await.expect("decoded");
    assert_eq!(page.batches.len(), 1);
    let url = url(0);
    let expected = "/api?token=secret&PageNumber=2&PageSize=30&Status=%5B%22RUNNING%22%2C%22FAILED%22%5D";
    assert!(url.ends_with(expected), "{url}");
}

#[wasm_bindgen_test]
async fn account_ids_are_masked_if_the_host_wants_it() {
    let body = page_body(&["pcb-1"], "r").replace("name of pcb-1", "aliuid:1234567890123456");
    respond_with(&body);
    let masked = Target { accounts: Accounts::Masked, ..target_of(ListQuery::default()) };
    let page = ask(masked).await.expect("decoded");
    assert!(!page.batches[0].task_name.contains("1234567890123456"), "{:?}", page.batches[0]);
}

#[wasm_bindgen_test]
async fn errors_of_the_proxy_have_their_code() {
    let body = r#"{"Code":"Proxy.ListNotAllowed","Message":"no","RequestId":"r"}"#;
    responses(&format!("[{{\"status\":403,\"body\":{}}}]", quoted(body)));
    let error = ask(target_of(ListQuery::default())).await.expect_err("refused");
    assert_eq!((error.class(), error.code()), (ErrorClass::Permission, "Proxy.ListNotAllowed"));
    let padding = " ".repeat(5 * 1024 * 1024);
    respond_with(&format!("{}{padding}", page_body(&[], "r")));
    let error = ask(target_of(ListQuery::default())).await.expect_err("too long");
    assert_eq!(error.class(), ErrorClass::TooLarge);
}

/// A list in a shadow root.
struct List {
    root: ShadowRoot,
    target: HtmlElement,
    handle: AppHandle<BatchTaskList>,
    opened: Rc<RefCell<Vec<String>>>,
    picked: Rc<RefCell<Vec<ListQuery>>>,
}

impl List {
    fn new() -> Self {
        let target = target(900);
        let root = shadow(&target);
        let element = target.owner_document().unwrap().create_element("div").unwrap();
        root.append_child(&element).unwrap();
        let (opened, picked) =
            (Rc::<RefCell<Vec<String>>>::default(), Rc::<RefCell<Vec<ListQuery>>>::default());
        let (on_open, on_query) = (Rc::clone(&opened), Rc::clone(&picked));
        let props = yew::props!(BatchTaskListProps {
            endpoint: "/api",
            interval_ms: 86_400_000,
            lang: "en",
            on_open: Some(Callback::from(move |id: yew::AttrValue| {
                on_open.borrow_mut().push(id.to_string());
                true
            })),
            on_query: Callback::from(move |query| on_query.borrow_mut().push(query)),
        });
        let handle = yew::Renderer::<BatchTaskList>::with_root_and_props(element, props).render();
        Self { root, target, handle, opened, picked }
    }

    fn find<T: JsCast>(&self, selector: &str) -> T {
        self.root.query_selector(selector).unwrap().expect(selector).unchecked_into()
    }

    fn focused(&self) -> String {
        self.root
            .active_element()
            .map(|element| element.text_content().unwrap_or_default())
            .unwrap_or_default()
    }

    async fn refresh(&self) {
        let is_done = Rc::new(RefCell::new(false));
        let done = Rc::clone(&is_done);
        let done = Callback::from(move |_: Result<(), Rc<Error>>| *done.borrow_mut() = true);
        self.handle.send_message(ListMessage::Refresh(done));
        until("the refresh", || *is_done.borrow()).await;
    }

    fn remove(self) {
        self.handle.destroy();
        self.target.remove();
        restore();
    }
}

#[wasm_bindgen_test]
async fn an_unchanged_page_changes_nothing_in_the_document() {
    stop_seconds();
    let bodies = ["r1", "r2"].map(|request_id| quoted(&page_body(&["pcb-1", "pcb-2"], request_id)));
    responses(&format!("[{{\"body\":{}}},{{\"body\":{}}}]", bodies[0], bodies[1]));
    let list = List::new();
    until("the rows", || count(&list.root, "tbody tr") == 2).await;
    at_rest(&list.root).await;
    let link: HtmlElement = list.find("tbody tr:nth-child(2) a");
    link.focus().unwrap();
    let changes = mutations(&list.root);
    list.refresh().await;
    assert!(text(&list.root, ".btw-request-id").contains("r2"));
    assert_eq!(changes.length(), 0, "{:?}", changes.get(0));
    assert_eq!(list.focused(), "name of pcb-2");
    list.remove();
}

#[wasm_bindgen_test]
async fn focus_and_rows_survive_another_order() {
    let [first, second] = [["pcb-1", "pcb-2"], ["pcb-3", "pcb-1"]].map(|ids| quoted(&page_body(&ids, "r")));
    responses(&format!("[{{\"body\":{first}}},{{\"body\":{second}}}]"));
    let list = List::new();
    until("the rows", || count(&list.root, "tbody tr") == 2).await;
    let link: HtmlElement = list.find("tbody tr:nth-child(1) a");
    link.focus().unwrap();
    list.refresh().await;
    until("the new row", || text(&list.root, "tbody").contains("pcb-3")).await;
    assert_eq!(list.focused(), "name of pcb-1");
    assert!(link.is_connected(), "its row has moved");
    list.remove();
}

#[wasm_bindgen_test]
async fn a_choice_keeps_the_rows_until_the_new_ones_are_there() {
    let [first, second] = [["pcb-1"], ["pcb-9"]].map(|ids| quoted(&page_body(&ids, "r")));
    responses(&format!("[{{\"body\":{first}}},{{\"body\":{second},\"delay\":300}}]"));
    let list = List::new();
    until("the rows", || text(&list.root, "tbody").contains("pcb-1")).await;
    let select: HtmlSelectElement = list.find("select");
    assert_eq!(select.value(), "7d");
    select.set_value("24h");
    let bubbles = EventInit::new();
    bubbles.set_bubbles(true);
    bubbles.set_composed(true);
    select.dispatch_event(&Event::new_with_event_init_dict("input", &bubbles).unwrap()).unwrap();
    until("the old rows as such", || count(&list.root, ".btw-list-old") == 1).await;
    assert_eq!(attribute(&list.root, "section", "aria-busy"), "true");
    assert!(text(&list.root, "tbody").contains("pcb-1"));
    until("the new rows", || text(&list.root, "tbody").contains("pcb-9")).await;
    assert_eq!(count(&list.root, ".btw-list-old"), 0);
    assert_eq!(select.value(), "24h");
    assert_eq!(list.picked.borrow().len(), 1);
    assert_eq!(list.picked.borrow()[0].range, TimeRange::Day);
    assert_ne!(url(0), url(1));
    list.remove();
}

#[wasm_bindgen_test]
async fn a_paused_list_shows_what_is_picked() {
    let [first, second] = [["pcb-1"], ["pcb-9"]].map(|ids| quoted(&page_body(&ids, "r")));
    responses(&format!("[{{\"body\":{first}}},{{\"body\":{second}}}]"));
    let list = List::new();
    until("the rows", || text(&list.root, "tbody").contains("pcb-1")).await;
    list.handle.send_message(ListMessage::Pause);
    until("the pause", || text(&list.root, ".btw-freshness-text").contains("paused")).await;
    list.find::<HtmlElement>(".btw-chip-running").click();
    until("the new rows", || text(&list.root, "tbody").contains("pcb-9")).await;
    assert_eq!(calls_made().length(), 2);
    assert!(text(&list.root, ".btw-freshness-text").contains("paused"));
    list.remove();
}

#[wasm_bindgen_test]
async fn a_host_opens_a_batch_and_two_lists_share_a_request() {
    respond_with(&page_body(&["pcb-1"], "r"));
    let lists = [List::new(), List::new()];
    for list in &lists {
        until("the rows", || count(&list.root, "tbody tr") == 1).await;
    }
    assert_eq!(calls_made().length(), 1);
    let link: Element = lists[0].find("tbody a");
    assert_eq!(link.get_attribute("href").as_deref(), Some("?batch-id=pcb-1"));
    // The browser would leave the page if the link were followed.
    link.unchecked_ref::<HtmlElement>().click();
    until("the call of the host", || !lists[0].opened.borrow().is_empty()).await;
    assert_eq!(*lists[0].opened.borrow(), ["pcb-1"]);
    lists.into_iter().for_each(List::remove);
}
