//! A Markdown report for a ticket or a chat.
//!
//! Values from the API are escaped, so that Markdown and HTML show them as text on one line.

use crate::i18n::Locale;
use crate::model::{ApiTime, BatchTask};
use crate::redact::scan::add;
use crate::timestamp::Timestamp;
use crate::view::failures::{Failures, Group, TOP_GROUPS, attention, headline};
use crate::view::summary::elapsed_ms;
use crate::view::{format, tab};

/// Maximum length of an example's message, in bytes.
const MAX_BYTES: usize = 1_000;

/// The contents of a report.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The batch.
    pub task: &'a BatchTask,
    /// The failures of `task`.
    pub failures: &'a Failures,
    /// RequestId of the response; may be empty.
    pub request_id: &'a str,
    /// Server time of the response, in Unix milliseconds.
    pub as_of: Timestamp,
}

impl Report<'_> {
    /// Returns the report. Times are UTC.
    pub fn markdown(&self, locale: Locale) -> String {
        let task = self.task;
        let mut lines = Lines::default();
        let name = if task.task_name.trim().is_empty() { locale.unnamed_task } else { &*task.task_name };
        lines.heading("## ", name);
        lines.fact(locale.batch, &task.batch_id);
        lines.fact(locale.task_type, &task.task_type);
        lines.fact(locale.application, &task.application_type);
        lines.fact(locale.status, locale.batch_status(&task.status));
        lines.fact(locale.progress, &self.counts(locale));
        lines.fact(locale.began, &utc(&task.task_begin, locale));
        lines.fact(locale.ended, &utc(&task.task_end, locale));
        let as_of_ms = u64::try_from(self.as_of.unix_ms()).unwrap_or(0);
        if let Some(elapsed_ms) = elapsed_ms(task, as_of_ms) {
            lines.fact(locale.elapsed, &format::duration(elapsed_ms, locale));
        }
        lines.fact(locale.as_of, &format::utc_time(self.as_of, locale));
        lines.fact(locale.request_id, self.request_id);
        self.failures(&mut lines, locale);
        self.attention(&mut lines, locale);
        lines.out
    }

    /// Writes one group: reason, count, times and an example.
    pub fn group_markdown(&self, group: &Group, locale: Locale) -> String {
        let mut lines = Lines::default();
        self.group(group, &mut lines, locale);
        lines.out
    }

    /// `succeeded: 229 of 240 · 9 failed for 3 reasons · 2 need attention`.
    fn counts(&self, locale: Locale) -> String {
        let task = self.task;
        let mut text = tab::succeeded(task.success_count, task.total_count, locale);
        if let Some(headline) = headline(self.failures, task.sub_tasks.counts(), locale) {
            text.push_str(" · ");
            text.push_str(&headline);
        }
        text
    }

    fn failures(&self, lines: &mut Lines, locale: Locale) {
        let (groups, others) = self.failures.top(TOP_GROUPS);
        if groups.is_empty() {
            return;
        }
        lines.heading("\n### ", locale.failed);
        groups.iter().for_each(|group| self.group(group, lines, locale));
        if others.groups > 0 {
            let template =
                locale.plural(others.groups.into(), locale.other_reasons_one, locale.other_reasons);
            let counts = [("groups", others.groups.into()), ("rows", others.rows.into())];
            lines.item("- ", &format::fill_counts(template, &counts, locale));
        }
    }

    fn group(&self, group: &Group, lines: &mut Lines, locale: Locale) {
        let sub_tasks = &self.task.sub_tasks;
        lines.out.push_str("- **");
        lines.out.push_str(&format::count(group.count.into(), locale));
        lines.out.push_str(" ×** ");
        lines.text(&group.label(sub_tasks, locale));
        if let Some((first, last)) = group.first.zip(group.last) {
            lines.out.push_str(" (");
            if first != last {
                lines.text(&format::plain_date_time(first));
                lines.out.push_str(" – ");
            }
            lines.text(&format::utc_time(last, locale));
            lines.out.push(')');
        }
        lines.out.push('\n');
        if let Some(example) = sub_tasks.get(group.example as usize) {
            lines.out.push_str("  - ");
            lines.text(locale.example);
            let mut separator = ": ";
            for cell in [example.task_id, example.instance_id, example.error_msg] {
                if !cell.trim().is_empty() {
                    lines.out.push_str(separator);
                    lines.text(cell);
                    separator = " · ";
                }
            }
            lines.out.push('\n');
        }
    }

    fn attention(&self, lines: &mut Lines, locale: Locale) {
        let counts = attention(&self.task.sub_tasks);
        if counts.is_empty() {
            return;
        }
        lines.heading("\n### ", locale.attention);
        for (status, count) in counts {
            lines.fact(locale.sub_task_status(status), &format::count(count.into(), locale));
        }
    }
}

