//! The states of a page: what is drawn, what its head says, and the data block.

use super::*;
use crate::stylesheet;

#[track_caller]
fn assert_shows(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part:?} is not in {html}");
    }
}

#[test]
fn a_batch_is_drawn_by_the_widget_in_place_of_the_skeleton() {
    let html = page("batch-id=pcb-xxx", &ok(&**SAMPLE));
    assert_harmless(&html);
    assert_shows(
        &html,
        &[
            "<a class=\"page-back\" href=\"?\">All batches</a><h1 class=\"page-hidden\">",
            "aria-label=\"batch_task_test\"",
            "80 %",
            "aria-valuenow=\"8\"",
            "Updated 3 s ago · next in 5 s",
            "629271331",
            "Times in UTC",
            "<footer class=\"page-footer\">",
            "data-drawn=\"first\"",
            "<hr width=\"80.0000%\" class=\"btw-segment btw-segment-succeeded\">",
        ],
    );
    for absent in ["btw-skeleton", "page-late", "page-frame", "requires JavaScript", "Show in UTC"] {
        assert!(!html.contains(absent), "{absent}");
    }
}

#[test]
fn a_table_is_drawn_for_any_width() {
    let html =
        page("batch-id=pcb-1", &ok(batch("RUNNING", 2, &[("1", "FAILED", "no disk"), ("2", "RUNNING", "")])));
    let tags = start_tags(&html);
    let widths = |name: &str| {
        let tags = tags.iter().filter(|tag| tag.name == name && tag.attribute("scope") != Some("row"));
        tags.filter_map(|tag| tag.attribute("width")?.parse::<u32>().ok()).collect::<Vec<_>>()
    };
    let (wide, narrow) = (widths("th"), widths("col"));
    assert_eq!(wide.len(), 6);
    assert_eq!(narrow, wide.iter().map(|width| width - 10).collect::<Vec<_>>());
    assert_eq!(html.matches("class=\"btw-row btw-row-either\"").count(), 1);
    assert_eq!(html.matches("<span class=\"btw-row-error\">no disk</span>").count(), 1);
    // Nobody wants to see errors.
    let html = page("batch-id=pcb-1&columns=TaskId", &ok(batch("RUNNING", 1, &[("1", "FAILED", "no disk")])));
    assert!(!html.contains("btw-row-error"));
}

