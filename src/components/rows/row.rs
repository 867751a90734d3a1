//! One row of the table, cell by cell.

use yew::html::Scope;
use yew::prelude::*;

use super::{BoxMessage, SubTaskRows};
use crate::components::icon::{Action, action_icon, status_icon};
use crate::i18n::{Words, fill};
use crate::model::{ApiTime, SubTask};
use crate::timestamp::Timestamp;
use crate::view::format;
use crate::view::link::instance_url;
use crate::view::summary::duration_ms;
use crate::view::table::Column;

/// What all rows that are drawn together have in common.
pub(super) struct Rows<'a> {
    pub(super) words: Words,
    pub(super) columns: &'a [Column],
    pub(super) is_narrow: bool,
    /// Times of the batch's first day are shown without the day.
    pub(super) batch_begin: Option<Timestamp>,
    pub(super) instance_url: Option<&'a str>,
    /// The row that is open.
    pub(super) open: Option<u32>,
    /// The rows that the last poll changed.
    pub(super) changed: &'a [u32],
    pub(super) link: &'a Scope<SubTaskRows>,
}

impl Rows<'_> {
    /// The `row` at `position` (from 0) in the order shown, in the element of `slot`.
    pub(super) fn row(&self, sub_task: &SubTask<'_>, row: u32, slot: u32, position: u32) -> Html {
        let mut class = "btw-row".to_owned();
        if self.is_narrow && !sub_task.error_msg.is_empty() {
            class.push_str(" btw-row-two");
        }
        if self.changed.contains(&row) {
            class.push_str(" btw-row-changed");
        }
        html! {
            <tr key={slot} {class} part="row" aria-rowindex={(position + 2).to_string()}>
                { for self.columns.iter().map(|&column| self.cell(sub_task, row, column)) }
            </tr>
        }
    }

    fn cell(&self, sub_task: &SubTask<'_>, row: u32, column: Column) -> Html {
        let (class, words) = (column_class(column), self.words);
        match column {
            Column::TaskId => self.id_cell(sub_task, row),
            Column::Status => {
                let bucket = sub_task.status.bucket();
                html! {
                    <td class={format!("{class} btw-status btw-status-{}", bucket.as_str())} title={sub_task.status.as_str().to_owned()}>
                        { status_icon(bucket) }
                        <span>{ words.sub_task_status(sub_task.status).to_owned() }</span>
                    </td>
                }
            }
            Column::InstanceId => html! {
                <td {class} title={sub_task.instance_id.to_owned()}>{ instance(sub_task.instance_id, self.instance_url, words) }</td>
            },
            Column::TaskBegin => self.time_cell(class, &sub_task.task_begin),
            Column::TaskEnd => self.time_cell(class, &sub_task.task_end),
            Column::Duration => {
                let text = duration_ms(sub_task)
                    .map_or_else(|| words.absent.to_owned(), |ms| format::duration(ms, words));
                html! { <td {class}>{ text }</td> }
            }
            Column::ErrorMsg => {
                let text = sub_task.error_msg.to_owned();
                html! { <td {class} title={text.clone()}>{ text }</td> }
            }
        }
    }

    /// The row's name, and the button that opens it.
    fn id_cell(&self, sub_task: &SubTask<'_>, row: u32) -> Html {
        let (is_open, words) = (self.open == Some(row), self.words);
        let name = fill(words.row_details, &[("id", or_absent(sub_task.task_id, words))]);
        let onclick = self.link.callback(move |_: MouseEvent| BoxMessage::Toggled(row));
        html! {
            <th scope="row" class="btw-col-id" title={sub_task.task_id.to_owned()}>
                <button type="button" class="btw-open" aria-expanded={is_open.to_string()} aria-label={name} {onclick}>
                    { action_icon(Action::Open) }
                </button>
                <code class="btw-code">{ or_absent(sub_task.task_id, words).to_owned() }</code>
                if self.is_narrow && !sub_task.error_msg.is_empty() {
                    <span class="btw-row-error">{ sub_task.error_msg.to_owned() }</span>
                }
            </th>
        }
    }

    fn time_cell(&self, class: &'static str, time: &ApiTime<'_>) -> Html {
        let words = self.words;
        let text = match time.timestamp() {
            Some(at) => format::cell_time(at, self.batch_begin, words),
            None => format::api_time(time, words),
        };
        html! { <td {class} title={format::api_time(time, words)}>{ text }</td> }
    }
}

/// An InstanceId, as a link if the host gave a pattern for one.
pub(super) fn instance(id: &str, pattern: Option<&str>, words: Words) -> Html {
    let code = html! { <code class="btw-code">{ or_absent(id, words).to_owned() }</code> };
    match pattern.and_then(|pattern| instance_url(pattern, id)) {
        Some(url) => {
            html! { <a class="btw-anchor" href={url} target="_blank" rel="noopener noreferrer">{ code }</a> }
        }
        None => code,
    }
}

pub(super) fn or_absent(text: &str, words: Words) -> &str {
    if text.is_empty() { words.absent } else { text }
}

pub(super) const fn column_class(column: Column) -> &'static str {
    match column {
        Column::TaskId => "btw-col-id",
        Column::Status => "btw-col-status",
        Column::InstanceId => "btw-col-instance",
        Column::TaskBegin | Column::TaskEnd => "btw-col-time",
        Column::Duration => "btw-col-duration",
        Column::ErrorMsg => "btw-col-error",
    }
}
