//! The open row: all that is known of one subtask, in full, each thing with a way to copy it.

use yew::prelude::*;

use super::SubTaskRowsProps;
use super::row::instance;
use crate::components::copy::copy_button;
use crate::components::fact::{FACT, fact, time_fact};
use crate::components::shown::Copied;
use crate::i18n::fill;
use crate::model::SubTask;
use crate::view::format;
use crate::view::summary::duration_ms;

/// Below its row, across all columns.
pub(super) fn detail(props: &SubTaskRowsProps, sub_task: &SubTask<'_>, row: u32, columns: usize) -> Html {
    let words = props.words;
    let copy = |what, name| copy_button(what, name, props.copying, &props.send, words);
    let status = fill(
        words.whole_status,
        &[("word", words.sub_task_status(sub_task.status)), ("status", sub_task.status.as_str())],
    );
    let duration = duration_ms(sub_task).map(|ms| format::duration(ms, words)).unwrap_or_default();
    html! {
        <tr key="detail" class="btw-row-detail">
            <td colspan={columns.to_string()}>
                <div class="btw-detail">
                    if !sub_task.error_msg.is_empty() {
                        <p class="btw-detail-error">{ sub_task.error_msg.to_owned() }</p>
                    }
                    <dl class="btw-fact-list">
                        { fact(FACT, words.status, &status) }
                        if !sub_task.instance_id.is_empty() {
                            <div class="btw-fact"><dt>{ words.instance }</dt><dd>{ instance(sub_task.instance_id, props.instance_url.as_deref(), words) }</dd></div>
                        }
                        { time_fact(FACT, words.begin, &sub_task.task_begin, words) }
                        { time_fact(FACT, words.end, &sub_task.task_end, words) }
                        { fact(FACT, words.duration, &duration) }
                    </dl>
                    <div class="btw-detail-actions">
                        if !sub_task.error_msg.is_empty() {
                            { copy(Copied::ErrorMsg(row), words.copy_error) }
                        }
                        { copy(Copied::TaskId(row), words.copy_id) }
                        if !sub_task.instance_id.is_empty() {
                            { copy(Copied::InstanceId(row), words.copy_instance) }
                        }
                    </div>
                </div>
            </td>
        </tr>
    }
}
