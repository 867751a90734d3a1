//! Pages as raw HTML.

mod hostile;
mod states;

use std::path::Path;
use std::sync::LazyLock;

use crate::html::{StartTag, start_tags};
use crate::{Call, Operation, Response, Template, Visit};

/// The page's file.
static FILE: LazyLock<String> = LazyLock::new(|| read("index.html"));
/// The sample of the API's reference.
static SAMPLE: LazyLock<String> = LazyLock::new(|| read("tests/fixtures/describe-batch-task.sample.json"));

/// Reads a file of the repository.
fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap()
}

/// A few minutes after the sample began.
const NOW_MS: u64 = 1_779_986_400_000;

fn template() -> Template {
    Template::parse(&FILE).unwrap()
}

/// The page's file with another value of a `meta` element.
fn with_meta(name: &str, content: &str) -> Template {
    let tags = start_tags(&FILE);
    let tag = tags.iter().find(|tag| tag.attribute("name") == Some(name)).unwrap();
    let mut file = FILE.clone();
    file.replace_range(tag.range.clone(), &tag.clone().with("content", content).html());
    Template::parse(&file).unwrap()
}

fn visit(query: &str) -> Visit {
    Visit { query: query.to_owned(), accept_language: None, now_ms: NOW_MS }
}

fn ok(body: impl Into<Vec<u8>>) -> Response {
    answered(200, body)
}

fn answered(status: u16, body: impl Into<Vec<u8>>) -> Response {
    let headers =
        vec![("age".to_owned(), "3".to_owned()), ("content-type".to_owned(), "application/json".to_owned())];
    Response { status, headers, body: body.into().into() }
}

fn page(query: &str, response: &Response) -> String {
    template().with_response(&visit(query), response)
}

