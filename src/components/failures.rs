//! The failures, grouped by reason, above the table. A group is a button that filters the table.

use super::copy::copy_button;
use super::icon::status_icon;
use super::markup::{Tag, button, fragment, tag};
use super::message::{CopyTarget, WidgetMessage};
use super::view_state::{Grouped, ViewState};
use crate::i18n::{Locale, fill, joined};
use crate::model::{StatusBucket, SubTaskStatus, SubTasks};
use crate::view::failures::{COLLAPSED_GROUPS, Group, headline};
use crate::view::filter::StatusFilter;
use crate::view::format;
use crate::view::table::ViewOptions;

/// Draws the block; `None` if nothing failed and nothing needs attention. In a compact widget the groups are text, since
/// there is no table to filter.
pub(super) fn failures(view: &ViewState, is_compact: bool) -> Option<Tag> {
    let (locale, is_open) = (view.locale, view.groups_are_open);
    let Grouped { task, failures, attention } = view.grouped.as_deref()?;
    let title = headline(failures, task.sub_tasks.counts(), locale)?;
    let (groups, others) = failures.listed(is_open);
    let has_more = failures.groups().len() > COLLAPSED_GROUPS;
    let count = |count: u32| format::count(count.into(), locale);
    let more = || {
        let text = if is_open {
            locale.fewer_groups.to_owned()
        } else {
            fill(
                locale.plural(others.groups.into(), locale.other_groups_one, locale.other_groups),
                &[("groups", &count(others.groups)), ("rows", &count(others.rows))],
            )
        };
        button("btw-link btw-more")
            .attr("aria-expanded", is_open)
            .on_click(view.on_press(WidgetMessage::GroupsToggled))
            .label(text)
    };
    let left_out = || {
        let text = fill(
            locale.plural(others.groups.into(), locale.groups_left_out_one, locale.groups_left_out),
            &[("groups", &count(others.groups))],
        );
        tag("p").class("btw-more").child(text)
    };
    let head = tag("div")
        .class("btw-failures-head")
        .child(tag("h3").class("btw-subtitle").label(title))
        .child(copy_button(CopyTarget::Report, locale.copy_report, view.copying, &view.send, locale));
    let list = tag("ul")
        .class("btw-groups")
        .children(groups.iter().map(|group| group_item(view, is_compact, &task.sub_tasks, group)))
        .child(attention_item(view, is_compact, attention));
    let tone = if groups.is_empty() { "btw-failures btw-failures-attention" } else { "btw-failures" };
    let block = tag("section")
        .class(tone)
        .attr("part", "failures")
        .attr("aria-label", locale.failures)
        .child(head)
        .child(list)
        .child(has_more.then(more))
        .child((is_open && others.groups > 0).then(left_out));
    Some(block)
}

/// Draws an entry that filters the table, or a text in a compact widget.
fn picker(
    view: &ViewState,
    is_compact: bool,
    is_on: bool,
    picked: ViewOptions,
    title: Option<String>,
    content: Tag,
) -> Tag {
    let picker = if is_compact {
        tag("div").class("btw-group-button btw-group-still")
    } else {
        button("btw-group-button")
            .attr("aria-pressed", is_on)
            .on_click(view.on_press(WidgetMessage::OptionsPicked(picked)))
    };
    picker.attr("title", title).child(content)
}

fn group_item(view: &ViewState, is_compact: bool, sub_tasks: &SubTasks, group: &Group) -> Tag {
    let locale = view.locale;
    let key = Some(group.id.key());
    let is_on = view.options.reason == key;
    // Pressing the selected group again removes the filter.
    let (filter, reason) =
        if is_on { (StatusFilter::NONE, None) } else { (StatusBucket::Failed.into(), key) };
    let picked = ViewOptions { filter, reason, ..view.options };
    let label = group.label(sub_tasks, locale);
    let content = counted(group.count, tag("span").class(LABEL).child(label.clone()), locale)
        .child(tag("span").class("btw-group-times").child(times(group, locale)));
    tag("li")
        .class("btw-group")
        .key(&group.id.get().to_string())
        .child(picker(view, is_compact, is_on, picked, Some(label), content))
        .child(copy_button(CopyTarget::Group(group.id), locale.copy, view.copying, &view.send, locale))
}

const LABEL: &str = "btw-group-label";

fn counted(count: u32, label: Tag, locale: Locale) -> Tag {
    let count = tag("span").class("btw-group-count").child(format::count(count.into(), locale));
    fragment().child(count).child(label)
}

/// Returns the times of the first and the last failure, without the day if both are on the same one.
fn times(group: &Group, locale: Locale) -> String {
    let Some((first, last)) = group.first.zip(group.last) else { return String::new() };
    let last_text = format::cell_time(last, Some(first), locale);
    if first == last {
        return last_text;
    }
    format!("{} – {last_text}", format::cell_time(first, Some(first), locale))
}

/// Draws the subtasks that need attention, by status, as one entry.
fn attention_item(
    view: &ViewState,
    is_compact: bool,
    counts: &[(SubTaskStatus<'static>, u32)],
) -> Option<Tag> {
    if counts.is_empty() {
        return None;
    }
    let locale = view.locale;
    let total: u32 = counts.iter().map(|(_, count)| count).sum();
    let names: Vec<String> = counts
        .iter()
        .map(|&(status, count)| {
            format!("{} {}", format::count(count.into(), locale), locale.sub_task_status(status))
        })
        .collect();
    let only = StatusFilter::from(StatusBucket::Attention);
    let is_on = view.options.filter == only;
    let filter = if is_on { StatusFilter::NONE } else { only };
    let picked = ViewOptions { filter, reason: None, ..view.options };
    let label = tag("span").class(LABEL).child(status_icon(StatusBucket::Attention)).child(fill(
        locale.labelled,
        &[("label", locale.attention), ("value", &joined(&names, locale.list))],
    ));
    let content = counted(total, label, locale);
    let picker = picker(view, is_compact, is_on, picked, None, content);
    Some(tag("li").class("btw-group btw-group-attention").key("attention").child(picker))
}
