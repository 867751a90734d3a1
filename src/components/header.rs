//! The header: status badge, title, freshness with the pause and refresh buttons, and facts about the task.

use yew::prelude::*;

use super::badge::badge;
use super::copy::copied_on_click;
use super::fact::{FACT, fact, named, time_fact};
use super::freshness::freshness;
use super::markup::{Tag, button, tag};
use super::message::{CopyTarget, WidgetMessage};
use super::view_state::ViewState;
use crate::model::BatchTask;
use crate::view::{format, summary};

pub(super) fn header(view: &ViewState, title: &AttrValue) -> Tag {
    let (task, locale) = (view.state.task(), view.locale);
    let headline = tag("div")
        .class("btw-headline")
        .child(task.map(|task| badge(task, view.is_live(), locale)))
        .child(tag("h2").class("btw-title").attr("title", title.clone()).child(title.clone()));
    tag("header")
        .class("btw-header")
        .attr("part", "header")
        .child(headline)
        .child(freshness(&view.state, view.now.unix_ms, locale, &|control| view.on_control(control)))
        .child(task.map(|task| facts(view, task)))
}

/// Draws the facts. A narrow widget shows batch ID and elapsed time only, until the others are expanded.
fn facts(view: &ViewState, task: &BatchTask) -> Tag {
    let (is_open, locale) = (view.facts_are_open, view.locale);
    let elapsed = summary::elapsed_ms(task, view.server_now_ms())
        .map(|elapsed_ms| format::duration(elapsed_ms, locale))
        .unwrap_or_default();
    let batch_id = || {
        let id = tag("span").class("btw-id").child(format::truncated(&task.batch_id));
        let id = copied_on_click(view, CopyTarget::BatchId, locale.batch, id);
        named("btw-fact btw-fact-id", locale.batch, tag("dd").child(id))
    };
    let list = tag("dl")
        .class("btw-fact-list")
        .child((!task.batch_id.is_empty()).then(batch_id))
        .child(fact(MORE, locale.task_type, &task.task_type))
        .child(fact(MORE, locale.application, &task.application_type))
        .child(time_fact(MORE, locale.began, &task.task_begin, locale))
        .child(time_fact(MORE, locale.ended, &task.task_end, locale))
        .child(fact(FACT, locale.elapsed, &elapsed));
    let more = button("btw-link btw-details")
        .attr("aria-expanded", is_open)
        .on_click(view.on_press(WidgetMessage::FactsToggled))
        .label(locale.details);
    tag("div").class(if is_open { "btw-facts btw-facts-open" } else { "btw-facts" }).child(list).child(more)
}

/// The class of the facts that a narrow widget hides.
const MORE: &str = "btw-fact btw-fact-more";
