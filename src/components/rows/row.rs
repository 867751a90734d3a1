//! One row of the table, cell by cell.

use yew::prelude::*;

use super::state::{RowMarks, RowsMessage, RowsState, SubTaskRowsProps};
use crate::components::deferred;
use crate::components::icon::status_icon;
use crate::components::markup::{Tag, Value, button, code, external_link, tag};
#[cfg(feature = "prerender")]
use crate::components::server;
use crate::i18n::{Locale, fill};
use crate::model::{ApiTime, SubTask};
use crate::timestamp::Timestamp;
use crate::view::columns::{Column, Columns};
use crate::view::format::{self, truncated};
use crate::view::link::instance_url;
use crate::view::summary::duration_at_ms;
use crate::view::window::row_index;

/// Draws rows. It holds what they have in common.
pub(super) struct RowRenderer<'a> {
    pub(super) locale: Locale,
    pub(super) columns: Columns,
    pub(super) has_error_lines: bool,
    /// Times on the day that the batch started are shown without the day.
    pub(super) batch_begin: Option<Timestamp>,
    pub(super) instance_url: Option<&'a str>,
    pub(super) state: &'a RowsState,
    /// The server's time, while the task runs.
    pub(super) now: Option<Timestamp>,
    pub(super) props: &'a SubTaskRowsProps,
    /// The row whose controls are in the tab order.
    pub(super) active: Option<u32>,
    pub(super) send: &'a Callback<RowsMessage>,
}

impl RowRenderer<'_> {
    pub(super) fn marks(&self, row: u32) -> RowMarks {
        RowMarks { is_active: self.active == Some(row), is_kept: self.state.kept.contains(&row) }
    }

    /// Draws `row` at `position` (from 0) in the visible order. `slot` is the element that it is drawn in.
    pub(super) fn row(&self, sub_task: &SubTask<'_>, row: u32, slot: u32, position: u32) -> Tag {
        let mut class = "btw-row".to_owned();
        if self.has_error_line(sub_task) {
            class.push_str(if self.has_error_lines { " btw-row-two" } else { " btw-row-either" });
        }
        if self.state.kept.contains(&row) {
            class.push_str(" btw-row-kept");
        }
        if self.state.target == Some(row) {
            class.push_str(" btw-row-target");
        }
        if self.state.changed.contains(&row) {
            class.push_str(" btw-row-changed");
        }
        tag("tr")
            .key(&slot.to_string())
            .class(class)
            .attr("part", "row")
            .attr("aria-rowindex", row_index(position, &self.state.placed).to_string())
            .children(self.columns.iter().map(|column| self.cell(sub_task, row, column)))
    }

    fn has_error_line(&self, sub_task: &SubTask<'_>) -> bool {
        (self.has_error_lines || self.may_have_error_lines()) && !sub_task.error_msg.is_empty()
    }

    /// Whether the width of the table is not known, so that the stylesheet selects the column or the line.
    #[cfg(feature = "prerender")]
    fn may_have_error_lines(&self) -> bool {
        server::is_drawing() && self.columns.contains(Column::ErrorMsg)
    }

    #[cfg(not(feature = "prerender"))]
    const fn may_have_error_lines(&self) -> bool {
        false
    }

    fn cell(&self, sub_task: &SubTask<'_>, row: u32, column: Column) -> Tag {
        let (class, locale) = (column_class(column), self.locale);
        match column {
            Column::TaskId => self.id_cell(sub_task, row),
            Column::Status => {
                let bucket = sub_task.status.bucket();
                let word = truncated(locale.sub_task_status(sub_task.status));
                cell(format!("{class} btw-status btw-status-{}", bucket.as_str()))
                    .attr("title", truncated(sub_task.status.as_str()))
                    .child(status_icon(bucket))
                    .child(tag("span").child(word))
                    .child(deferred::get().and_then(|deferred| (deferred.slow_note)(self.props, sub_task)))
            }
            Column::InstanceId => {
                let is_skipped = self.instance_url.is_some() && self.active != Some(row);
                let id = instance(sub_task.instance_id, self.instance_url, locale);
                cell(class)
                    .attr("title", truncated(sub_task.instance_id))
                    .child(id.attr("tabindex", is_skipped.then_some("-1")))
            }
            Column::TaskBegin => self.time_cell(class, &sub_task.task_begin),
            Column::TaskEnd => self.time_cell(class, &sub_task.task_end),
            Column::Duration => {
                let text = duration_at_ms(sub_task, self.now)
                    .map_or_else(|| locale.absent.to_owned(), |ms| format::duration(ms, locale));
                cell(class).child(text)
            }
            Column::ErrorMsg => {
                let text = AttrValue::from(truncated(sub_task.error_msg));
                cell(class).attr("title", text.clone()).child(text)
            }
        }
    }

    /// Draws the TaskId with the button that expands the row.
    fn id_cell(&self, sub_task: &SubTask<'_>, row: u32) -> Tag {
        let locale = self.locale;
        let id = truncated(or_absent(sub_task.task_id, locale));
        let send = self.send.clone();
        let is_open = self.state.is_open(row);
        let open = button("btw-open")
            .attr("tabindex", if self.active == Some(row) { "0" } else { "-1" })
            .attr("aria-expanded", is_open)
            .attr("aria-controls", is_open.then(|| self.state.detail_id(row)))
            .attr("aria-label", fill(locale.row_details, &[("id", &id)]))
            .on_click(Callback::from(move |_| send.emit(RowsMessage::Toggled(row))));
        let error = || tag("span").class("btw-row-error").child(truncated(sub_task.error_msg));
        tag("th")
            .attr("scope", "row")
            .class("btw-col-id")
            .attr("title", truncated(sub_task.task_id))
            .child(open)
            .child(code(id))
            .child(self.has_error_line(sub_task).then(error))
    }

    fn time_cell(&self, class: &'static str, time: &ApiTime<'_>) -> Tag {
        let locale = self.locale;
        let full_time = format::api_time(time, locale);
        let text = match time.timestamp() {
            Some(at) => format::cell_time(at, self.batch_begin, locale),
            None => full_time.clone(),
        };
        cell(class).attr("title", full_time).child(text)
    }
}

fn cell(class: impl Value) -> Tag {
    tag("td").class(class)
}

/// Draws an InstanceId, as a link if the host gave a pattern.
pub(super) fn instance(id: &str, pattern: Option<&str>, locale: Locale) -> Tag {
    let code = code(truncated(or_absent(id, locale)));
    match pattern.and_then(|pattern| instance_url(pattern, id)) {
        Some(url) => external_link(url).class("btw-anchor").child(code),
        None => code,
    }
}

pub(super) fn or_absent(text: &str, locale: Locale) -> &str {
    if text.is_empty() { locale.absent } else { text }
}

pub(in crate::components) const fn column_class(column: Column) -> &'static str {
    match column {
        Column::TaskId => "btw-col-id",
        Column::Status => "btw-col-status",
        Column::InstanceId => "btw-col-instance",
        Column::TaskBegin | Column::TaskEnd => "btw-col-time",
        Column::Duration => "btw-col-duration",
        Column::ErrorMsg => "btw-col-error",
    }
}