/// Formats a time in UTC; a time that could not be parsed stays as the API sent it, a missing one is empty.
fn utc(time: &ApiTime<'_>, locale: Locale) -> String {
    match time {
        ApiTime::Absent => String::new(),
        ApiTime::At(at) => format::utc_time(*at, locale),
        ApiTime::Unparsed(text) => format::truncated(text),
    }
}

#[derive(Default)]
struct Lines {
    out: String,
}

impl Lines {
    fn heading(&mut self, mark: &str, text: &str) {
        self.item(mark, text);
        self.out.push('\n');
    }

    fn item(&mut self, mark: &str, text: &str) {
        self.out.push_str(mark);
        self.text(text);
        self.out.push('\n');
    }

    /// Writes a labelled value, unless it is empty.
    fn fact(&mut self, label: &str, value: &str) {
        if !value.trim().is_empty() {
            self.out.push_str("- ");
            self.text(label);
            self.out.push_str(": ");
            self.text(value);
            self.out.push('\n');
        }
    }

    /// Writes untrusted text, escaped and on one line.
    fn text(&mut self, text: &str) {
        let text = text.trim();
        let cut = text.get(..text.floor_char_boundary(MAX_BYTES)).unwrap_or_default();
        push_escaped(cut, &mut self.out);
        if cut.len() < text.len() {
            self.out.push('…');
        }
    }
}

/// Escapes the special characters of Markdown, GitHub tables and HTML; prevents links and mentions; replaces line breaks and control
/// characters by spaces.
fn push_escaped(text: &str, out: &mut String) {
    add(text.len());
    for (index, character) in text.char_indices() {
        let rest = text.get(index..).unwrap_or_default();
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '|' | '~' | '$' | '@' => {
                out.push('\\')
            }
            ':' if rest.starts_with("://") => out.push('\\'),
            '.' if text.get(..index).is_some_and(|before| before.ends_with("www")) => out.push('\\'),
            _ => {}
        }
        out.push(if character.is_control() { ' ' } else { character });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::model::{BatchStatus, SubTask, SubTaskStatus, SubTasksBuilder};

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
        Report { task, failures: &failures, request_id: "25C7-DE0B", as_of }.markdown(Locale::english())
    }

    const ROWS: [(&str, &str, &str); 6] = [
        ("FAILED", "2026-05-28 16:38:58", "aliuid:1422133474238823 assumeOssRole not exist"),
        ("FAILED", "2026-05-28 16:40:20", "aliuid:1422133474238824 assumeOssRole not exist"),
        ("COMPLETED", "", "fine"),
        (
            "FAILED",
            "2026-05-28 16:39:40",
            "`<img src=x>` at https://a.example/ | @ops\r\n1. see www.a.example",
        ),
        ("BLOCKING", "", ""),
        ("FAILED", "", ""),
    ];

    #[test]
    fn the_report_to_the_letter() {
        let expected = r"## Install \*skills\* \| \<July\> \# roll-out

- Batch: pcb-demo
- Type: polarclaw\_install\_skills
- Status: Completed
- Progress: succeeded: 1,229 of 1,240 · 4 failed for 3 reasons · 1 needs attention
- Started: 2026-05-28 16:38:20 UTC
- Ended: 2026-05-28 16:41:20 UTC
- Elapsed: 3 min 0 s
- As of: 2026-05-28 16:45:00 UTC
- Request ID: 25C7-DE0B

### Failed

- **2 ×** aliuid:… assumeOssRole not exist (2026-05-28 16:38:58 – 2026-05-28 16:40:20 UTC)
  - Example: 629271331 · pc-pz5f6mvi1p84t35d7 · aliuid:1422133474238823 assumeOssRole not exist
- **1 ×** \`…\` at https\://… \| \@ops …. see … (2026-05-28 16:39:40 UTC)
  - Example: 629271334 · pc-pz5f6mvi1p84t35d7 · \`\<img src=x\>\` at https\://a.example/ \| \@ops  1. see www\.a.example
- **1 ×** No error message
  - Example: 629271336 · pc-pz5f6mvi1p84t35d7

### Needs attention

- Blocked: 1
";
        let report = markdown(&task(&ROWS)).replace('\u{202f}', " ");
        assert_eq!(report, expected);
    }

    #[test]
    fn many_reasons_and_long_messages_are_cut() {
        let long = "é".repeat(5_000);
        let reasons: Vec<String> = ('a'..='y').map(|reason| format!("{reason} {long}")).collect();
        let rows: Vec<_> = reasons.iter().map(|reason| ("FAILED", "", reason.as_str())).collect();
        let report = markdown(&task(&rows));
        assert!(report.ends_with("…\n- 5 other reasons, 5 in total\n"), "{report}");
        assert!(report.len() < 20 * 2_000, "{}", report.len());
    }

    #[test]
    fn a_task_without_failures_has_no_such_section() {
        let report = markdown(&task(&[("COMPLETED", "", "")]));
        assert!(!report.contains("###"), "{report}");
    }
}
