//! Measures how many pages of a batch one core draws in a second, and how long they are.

use std::time::Instant;

use batch_task_prerender::{Response, Template, Visit};

fn main() {
    let rows: u32 = std::env::args().nth(1).and_then(|rows| rows.parse().ok()).unwrap_or(240);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../index.html");
    let Some(template) = std::fs::read_to_string(file).ok().and_then(|file| Template::parse(&file)) else {
        return;
    };
    let visit = Visit { query: "batch-id=pcb-demo".into(), now_ms: 1_779_986_400_000, ..Visit::default() };
    let body = body(rows);
    let response = Response {
        status: 200,
        headers: vec![("age".into(), "3".into()), ("content-type".into(), "application/json".into())],
        body: body.into_bytes().into(),
    };
    let page = template.with_response(&visit, &response);
    if std::env::args().nth(2).is_some() {
        print!("{page}");
        return;
    }
    let begin = Instant::now();
    let mut pages = 0;
    while begin.elapsed().as_secs() < 3 {
        std::hint::black_box(template.with_response(&visit, &response));
        pages += 1;
    }
    let per_second = f64::from(pages) / begin.elapsed().as_secs_f64();
    println!(
        "{rows} rows, body {} bytes: page {} bytes, {per_second:.0} pages per second",
        response.body.len(),
        page.len()
    );
}

/// A running batch, as the simulator gives it.
fn body(rows: u32) -> String {
    let row = |row: u32| {
        let (status, error) = match row {
            _ if row % 27 == 5 => ("FAILED", "aliuid:1422133474238823 assumeOssRole not exist"),
            _ if row < 120 => ("COMPLETED", ""),
            _ if row < 150 => ("RUNNING", ""),
            _ => ("WAITING", ""),
        };
        let begin = format!("2026-05-28T16:{:02}:{:02}Z", row / 60 % 60, row % 60);
        let end = if matches!(status, "COMPLETED" | "FAILED") {
            format!("2026-05-28T16:{:02}:{:02}Z", row / 60 % 60 + 1, (row * 7) % 60)
        } else {
            String::new()
        };
        format!(
            r#"{{"TaskId":"{}","InstanceId":"pc-{:012x}","Status":"{status}","TaskBegin":"{begin}","TaskEnd":"{end}","ErrorMsg":"{error}"}}"#,
            629_271_331 + u64::from(row),
            u64::from(row) * 2_654_435_761 % 0xffff_ffff_ffff,
        )
    };
    format!(
        r#"{{"RequestId":"25C70FF3-D49B-594D-BECE-0DE2BA1D8BBB","BatchId":"pcb-demo","TaskName":"Install skills","TaskType":"polarclaw_install_skills","ApplicationType":"polarclaw","Status":"RUNNING","TotalCount":{rows},"SuccessCount":{},"TaskBegin":"2026-05-28T16:00:00Z","TaskEnd":"","SubTasks":[{}]}}"#,
        rows / 2,
        (0..rows).map(row).collect::<Vec<_>>().join(",")
    )
}
