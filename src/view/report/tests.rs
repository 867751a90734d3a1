//! Tests of the report: its exact text, and its limits.

use super::*;
use crate::i18n::Locale;
use crate::model::{BatchStatus, SubTask, SubTaskStatus, SubTasksBuilder};
use crate::test_data::FAILED_ROW;

fn task(rows: &[(&str, &str, &str)]) -> BatchTask {
    let mut builder = SubTasksBuilder::new();
    for (index, &(status, end, error_msg)) in rows.iter().enumerate() {
        builder.push(&SubTask {
            task_id: &(629_271_331 + index).to_string(),
            instance_id: "pc-pz5f6mvi1p84t35d7",
            status: SubTaskStatus::parse(status),
            task_begin: ApiTime::Absent,
            task_end: ApiTime::parse(end),
            error_msg,
        });
    }
    BatchTask {
        batch_id: "pcb-demo".into(),
        task_name: "Install *skills* | <July>\n# roll-out".into(),
        task_type: "polarclaw_install_skills".into(),
        application_type: "".into(),
        status: BatchStatus::Completed,
        total_count: Some(1_240),
        success_count: Some(1_229),
        task_begin: ApiTime::parse("2026/05/28T16:38:20Z"),
        task_end: ApiTime::parse("2026/05/28T16:41:20Z"),
        sub_tasks: builder.finish(),
    }
}

fn markdown(task: &BatchTask) -> String {
    let as_of = Timestamp::parse("2026-05-28T16:45:00Z").unwrap();
    let failures = Failures::of(&task.sub_tasks);
    Report {
        task,
        failures: &failures,
        request_id: "25C7-DE0B",
        as_of,
        page_url: "https://ops.example/?batch-id=pcb-demo&filter=failed",
    }
    .markdown(Locale::english())
}

const ROWS: [(&str, &str, &str); 6] = [
    ("FAILED", "2026-05-28 16:38:58", "aliuid:1422133474238823 assumeOssRole not exist"),
    ("FAILED", "2026-05-28 16:40:20", "aliuid:1422133474238824 assumeOssRole not exist"),
    ("COMPLETED", "", "fine"),
    ("FAILED", "2026-05-28 16:39:40", "`<img src=x>` at https://a.example/ | @ops\r\n1. see www.a.example"),
    ("BLOCKING", "", ""),
    ("FAILED", "", ""),
];

#[test]
fn the_report_to_the_letter() {
    let expected = r"## `Install *skills* | <July>…`

- Batch: `pcb-demo`
- Page: <https://ops.example/?batch-id=pcb-demo&filter=failed>
- Type: `polarclaw_install_skills`
- Status: Completed · 4 failed
- Progress: succeeded: 1,229 of 1,240 · 4 failed for 3 reasons · 1 needs attention
- Started: 2026-05-28 16:38:20 UTC
- Ended: 2026-05-28 16:41:20 UTC
- Elapsed: 3 min 0 s
- As of: 2026-05-28 16:45:00 UTC
- Request ID: `25C7-DE0B`

### Failed

- **2 ×** `aliuid:… assumeOssRole not exist` (2026-05-28 16:38:58 – 2026-05-28 16:40:20 UTC)
  - Example: `629271331` · `pc-pz5f6mvi1p84t35d7` · `aliuid:1422133474238823 assumeOssRole not exist`
  - Instance IDs: `pc-pz5f6mvi1p84t35d7`
- **1 ×** `` `…` at https://… | @ops …. see … `` (2026-05-28 16:39:40 UTC)
  - Example: `629271334` · `pc-pz5f6mvi1p84t35d7` · `` `<img src=x>` at https://a.example/ | @ops… ``
  - Instance IDs: `pc-pz5f6mvi1p84t35d7`
- **1 ×** `No error message`
  - Example: `629271336` · `pc-pz5f6mvi1p84t35d7`
  - Instance IDs: `pc-pz5f6mvi1p84t35d7`

### Needs attention

- **1 ×** `Blocked`
  - Example: `629271335` · `pc-pz5f6mvi1p84t35d7`
  - Instance IDs: `pc-pz5f6mvi1p84t35d7`
";
    let report = markdown(&task(&ROWS)).replace('\u{202f}', " ");
    assert_eq!(report, expected);
}

/// Failed rows, each with an instance of its own.
fn with_instances(count: usize, error_msg: &str) -> BatchTask {
    let mut builder = SubTasksBuilder::new();
    for row in 0..count {
        builder.push(&SubTask {
            task_id: &row.to_string(),
            instance_id: &if row % 10 == 9 { String::new() } else { format!("pc-{row}") },
            error_msg,
            ..FAILED_ROW
        });
    }
    BatchTask { sub_tasks: builder.finish(), ..task(&[]) }
}

#[test]
fn up_to_fifty_instances_of_a_reason_are_listed() {
    let listed = |count| {
        let report = markdown(&with_instances(count, "disk"));
        let lines = |label: &str| report.lines().find(|line| line.contains(label)).map(str::to_owned);
        (lines("Instance IDs"), lines("Task ID"))
    };
    let (instances, tasks) = listed(100);
    let instances = instances.unwrap();
    assert_eq!(instances.matches("`pc-").count(), 50);
    assert!(instances.ends_with("`pc-54` and 40 more"), "{instances}");
    assert_eq!(tasks.unwrap().matches('`').count(), 20);
    let (instances, tasks) = listed(9);
    assert!(instances.unwrap().ends_with("`pc-8`") && tasks.is_none());
}

#[test]
fn a_long_message_is_cut_at_its_first_line_and_200_characters() {
    let message = |text: &str| {
        let report = markdown(&task(&[("FAILED", "", text)]));
        let line = report.lines().find(|line| line.contains("Example")).unwrap().to_owned();
        line.rsplit(" · ").next().unwrap().to_owned()
    };
    assert_eq!(message("\n first \r\n at Foo.bar"), "`first…`");
    assert_eq!(message("one\u{2028}two"), "`one…`");
    assert_eq!(message(&"é".repeat(200)), format!("`{}`", "é".repeat(200)));
    assert_eq!(message(&"é".repeat(201)), format!("`{}…`", "é".repeat(200)));
    assert_eq!(message("a ``` b"), "```` a ``` b ````");
    assert_eq!(message("a\u{7}b"), "`a b`");
}

#[test]
fn a_report_is_at_most_20_kb() {
    let long = "🦀".repeat(5_000);
    let reasons: Vec<String> = ('a'..='y').map(|reason| format!("{reason}{long}")).collect();
    let rows: Vec<_> = reasons
        .iter()
        .flat_map(|reason| ["FAILED", "PAUSE"].map(|status| (status, "", reason.as_str())))
        .collect();
    let hostile = BatchTask {
        batch_id: long.clone().into(),
        task_name: long.clone().into(),
        task_type: long.clone().into(),
        application_type: long.into(),
        ..task(&rows)
    };
    let report = markdown(&hostile);
    assert!(report.len() <= MAX_REPORT_BYTES, "{}", report.len());
    assert!(report.contains("### Failed") && report.contains("### Needs attention"), "{report}");
    assert!(report.ends_with("in total\n"), "{report}");
    let many = markdown(&with_instances(100_000, &"disk ".repeat(100)));
    assert!(many.len() <= MAX_REPORT_BYTES && many.contains("more"), "{}", many.len());
}

#[test]
fn a_task_without_failures_has_no_such_section() {
    let report = markdown(&task(&[("COMPLETED", "", "")]));
    assert!(!report.contains("###"), "{report}");
}
