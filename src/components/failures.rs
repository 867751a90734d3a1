//! Subtasks that failed or need attention, grouped by reason, above the table. A group is a button that filters the table.

use super::copy::copy_button;
use super::deferred;
use super::export::with_menus;
use super::icon::status_icon;
use super::markup::{Tag, button, fragment, tag};
use super::message::{CopyTarget, RowScope, WidgetMessage};
use super::view_state::{Grouped, LoadState, ViewState};
use crate::i18n::{Locale, fill, joined};
use crate::model::{StatusBucket, SubTaskStatus, SubTasks};
use crate::view::failures::{COLLAPSED_GROUPS, Group, PRINTED_GROUPS, headline, listed, top};
use crate::view::filter::StatusFilter;
use crate::view::format;
use crate::view::table::ViewOptions;

/// Draws the block; `None` if nothing failed and nothing needs attention. In a compact widget the groups are text, since
/// there is no table to filter.
pub(super) fn failures(view: &ViewState, is_compact: bool) -> Option<Tag> {
    let (locale, is_open) = (view.locale, view.groups_are_open);
    let Grouped { task, failures, attention } = view.grouped.as_deref()?;
    let title = headline(failures, task.sub_tasks.counts(), locale)?;
    let listed = |groups| top(groups, if view.is_printed { PRINTED_GROUPS } else { listed(groups, is_open) });
    let (groups, mut others) = listed(failures.groups());
    let (attention_groups, others_of_attention) = listed(failures.attention());
    others.groups += others_of_attention.groups;
    others.rows += others_of_attention.rows;
    let most = failures.groups().len().max(failures.attention().len());
    let has_more = most > COLLAPSED_GROUPS && !view.is_printed;
    let count = |count: u32| format::count(count.into(), locale);
    let more = || {
        let text = if is_open {
            locale.fewer_groups.to_owned()
        } else {
            fill(
                locale.plural(others.groups.into(), locale.other_reasons_one, locale.other_reasons),
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
        .child(copy_button(CopyTarget::Report, locale.copy_report, "", view.copying, &view.send, locale));
    let item = |group| group_item(view, is_compact, &task.sub_tasks, group);
    // A single group says it all.
    let is_summed_up = failures.attention().len() > 1;
    // A list, also with a single item.
    let mut list = with_menus(tag("ul").class("btw-groups")).children(None::<Tag>);
    for group in groups {
        list = list.child(item(group));
    }
    if is_summed_up {
        list = list.child(attention_item(view, is_compact, attention));
    }
    for group in attention_groups {
        list = list.child(item(group));
    }
    let tone = if groups.is_empty() { "btw-failures btw-failures-attention" } else { "btw-failures" };
    let block = tag("section")
        .class(tone)
        .attr("part", "failures")
        .attr("aria-label", locale.failures)
        .child(head)
        .child(list)
        .child(has_more.then(more))
        .child(((is_open || view.is_printed) && others.groups > 0).then(left_out));
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

#[inline(never)]
fn group_item(view: &ViewState, is_compact: bool, sub_tasks: &SubTasks, group: &Group) -> Tag {
    let locale = view.locale;
    let id = group.id;
    let key = Some(group.id.key());
    let is_on = view.options.reason == key;
    // Pressing the selected group again removes the filter.
    let (filter, reason) = if is_on { (StatusFilter::NONE, None) } else { (group.bucket().into(), key) };
    let picked = ViewOptions { filter, reason, ..view.options };
    let label = group.label(sub_tasks, locale);
    let (class, icon, times) = if group.needs_attention {
        // These rows have no end.
        (ATTENTION, Some(status_icon(StatusBucket::Attention)), None)
    } else {
        ("btw-group", None, Some(tag("span").class("btw-group-times").child(times(group, locale))))
    };
    let text = tag("span").class(LABEL).child(icon).child(label.clone());
    let content = counted(group.count, text, locale).child(times);
    tag("li")
        .class(class)
        .key(&id.get().to_string())
        .child(picker(view, is_compact, is_on, picked, Some(label.clone()), content))
        .child(tools(view, RowScope::Group(id), &label))
        .child(copy_button(CopyTarget::Group(id), locale.copy, &label, view.copying, &view.send, locale))
}

/// Returns the tools of a group once they are loaded.
#[inline(never)]
fn tools(view: &ViewState, scope: RowScope, label: &str) -> Option<Tag> {
    // The state, and not the table, so that they are drawn at the render that follows the load.
    let is_loaded = view.load_state == LoadState::Loaded;
    let deferred = deferred::get().filter(|_| is_loaded);
    deferred.map(|deferred| (deferred.group_tools)(view, scope, label))
}

const ATTENTION: &str = "btw-group btw-group-attention";

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

/// Draws all subtasks that need attention, by status, as one entry above their groups.
fn attention_item(view: &ViewState, is_compact: bool, counts: &[(SubTaskStatus<'static>, u32)]) -> Tag {
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
    let text = fill(locale.labelled, &[("label", locale.attention), ("value", &joined(&names, locale.list))]);
    let tools = tools(view, RowScope::Attention, &text);
    let label = tag("span").class(LABEL).child(status_icon(StatusBucket::Attention)).child(text);
    let content = counted(total, label, locale);
    let picker = picker(view, is_compact, is_on, picked, None, content);
    tag("li").class(ATTENTION).key("attention").child(picker).child(tools)
}
