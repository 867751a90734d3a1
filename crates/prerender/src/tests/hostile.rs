//! Bodies and URLs that try to leave their place.

use super::*;

const TEXTS: [&str; 14] = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "<!-- ",
    "--><img src=x onerror=alert(1)>",
    "</main></body>",
    "</title><b>",
    "' onmouseover='alert(1)",
    "&lt;b&gt;&quot;&#x3c;",
    "javascript:alert(1)",
    "a\u{2028}b\u{2029}c",
    "]]>{{constructor}}${alert(1)}",
    "\u{202e}txt\u{0}\u{1b}[0m",
    "\u{feff}=cmd|' /C calc'!A0",
];

/// Writes a text as a string of JSON. Its control characters are escaped or not, since some servers do not.
fn json(text: &str, escapes_controls: bool) -> String {
    let mut output = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => output.extend(['\\', char]),
            control if control.is_ascii_control() && escapes_controls => {
                output.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => output.push(other),
        }
    }
    output + "\""
}

#[test]
fn texts_of_a_batch_stay_texts() {
    for text in TEXTS.into_iter().chain(["\" onload=\"alert(1)\" x=\"", "\\u003cscript>"]) {
        for escapes_controls in [true, false] {
            let value = json(text, escapes_controls);
            let body = format!(
                r#"{{"RequestId":{value},"BatchId":{value},"TaskName":{value},"TaskType":{value},"ApplicationType":{value},"Status":{value},
                "TotalCount":{value},"SuccessCount":{value},"TaskBegin":{value},"TaskEnd":{value},{value}:1,"SubTasks":[
                {{"TaskId":{value},"InstanceId":{value},"Status":{value},"TaskBegin":{value},"TaskEnd":{value},"ErrorMsg":{value}}},
                {{"TaskId":{value},"Status":"FAILED","ErrorMsg":{value}}}]}}"#
            );
            for query in ["", "&sort=-TaskId", "&view=timeline", "&lang=zh-CN&q=x"] {
                assert_harmless(&page(&format!("batch-id=pcb-1{query}"), &ok(body.clone())));
            }
        }
    }
}

#[test]
fn texts_of_errors_and_of_the_list_stay_texts() {
    for text in TEXTS {
        let value = json(text, true);
        let error = format!(
            r#"{{"RequestId":{value},"HostId":{value},"Code":{value},"Message":{value},"Recommend":{value},"AccessDeniedDetail":{{"AuthAction":{value}}}}}"#
        );
        let list = format!(
            r#"{{"RequestId":{value},"TotalCount":1,"TaskList":[{{"BatchId":{value},"TaskName":{value},"TaskType":{value},"Status":{value},"TotalCount":{value},"TaskBegin":{value},"TaskEnd":{value}}}]}}"#
        );
        for status in [200, 400, 403, 404, 500] {
            for query in ["batch-id=pcb-1", ""] {
                assert_harmless(&page(query, &answered(status, error.clone())));
                assert_harmless(&page(query, &answered(status, list.clone())));
                assert_harmless(&page(query, &answered(status, text)));
            }
        }
    }
}

#[test]
fn texts_of_the_url_and_of_headers_stay_texts() {
    for text in TEXTS {
        let names = [
            "q",
            "task",
            "filter",
            "sort",
            "columns",
            "reason",
            "lang",
            "time-zone",
            "view",
            "status",
            "type",
            "interval",
            text,
        ];
        let query = names.map(|name| crate::query::encoded([(name, text)])).join("&");
        for id in ["&batch-id=pcb-1", ""] {
            let visit = Visit { accept_language: Some(text.to_owned()), ..visit(&(query.clone() + id)) };
            let mut response = ok(&**SAMPLE);
            response.headers.push(("etag".to_owned(), text.to_owned()));
            assert_harmless(&template().with_response(&visit, &response));
        }
    }
}

#[test]
fn any_bytes_give_a_page() {
    let deep = "[".repeat(100_000);
    for body in [
        &b""[..],
        b"\0\0\0",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b"null",
        b"[]",
        b"{\"SubTasks\":{}}",
        b"{\"Status\":\"RUNNING\",\"TotalCount\":-9223372036854775808,\"SuccessCount\":9223372036854775807}",
        b"{\"Status\":\"RUNNING\",\"TotalCount\":1e400,\"TaskName\":\"\\ud83d\",\"SubTasks\":[]}",
        b"{\"TotalCount\":1,\"TaskList\":[{\"BatchId\":\"\\ud83d\",\"TaskName\":\"\\ude00\"}]}",
        b"{\"TaskBegin\":\"9999-12-31T23:59:59Z\",\"TaskEnd\":\"0001-01-01\",\"Status\":\"COMPLETED\",\"SubTasks\":[]}",
        deep.as_bytes(),
    ] {
        for (query, status) in [("batch-id=pcb-1", 200), ("", 200), ("batch-id=pcb-1", 500), ("", 500), ("", 304), ("", 0)] {
            let html = page(query, &answered(status, body));
            assert_harmless(&html);
            assert!(html.contains("data-drawn="), "{status} {body:?}");
        }
    }
}
