//! The open row: all that is known of one subtask, each thing with a way to copy it whole. What is too long to be laid out
//! is cut, and that is said.

use super::SubTaskRowsProps;
use super::row::instance;
use crate::components::copy::copy_button;
use crate::components::fact::{FACT, fact, named, time_fact};
use crate::components::markup::{Tag, fragment, tag};
use crate::components::shown::Copied;
use crate::i18n::fill;
use crate::model::SubTask;
use crate::view::format::{self, DETAIL_CHARS};
use crate::view::summary::duration_ms;

/// Below its row, across all columns.
pub(in crate::components) fn detail(
    props: &SubTaskRowsProps,
    sub_task: &SubTask<'_>,
    row: u32,
    columns: usize,
) -> Tag {
    let words = props.words;
    let copy = |what, name| copy_button(what, name, props.copying, &props.send, words);
    let status = fill(
        words.whole_status,
        &[
            ("word", &format::beginning(words.sub_task_status(sub_task.status))),
            ("status", &format::beginning(sub_task.status.as_str())),
        ],
    );
    let duration = duration_ms(sub_task).map(|ms| format::duration(ms, words)).unwrap_or_default();
    let (has_error, has_instance) = (!sub_task.error_msg.is_empty(), !sub_task.instance_id.is_empty());
    let (error_msg, is_cut) = format::detail(sub_task.error_msg);
    let error = || tag("p").class("btw-detail-error").child(error_msg);
    let cut_note = || {
        let count = format::count(DETAIL_CHARS as i64, words);
        let values = [("count", &*count), ("button", words.copy_error)];
        tag("p").class("btw-detail-note").child(fill(words.error_cut, &values))
    };
    let on_instance = || {
        let id = instance(sub_task.instance_id, props.instance_url.as_deref(), words);
        named(FACT, words.instance, tag("dd").child(id))
    };
    let facts = tag("dl")
        .class("btw-fact-list")
        .child(fact(FACT, words.status, &status))
        .child(has_instance.then(on_instance))
        .child(time_fact(FACT, words.begin, &sub_task.task_begin, words))
        .child(time_fact(FACT, words.end, &sub_task.task_end, words))
        .child(fact(FACT, words.duration, &duration));
    let actions = tag("div")
        .class("btw-detail-actions")
        .child(has_error.then(|| copy(Copied::ErrorMsg(row), words.copy_error)))
        .child(copy(Copied::TaskId(row), words.copy_id))
        .child(has_instance.then(|| copy(Copied::InstanceId(row), words.copy_instance)));
    detail_row(
        fragment().child(has_error.then(error)).child(is_cut.then(cut_note)).child(facts).child(actions),
        columns,
    )
}

/// The row for it.
pub(super) fn detail_row(content: Tag, columns: usize) -> Tag {
    let detail = tag("div").class("btw-detail").child(content);
    let cell = tag("td").attr("colspan", columns.to_string()).child(detail);
    tag("tr").key("detail").class("btw-row-detail").child(cell)
}
