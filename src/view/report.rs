//! A Markdown report for a ticket or a chat. It stands alone: it names the batch and the page, and lists what failed and what needs
//! attention with the IDs of the instances.
//!
//! Values from the API are code spans, so that Markdown and HTML show them as text. Of a longer text, the report has the first line,
//! up to 200 characters. If everything would be more than 20 KB, fewer instances are listed, and then fewer reasons.

use crate::i18n::{Locale, fill};
use crate::model::{ApiTime, BatchTask};
use crate::redact::scan::add;
use crate::timestamp::Timestamp;
use crate::view::failures::{Failures, Group, TOP_GROUPS, headline, top};
use crate::view::instances::{IdKind, unique_ids};
use crate::view::summary::elapsed_ms;
use crate::view::{format, outcome, tab};

/// Maximum length of a text, in characters.
const MAX_CHARS: usize = 200;

/// Maximum length of the page's URL, in bytes. A longer one is left out.
const MAX_URL_BYTES: usize = 2_000;

/// Maximum length of a report, in bytes.
pub const MAX_REPORT_BYTES: usize = 20_000;

/// How much is listed: each is tried until the report is short enough.
const EXTENTS: [Extent; 9] = [
    Extent { groups: TOP_GROUPS, ids: 50 },
    Extent { groups: TOP_GROUPS, ids: 20 },
    Extent { groups: TOP_GROUPS, ids: 10 },
    Extent { groups: TOP_GROUPS, ids: 5 },
    Extent { groups: TOP_GROUPS, ids: 2 },
    Extent { groups: 10, ids: 2 },
    Extent { groups: 5, ids: 1 },
    Extent { groups: 2, ids: 0 },
    Extent { groups: 1, ids: 0 },
];

#[derive(Clone, Copy)]
struct Extent {
    /// Reasons of each kind.
    groups: usize,
    /// IDs of each reason.
    ids: usize,
}

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
    /// URL of the page, with the viewer's filter; may be empty.
    pub page_url: &'a str,
}

/// A group with the IDs of its rows.
struct Listed<'a> {
    group: &'a Group,
    instances: Vec<&'a str>,
    /// TaskIds of the rows without an InstanceId.
    tasks: Vec<&'a str>,
}

impl Report<'_> {
    /// Returns the report. Times are UTC.
    pub fn markdown(&self, locale: Locale) -> String {
        let [failed, attention] = [self.failures.groups(), self.failures.attention()].map(|groups| {
            top(groups, TOP_GROUPS).0.iter().map(|group| self.listed(group)).collect::<Vec<_>>()
        });
        shortest(|extent| {
            let mut lines = Lines::default();
            self.facts(&mut lines, locale);
            let mut section = |title, listed: &[Listed<'_>], all: &[Group]| {
                if listed.is_empty() {
                    return;
                }
                lines.heading("\n### ", title);
                listed
                    .iter()
                    .take(extent.groups)
                    .for_each(|listed| self.group(listed, extent, &mut lines, locale));
                let others = top(all, extent.groups).1;
                if others.groups > 0 {
                    let template =
                        locale.plural(others.groups.into(), locale.other_reasons_one, locale.other_reasons);
                    let counts = [("groups", others.groups.into()), ("rows", others.rows.into())];
                    lines.line("- ", &format::fill_counts(template, &counts, locale));
                }
            };
            section(locale.failed, &failed, self.failures.groups());
            section(locale.attention, &attention, self.failures.attention());
            lines.out
        })
    }

    /// Writes one group: reason, count, times, an example and the instances.
    pub fn group_markdown(&self, group: &Group, locale: Locale) -> String {
        let listed = self.listed(group);
        shortest(|extent| {
            let mut lines = Lines::default();
            self.group(&listed, extent, &mut lines, locale);
            lines.out
        })
    }

    fn facts(&self, lines: &mut Lines, locale: Locale) {
        let task = self.task;
        let name = if task.task_name.trim().is_empty() { locale.unnamed_task } else { &*task.task_name };
        lines.heading("## ", name);
        lines.code_fact(locale.batch, &task.batch_id);
        if !self.page_url.is_empty() && self.page_url.len() <= MAX_URL_BYTES {
            lines.line(
                "- ",
                &fill(locale.labelled, &[("label", locale.page), ("value", &link(self.page_url))]),
            );
        }
        lines.code_fact(locale.task_type, &task.task_type);
        lines.code_fact(locale.application, &task.application_type);
        lines.fact(locale.status, &outcome::words(task, locale));
        lines.fact(locale.progress, &self.counts(locale));
        lines.fact(locale.began, &utc(&task.task_begin, locale));
        lines.fact(locale.ended, &utc(&task.task_end, locale));
        let as_of_ms = u64::try_from(self.as_of.unix_ms()).unwrap_or(0);
        if let Some(elapsed_ms) = elapsed_ms(task, as_of_ms) {
            lines.fact(locale.elapsed, &format::duration(elapsed_ms, locale));
        }
        lines.fact(locale.as_of, &format::utc_time(self.as_of, locale));
        lines.code_fact(locale.request_id, self.request_id);
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

    fn listed<'a>(&'a self, group: &'a Group) -> Listed<'a> {
        let sub_tasks = &self.task.sub_tasks;
        let members = self.failures.rows(group.id.key());
        let rows = (0..sub_tasks.len() as u32).filter(|&row| members.contains(row));
        let (with, without): (Vec<u32>, Vec<u32>) =
            rows.partition(|&row| !sub_tasks.instance_id(row as usize).trim().is_empty());
        let instances = unique_ids(sub_tasks, &with, IdKind::Instance);
        Listed { group, instances, tasks: unique_ids(sub_tasks, &without, IdKind::Task) }
    }

    fn group(&self, listed: &Listed<'_>, extent: Extent, lines: &mut Lines, locale: Locale) {
        let (group, sub_tasks) = (listed.group, &self.task.sub_tasks);
        lines.out.push_str("- **");
        lines.out.push_str(&format::count(group.count.into(), locale));
        lines.out.push_str(" ×** ");
        lines.code(&group.label(sub_tasks, locale));
        if let Some((first, last)) = group.first.zip(group.last).filter(|_| !group.needs_attention) {
            lines.out.push_str(" (");
            if first != last {
                lines.out.push_str(&format::plain_date_time(first));
                lines.out.push_str(" – ");
            }
            lines.out.push_str(&format::utc_time(last, locale));
            lines.out.push(')');
        }
        lines.out.push('\n');
        if let Some(example) = sub_tasks.get(group.example as usize) {
            lines.out.push_str("  - ");
            lines.out.push_str(locale.example);
            let mut separator = ": ";
            for cell in [example.task_id, example.instance_id, example.error_msg] {
                if !cell.trim().is_empty() {
                    lines.out.push_str(separator);
                    lines.code(cell);
                    separator = " · ";
                }
            }
            lines.out.push('\n');
        }
        lines.ids(locale.instance_ids, &listed.instances, extent.ids, locale);
        lines.ids(locale.task_id, &listed.tasks, extent.ids, locale);
    }
}