#[test]
fn each_state_has_its_title_its_description_and_its_refresh() {
    let running =
        batch("RUNNING", 4, &[("1", "COMPLETED", ""), ("2", "FAILED", "no disk"), ("3", "PAUSE", "")]);
    let ended = batch("COMPLETED", 1, &[("1", "COMPLETED", "")]);
    let error = |code: &str| format!(r#"{{"RequestId":"R","HostId":"h","Code":"{code}","Message":"m"}}"#);
    for (query, response, title, description, refresh) in [
        (
            "",
            ok(running.clone()),
            "25 % Running · Install skills",
            "25 % · succeeded: 1 of 4 · 1 failed · 1 needs attention · Install skills",
            Some("5"),
        ),
        (
            "&interval=30&lang=zh-CN",
            ok(running.clone()),
            "25% 运行中 · Install skills",
            "25% · 成功：1/4 · 1 个失败 · 1 个需要关注 · Install skills",
            Some("30"),
        ),
        ("&interval=1", ok(running.clone()), "25 % Running · Install skills", "25 % ", Some("2")),
        ("&interval=0", ok(running), "25 % Running · Install skills", "25 % ", None),
        (
            "",
            ok(ended),
            "100 % Completed · Install skills",
            "100 % · succeeded: 1 of 1 · Install skills",
            None,
        ),
        (
            "",
            ok(batch("RUNNING", 0, &[])),
            "Running · Install skills",
            "succeeded: 0 of 0 · Install skills",
            Some("5"),
        ),
        ("", answered(403, error("Forbidden.RAM")), "No permission · pcb-1", "No permission · pcb-1", None),
        ("", answered(400, error("Throttling.User")), "Too many requests · pcb-1", "", Some("5")),
        ("", answered(404, error("InvalidBatchId.NotFound")), "Batch not found · pcb-1", "", None),
        ("", answered(502, error("Proxy.UpstreamInvalid")), "Service error · pcb-1", "", Some("5")),
        ("", answered(504, error("Proxy.UpstreamTimeout")), "The request timed out · pcb-1", "", Some("5")),
        ("", ok("{\"Status\":\"RUN"), "Incomplete response · pcb-1", "", Some("5")),
        ("", ok("<html>"), "The response is not a batch task · pcb-1", "", Some("68")),
    ] {
        let html = page(&format!("batch-id=pcb-1{query}"), &response);
        let title_at = html.find("<title>").unwrap() + "<title>".len();
        assert_eq!(html[title_at..].split("</title>").next(), Some(title));
        let [name, og] = ["description", "og:description"].map(|name| meta(&html, name).unwrap());
        assert!(name.starts_with(description), "{name}");
        assert_eq!(og, name);
        let failed = if query.contains("zh-CN") { " · 1 个失败" } else { " · 1 failed" };
        let preview = meta(&html, "og:title").unwrap().replace(failed, "");
        assert_eq!(preview.replace("% · ", "% "), title);
        assert_eq!(meta(&html, "og:type").as_deref(), Some("website"));
        let refresh = refresh.map(|seconds| {
            format!("<noscript><meta http-equiv=\"refresh\" content=\"{seconds}\" /></noscript>")
        });
        let at = html.find("<noscript>");
        let drawn = at.map(|at| html[at..].split_inclusive("</noscript>").next().unwrap().to_owned());
        assert_eq!(drawn, refresh, "{title} {query}");
        assert!(at.is_none_or(|at| at < html.find("</head>").unwrap()), "in the head");
        assert_eq!(html.matches("rel=\"icon\" href=\"data:image/svg+xml,").count(), 1, "{title}");
        assert_eq!(html.matches("role=\"alert\"").count(), usize::from(title.ends_with("pcb-1")), "{title}");
        assert_harmless(&html);
    }
}

#[test]
fn previews_say_what_has_failed_and_titles_that_data_is_old() {
    let rows = [("1", "COMPLETED", ""), ("2", "FAILED", "x"), ("3", "RUNNING", "")];
    for (status, title, preview) in [
        ("RUNNING", "33 % Running · Install skills", "33 % · Running · 1 failed · Install skills"),
        (
            "COMPLETED",
            "33 % Completed · 1 failed · Install skills",
            "33 % · Completed · 1 failed · Install skills",
        ),
        ("FAILED", "33 % Failed · Install skills", "33 % · Failed · 1 failed · Install skills"),
    ] {
        let html = page("batch-id=pcb-1", &ok(batch(status, 3, &rows)));
        assert_shows(&html, &[&format!("<title>{title}</title>")]);
        assert_eq!(meta(&html, "og:title").as_deref(), Some(preview));
    }
    let mut old = ok(batch("RUNNING", 3, &rows));
    old.headers = vec![("age".into(), "90".into()), ("cache-status".into(), "proxy; fwd=stale".into())];
    let html = page("batch-id=pcb-1", &old);
    assert_shows(
        &html,
        &["Data from 1 min 30 s ago", "<title>No contact · 33 % Running · Install skills</title>"],
    );
    assert_eq!(meta(&html, "og:title").as_deref(), Some("No contact · 33 % Running · Install skills"));
}

#[test]
fn the_block_has_the_body_its_key_and_its_headers() {
    let body = batch("RUNNING", 1, &[("1", "FAILED", "a <b>&\\\" ]]> <!-- </script")]);
    let html = page("batch-id=a~b", &ok(body.clone()));
    let tags = start_tags(&html);
    let tag = tags.iter().find(|tag| tag.attribute("id") == Some("batch-task-response")).unwrap();
    assert_eq!(tag.attribute("data-key"), Some("BatchId=a%7Eb"));
    assert_eq!(tag.attribute("data-status"), Some("200"));
    assert_eq!(tag.attribute("data-headers"), Some(r#"{"age":"3","content-type":"application/json"}"#));
    assert!(html[..tag.range.start].ends_with("</main>"));
    let text = html[tag.range.end..].split("</script>").next().unwrap();
    assert!(!text.contains('<'));
    assert_eq!(text.replace("\\u003c", "<"), body);
}

#[test]
fn bodies_that_do_not_fit_or_must_not_be_shown_are_not_in_the_page() {
    let rows: Vec<_> = (0..2_000).map(|row| (format!("{row}"), "COMPLETED", "")).collect();
    let rows: Vec<_> = rows.iter().map(|(id, status, error)| (&**id, *status, *error)).collect();
    let has_block = |html: &str| html.contains("batch-task-response");
    let large = page("batch-id=pcb-1", &ok(batch("RUNNING", 2_000, &rows)));
    assert!(!has_block(&large) && large.contains("data-drawn="));
    let of_200 = page("batch-id=pcb-1", &ok(batch("RUNNING", 200, &rows[..200])));
    assert!(has_block(&of_200));
    for response in
        [ok("{"), answered(500, "{}"), ok(b"{\"Status\":\"RUNNING\",\"TaskName\":\"\xff\"}".to_vec())]
    {
        assert!(!has_block(&page("batch-id=pcb-1", &response)), "{response:?}");
    }
    let body = batch("RUNNING", 1, &[("1", "FAILED", "aliuid:1422133474238823 not found")]);
    let html = with_meta("batch-task-redact", "true").with_response(&visit("batch-id=pcb-1"), &ok(body));
    assert!(!html.contains("1422133474238823") && html.contains("aliuid:…"), "{html}");
}

#[test]
fn the_viewers_choices_are_those_of_the_url() {
    let rows_of = |query: &str| {
        let body = batch(
            "RUNNING",
            5,
            &[
                ("1", "COMPLETED", ""),
                ("2", "FAILED", "no disk"),
                ("3", "RUNNING", ""),
                ("4", "FAILED", "locked"),
                ("5", "WAITING", ""),
            ],
        );
        let html = page(&format!("batch-id=pcb-1{query}"), &ok(body));
        assert_harmless(&html);
        rows(&html).join(",")
    };
    for (query, expected) in [
        ("", "1,2,3,4,5"),
        ("&filter=failed", "2,4"),
        ("&filter=failed,running&sort=-TaskId", "4,3,2"),
        ("&q=locked", "4"),
        ("&sort=-TaskId", "5,4,3,2,1"),
        ("&longer-than=10m", "3"),
        ("&reason=00000000", ""),
        ("&filter=nonsense", "1,2,3,4,5"),
        ("&view=timeline", ""),
    ] {
        assert_eq!(rows_of(query), expected, "{query}");
    }
    let drawn = |query: &str| page(&format!("batch-id=pcb-xxx{query}"), &ok(&**SAMPLE));
    assert_shows(&drawn("&q=nothing"), &["data-drawn=\"all\"", "No subtasks match", &stylesheet().name]);
    assert!(!drawn("").contains(&stylesheet().name));
    assert_shows(&drawn("&task=629271331"), &["btw-row-target", "btw-detail"]);
    assert_eq!(drawn("&columns=TaskId,Status").matches("scope=\"col\"").count(), 2);
    let compact = with_meta("batch-task-compact", "true");
    assert!(!compact.with_response(&visit("batch-id=pcb-xxx"), &ok(&**SAMPLE)).contains("<table"));
    assert_shows(&drawn("&lang=ja&status=failed"), &["href=\"?lang=ja&amp;status=failed\""]);
}

#[test]
fn the_language_is_that_of_the_url_or_of_the_browser() {
    for (query, accept, lang, word) in [
        ("&lang=ja", Some("id"), "ja", "実行中"),
        ("", Some("de, zh-TW;q=0.8"), "zh-TW", "運行中"),
        ("&lang=xx", Some("ja"), "en", "Running"),
        ("", None, "en", "Running"),
    ] {
        let visit = Visit {
            accept_language: accept.map(str::to_owned),
            ..visit(&format!("batch-id=pcb-xxx&theme=dark{query}"))
        };
        let html = template().with_response(&visit, &ok(&**SAMPLE));
        assert_shows(&html, &[&format!("<html lang=\"{lang}\" data-theme=\"dark\">"), word]);
        // The names of all languages would need the fonts of all their scripts before anything is painted.
        let tags = start_tags(&html);
        let offered = tags.iter().filter(|tag| tag.name == "option").map(|tag| tag.attribute("value"));
        assert!(offered.eq([Some(lang)]), "{lang}");
    }
}

/// Otherwise a browser paints the header, waits, and then lays out everything a second time.
#[test]
fn no_script_holds_up_the_parser() {
    for html in [page("batch-id=pcb-xxx", &ok(&**SAMPLE)), page("", &answered(500, "{}"))] {
        let scripts: Vec<_> = start_tags(&html).into_iter().filter(|tag| tag.name == "script").collect();
        assert!(scripts.iter().any(|tag| tag.attribute("defer").is_some()), "{scripts:?}");
        for tag in scripts {
            let is_later = ["module", "application/json"].map(Some).contains(&tag.attribute("type"));
            assert!(is_later || tag.attribute("defer").is_some(), "{tag:?}");
        }
    }
}

#[test]
fn a_large_batch_is_drawn_by_its_first_rows() {
    let rows: Vec<_> = (0..100_000).map(|row| format!("{row}")).collect();
    let rows: Vec<_> =
        rows.iter().map(|id| (&**id, if id.ends_with("99") { "FAILED" } else { "WAITING" }, "")).collect();
    let body = ok(batch("RUNNING", 100_000, &rows));
    for (query, first, count) in
        [("", "0", "100001"), ("&filter=failed", "99", "1001"), ("&sort=-TaskId", "99999", "100001")]
    {
        let html = page(&format!("batch-id=pcb-1{query}"), &body);
        let drawn = super::rows(&html);
        assert!((20..=60).contains(&drawn.len()), "{} rows", drawn.len());
        assert_eq!(drawn[0], first);
        assert_shows(&html, &[&format!("aria-rowcount=\"{count}\"")]);
        assert!(html.len() < 100_000, "{} bytes", html.len());
    }
}

#[test]
fn the_list_is_drawn_below_the_form() {
    let body = r#"{"RequestId":"R","PageNumber":1,"PageSize":30,"TotalCount":2,"TaskList":[
        {"BatchId":"pcb-1","TaskName":"One <b>","TaskType":"t","Status":"RUNNING","TotalCount":10,"SuccessCount":4,"TaskBegin":"2026-05-28 16:00:00"},
        {"BatchId":"pcb-2","TaskName":"aliuid:1422133474238823","Status":"FAILED","TotalCount":1234,"SuccessCount":0,"TaskBegin":"2026-05-28 15:00:00"}]}"#;
    let html = page("range=24h&lang=id", &ok(body));
    assert_harmless(&html);
    assert_shows(
        &html,
        &[
            "id=\"btw-ask-id\"",
            "name=\"batch-id\"",
            "href=\"?range=24h&amp;lang=id&amp;batch-id=pcb-1\"",
            "One &lt;b&gt;",
            "<hr width=\"40.0000%\" class=\"btw-list-done\">",
            "1.234",
            "data-key=\"StartTime=2026-05-27T16%3A40%3A00Z&amp;EndTime=",
            "content=\"30\" /></noscript>",
            "data-drawn=\"all\"",
            &stylesheet().name,
        ],
    );
    assert!(!html.contains("page-back") && !html.contains("btw-skeleton"));
    let masked = with_meta("batch-task-redact", "1").with_response(&visit(""), &ok(body));
    assert!(!masked.contains("1422133474238823"));
    let off = r#"{"RequestId":"R","Code":"Proxy.ListNotAllowed","Message":"m"}"#;
    assert_shows(&page("", &answered(403, off)), &["page-note", "id=\"btw-ask-id\""]);
    let failed = page("", &answered(500, r#"{"Code":"InternalError","Message":"m","RequestId":"R"}"#));
    assert_shows(&failed, &["role=\"alert\"", "id=\"btw-ask-id\""]);
}
