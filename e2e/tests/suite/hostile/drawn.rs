//! The same bodies in the page that a server draws, as raw HTML: the outcome is that of the widget, and no text becomes an element.

use batch_task_prerender::{Response, Template, Visit};
use e2e::Delivery;

use super::corpus::{CASES, Case, Outcome};

/// The page's file.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../index.html");

/// Texts that no drawn page has. Handlers are looked for by the crate's own tests, which read tags.
const FORBIDDEN: [&str; 8] = ["<script", "<style", "<iframe", "<img", "<b>", "<i>", " style=\"", "\0"];

/// Returns the response as the server gets it; `None` if it never gets a whole body, or has to decompress it.
fn received(case: &Case) -> Option<Response> {
    let e2e::Response { status, content_type, headers, body, missing, delivery } = (case.response)();
    let is_whole = missing == 0 && matches!(delivery, Delivery::Whole | Delivery::Chunks(..));
    let is_plain = headers.iter().all(|(name, _)| !name.eq_ignore_ascii_case("content-encoding"));
    let status = status.split(' ').next()?.parse().ok()?;
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    (is_whole && is_plain).then(|| Response { status, headers, body: body.into() })
}

#[test]
fn each_body_has_its_outcome_in_the_drawn_page_and_none_becomes_an_element() {
    let template = Template::parse(&std::fs::read_to_string(FILE).unwrap()).unwrap();
    let visit = Visit { query: "batch-id=pcb-1".into(), accept_language: None, now_ms: 1_780_000_000_000 };
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for case in &CASES {
        let Some(response) = received(case) else { continue };
        tried += 1;
        let html = template.with_response(&visit, &response);
        let main =
            html.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or_default();
        for text in FORBIDDEN.into_iter().filter(|text| main.contains(text)) {
            wrong.push(format!("{}: has {text}", case.name));
        }
        let is_drawn = match case.outcome {
            Outcome::Rows(0) => main.contains("btw-empty"),
            Outcome::Rows(count) => main.matches("scope=\"row\"").count() == count.min(40) as usize,
            Outcome::Notice(title) => main.contains(title),
        };
        if !is_drawn {
            wrong.push(format!("{}: is not {:?}", case.name, case.outcome));
        }
    }
    assert!(tried > CASES.len() / 2, "{tried} bodies");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