/// Returns the report with the largest extent that is short enough, or the shortest.
fn shortest(write: impl Fn(Extent) -> String) -> String {
    let mut out = String::new();
    for extent in EXTENTS {
        out = write(extent);
        if out.len() <= MAX_REPORT_BYTES {
            break;
        }
    }
    out
}

/// Returns the URL as a link of Markdown.
fn link(url: &str) -> String {
    // Browsers escape these characters in a URL.
    let is_plain = !url.contains(|character: char| "<>".contains(character) || character.is_whitespace());
    if is_plain { format!("<{url}>") } else { String::new() }
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
        self.out.push_str(mark);
        self.text(text);
        self.out.push_str("\n\n");
    }

    /// Writes a line of the interface.
    fn line(&mut self, mark: &str, text: &str) {
        self.out.push_str(mark);
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Writes a labelled text, unless it is empty.
    fn fact(&mut self, label: &str, value: &str) {
        if !value.trim().is_empty() {
            self.label("- ", label);
            self.text(value);
            self.out.push('\n');
        }
    }

    /// Writes a labelled value of the API, unless it is empty.
    fn code_fact(&mut self, label: &str, value: &str) {
        if !value.trim().is_empty() {
            self.label("- ", label);
            self.code(value);
            self.out.push('\n');
        }
    }

    /// Writes the first `most` of `ids`, and how many more there are.
    fn ids(&mut self, label: &str, ids: &[&str], most: usize, locale: Locale) {
        if ids.is_empty() || most == 0 {
            return;
        }
        self.label("  - ", label);
        for (index, id) in ids.iter().take(most).enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.code(id);
        }
        if let Some(more @ 1..) = ids.len().checked_sub(most) {
            self.out.push(' ');
            let count = format::count(i64::try_from(more).unwrap_or(i64::MAX), locale);
            self.out.push_str(&fill(locale.and_more, &[("count", &count)]));
        }
        self.out.push('\n');
    }

    fn label(&mut self, mark: &str, label: &str) {
        self.out.push_str(mark);
        self.out.push_str(label);
        self.out.push_str(": ");
    }

    /// Writes a text that may be from the API: as it is if it has no character that Markdown interprets, else as code.
    fn text(&mut self, text: &str) {
        let (line, is_cut) = first_line(text);
        let is_plain =
            !line.contains(|character: char| "\\`*_[]<>&#|~$@".contains(character) || character.is_control());
        if !is_plain || line.contains("://") || line.contains("www.") {
            return self.code(text);
        }
        self.out.push_str(line);
        if is_cut {
            self.out.push('…');
        }
    }

    /// Writes the first line of an untrusted text as a code span, in which Markdown interprets nothing.
    fn code(&mut self, text: &str) {
        let (line, is_cut) = first_line(text);
        // A span ends at as many backticks as it begins with.
        let (mut longest, mut run) = (0, 0);
        for byte in line.bytes() {
            run = if byte == b'`' { run + 1 } else { 0 };
            longest = longest.max(run);
        }
        let pad = if longest > 0 { " " } else { "" };
        for _ in 0..=longest {
            self.out.push('`');
        }
        self.out.push_str(pad);
        self.out.extend(line.chars().map(|character| if character.is_control() { ' ' } else { character }));
        if is_cut {
            self.out.push('…');
        }
        self.out.push_str(pad);
        for _ in 0..=longest {
            self.out.push('`');
        }
    }
}

/// Returns the first line of a text that is not blank, up to a maximum length, and whether there is more.
fn first_line(text: &str) -> (&str, bool) {
    add(text.len());
    let text = text.trim();
    let is_end = |(index, (_, character)): &(usize, (usize, char))| {
        *index == MAX_CHARS
            || matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    let end = text.char_indices().enumerate().find(is_end).map_or(text.len(), |(_, (end, _))| end);
    let (line, rest) = text.split_at(end);
    (line.trim_end(), !rest.is_empty())
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
