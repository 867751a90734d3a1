//! The details of an expanded row: everything about one subtask, with copy buttons and the host's actions, then its error. Long texts are truncated,
//! with a note; copying gives the whole text.

use super::row::instance;
use super::state::{RowMarks, SubTaskRowsProps};
use crate::components::copy::copy_button;
use crate::components::fact::{FACT, fact, named, time_fact};
use crate::components::markup::{Tag, fragment, tag};
use crate::components::message::CopyTarget;
use crate::components::tools::row_tools;
use crate::i18n::fill;
use crate::model::SubTask;
use crate::view::format::{self, DETAIL_CHARS};
use crate::view::slow::SLOW_MEDIANS;
use crate::view::summary::{duration_at_ms, is_running};

/// Draws the content of the row below.
pub(in crate::components) fn detail(
    props: &SubTaskRowsProps,
    sub_task: &SubTask<'_>,
    row: u32,
    marks: RowMarks,
) -> Tag {
    let locale = props.locale;
    // One row is a stop of the Tab key, with what is in its details.
    let tabindex = if marks.is_active { "0" } else { "-1" };
    let copy = |target, name| {
        copy_button(target, name, "", props.copying, &props.send, locale).attr("tabindex", tabindex)
    };
    let status = fill(
        locale.whole_status,
        &[
            ("word", &format::truncated(locale.sub_task_status(sub_task.status))),
            ("status", &format::truncated(sub_task.status.as_str())),
        ],
    );
    let duration =
        duration_at_ms(sub_task, props.now).map(|ms| format::duration(ms, locale)).unwrap_or_default();
    let (has_error, has_instance) = (!sub_task.error_msg.is_empty(), !sub_task.instance_id.is_empty());
    let (error_msg, is_cut) = format::truncated_detail(sub_task.error_msg);
    let error = || {
        tag("p")
            .class("btw-detail-error")
            .attr("role", "group")
            .attr("aria-label", locale.error)
            .attr("tabindex", tabindex)
            .child(error_msg)
    };
    let kept = || tag("p").class("btw-detail-note").child(locale.no_longer_matches);
    let cut_note = || {
        let count = format::count(DETAIL_CHARS as i64, locale);
        let values = [("count", &*count), ("button", locale.copy_error)];
        tag("p").class("btw-detail-note").child(fill(locale.error_cut, &values))
    };
    let on_instance = || {
        let id = instance(sub_task.instance_id, props.instance_url.as_deref(), locale);
        let id = id.attr("tabindex", (props.instance_url.is_some() && !marks.is_active).then_some("-1"));
        named(FACT, locale.instance, tag("dd").child(id))
    };
    let facts = tag("dl")
        .class("btw-fact-list")
        .child(fact(FACT, locale.status, &status))
        .child(has_instance.then(on_instance))
        .child(time_fact(FACT, locale.begin, &sub_task.task_begin, locale))
        .child(time_fact(FACT, locale.end, &sub_task.task_end, locale))
        .child(fact(FACT, locale.duration, &duration));
    let actions = tag("div")
        .class("btw-detail-actions")
        .child(has_error.then(|| copy(CopyTarget::ErrorMsg(row), locale.copy_error)))
        .child(copy(CopyTarget::TaskId(row), locale.copy_id))
        .child(has_instance.then(|| copy(CopyTarget::InstanceId(row), locale.copy_instance)))
        .child(props.has_links.then(|| copy(CopyTarget::Link(row), locale.copy_link)))
        .child(row_tools(&props.actions, &props.send, locale, sub_task, row, tabindex));
    fragment()
        .child(marks.is_kept.then(kept))
        .child(facts)
        .child(actions)
        .child(has_error.then(error))
        .child(is_cut.then(cut_note))
}

/// Draws a mark if a running row takes much longer than most finished ones.
pub(in crate::components) fn slow_note(props: &SubTaskRowsProps, sub_task: &SubTask<'_>) -> Option<Tag> {
    let locale = props.locale;
    let median_ms = props.median_ms.filter(|_| is_running(sub_task))?;
    let is_slow = duration_at_ms(sub_task, props.now)? > median_ms * SLOW_MEDIANS;
    let title = || fill(locale.slow_note, &[("time", &format::duration(median_ms, locale))]);
    is_slow.then(|| tag("span").class("btw-slow").attr("title", title()).label(locale.slow))
}