/// A batch with these rows, each with an ID, a status and an error.
fn batch(status: &str, total: u32, rows: &[(&str, &str, &str)]) -> String {
    let success = rows.iter().filter(|(_, status, _)| *status == "COMPLETED").count();
    let rows = rows.iter().map(|(id, status, error)| {
        format!(r#"{{"TaskId":"{id}","InstanceId":"pc-{id}","Status":"{status}","TaskBegin":"2026-05-28 16:00:00","ErrorMsg":"{error}"}}"#)
    });
    let rows = rows.collect::<Vec<_>>().join(",");
    format!(
        r#"{{"RequestId":"REQ-1","BatchId":"pcb-1","TaskName":"Install skills","Status":"{status}","TotalCount":{total},"SuccessCount":{success},"TaskBegin":"2026-05-28 16:00:00","SubTasks":[{rows}]}}"#
    )
}

/// The drawn rows, by their tooltips.
fn rows(html: &str) -> Vec<String> {
    let tags = start_tags(html);
    let ids = tags.iter().filter(|tag| tag.name == "th" && tag.attribute("scope") == Some("row"));
    ids.map(|tag| tag.attribute("title").unwrap_or_default().to_owned()).collect()
}

/// The content of a `meta` element with this name or property.
fn meta(html: &str, name: &str) -> Option<String> {
    let tags = start_tags(html);
    let is_it = |tag: &&StartTag| [tag.attribute("name"), tag.attribute("property")].contains(&Some(name));
    tags.iter().find(is_it).map(|tag| tag.attribute("content").unwrap_or_default().to_owned())
}

/// The elements that are not allowed, for a page whose file has `scripts` scripts.
#[track_caller]
fn assert_harmless(html: &str) {
    let of_file = start_tags(&FILE).iter().filter(|tag| tag.name == "script").count();
    let mut scripts = 0;
    for tag in start_tags(html) {
        let is_data = tag.attribute("type") == Some("application/json");
        scripts += usize::from(tag.name == "script" && !is_data);
        assert!(
            !matches!(&*tag.name, "style" | "iframe" | "object" | "embed" | "base" | "img" | "b" | "i"),
            "{tag:?}"
        );
        for (name, value) in &tag.attributes {
            assert!(name != "style" && !name.starts_with("on"), "{tag:?}");
            let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-:".contains(&byte));
            assert!(is_plain, "{tag:?}");
            let is_url = matches!(&**name, "href" | "src" | "action");
            let scheme = value.trim().to_ascii_lowercase();
            assert!(
                !is_url || !scheme.starts_with("javascript:") && !scheme.starts_with("data:text"),
                "{tag:?}"
            );
        }
    }
    assert_eq!(scripts, of_file, "scripts of the file");
    assert_eq!(html.matches("</main>").count(), 1);
    assert!(!html.contains('\0'));
}

#[test]
fn the_first_call_is_the_one_that_the_program_makes() {
    let batch = |id: &str| Some(Call { operation: Operation::Batch, query: format!("BatchId={id}") });
    let list = |query: &str| Some(Call { operation: Operation::List, query: query.to_owned() });
    for (query, expected) in [
        ("batch-id=pcb-1", batch("pcb-1")),
        ("lang=ja&batch-id=%20pcb-1%20&batch-id=pcb-2", batch("pcb-1")),
        ("batch-id=a.b_c%7Ed%2Be-f", batch("a.b_c%7Ed%2Be-f")),
        ("batch-id=pcb-1,pcb-1", batch("pcb-1")),
        ("batch-id=pcb-1,pcb-2", None),
        ("batch-id=%3Cscript%3E", None),
        ("batch-id=a+b", None),
        (
            "",
            list(
                "StartTime=2026-05-21T16%3A40%3A00Z&EndTime=2026-05-28T16%3A40%3A00Z&PageNumber=1&PageSize=30",
            ),
        ),
        (
            "batch-id=+&range=all&status=failed&type=x&page=2",
            list("PageNumber=2&PageSize=30&Status=%5B%22FAILED%22%5D&TaskType=x"),
        ),
    ] {
        assert_eq!(template().first_call(&visit(query)), expected, "{query}");
    }
}

#[test]
fn only_this_servers_own_routes_are_called() {
    for (name, operation) in
        [("batch-task-endpoint", "DescribeBatchTask"), ("batch-task-list-endpoint", "DescribeBatchTasks")]
    {
        let query = if operation == "DescribeBatchTask" { "batch-id=pcb-1" } else { "" };
        for (endpoint, is_own) in [
            (format!("api/{operation}"), true),
            (format!("./api/{operation}"), true),
            (format!("/api/{operation}"), true),
            (format!("https://other.example/api/{operation}"), false),
            (format!("//other.example/api/{operation}"), false),
            (format!("../api/{operation}"), false),
            (format!("api/{operation}?x=1"), false),
            (format!("api/{operation}x"), false),
            // The default of a batch; no list.
            (String::new(), operation == "DescribeBatchTask"),
        ] {
            let call = with_meta(name, &endpoint).first_call(&visit(query));
            assert_eq!(call.is_some(), is_own, "{name} {endpoint}");
        }
    }
    let fixed = with_meta("batch-task-batch-id", " pcb-9 ");
    let expected = Call { operation: Operation::Batch, query: "BatchId=pcb-9".to_owned() };
    assert_eq!(fixed.first_call(&visit("batch-id=pcb-1")), Some(expected));
    assert_eq!(with_meta("batch-task-batch-id", "a b").first_call(&visit("batch-id=pcb-1")), None);
}

#[test]
fn a_file_without_a_place_for_a_drawing_is_served_as_it_is() {
    for file in ["", "<html></html>", "<head></head><main id=other></main>", "<main id=batch-task></main>"] {
        assert!(Template::parse(file).is_none(), "{file}");
    }
    let small = "<head></head><main id=batch-task>skeleton</main>";
    let html = Template::parse(small).unwrap().with_response(&visit("batch-id=pcb-1"), &ok(&**SAMPLE));
    assert!(html.contains("batch_task_test") && !html.contains("skeleton"), "{html}");
    let html = template().with_response(&visit("batch-id=pcb-1,pcb-2"), &ok(&**SAMPLE));
    assert_eq!(html, *FILE, "several batches");
}

#[test]
fn a_template_can_be_shared_by_threads() {
    fn assert_shared<T: Send + Sync + 'static>(_: &T) {}
    assert_shared(&template());
}
