//! What went wrong, by reason: one block above the table, whose groups are buttons that filter it.

use yew::prelude::*;

use super::copy::copy_button;
use super::icon::status_icon;
use super::shown::{Copied, Grouped, Shown};
use super::widget::WidgetMessage;
use crate::i18n::{Words, fill};
use crate::model::{StatusBucket, SubTaskStatus, SubTasks};
use crate::view::failures::{FIRST, Group, headline};
use crate::view::format;
use crate::view::table::ViewOptions;

/// The block, if anything failed or needs attention. In a compact widget its groups are text: there is no table to filter.
pub(super) fn failures(shown: &Shown, is_compact: bool) -> Html {
    let words = shown.words;
    let Some(grouped) = shown.grouped.as_deref() else { return Html::default() };
    let Grouped { task, failures, attention } = grouped;
    let Some(title) = headline(failures, task.sub_tasks.counts(), words) else { return Html::default() };
    let (groups, others) = failures.listed(shown.groups_are_open);
    let has_more = failures.groups().len() > FIRST;
    let tone = if groups.is_empty() { "btw-failures btw-failures-attention" } else { "btw-failures" };
    html! {
        <section class={tone} part="failures" aria-label={words.failures}>
            <div class="btw-failures-head">
                <h3 class="btw-subtitle">{ title }</h3>
                { copy_button(Copied::Report, words.copy_report, shown.copying, &shown.send, words) }
            </div>
            <ul class="btw-groups">
                { for groups.iter().map(|group| group_item(shown, is_compact, &task.sub_tasks, group)) }
                { attention_item(shown, is_compact, attention) }
            </ul>
            if has_more {
                <button type="button" class="btw-link btw-more" aria-expanded={shown.groups_are_open.to_string()}
                    onclick={shown.press(WidgetMessage::OthersToggled)}>
                    { if shown.groups_are_open {
                        words.fewer_groups.to_owned()
                    } else {
                        fill(words.of_count(others.groups.into(), words.other_groups_one, words.other_groups), &[("groups", &format::count(others.groups.into(), words)), ("rows", &format::count(others.rows.into(), words))])
                    } }
                </button>
            }
            if shown.groups_are_open && others.groups > 0 {
                <p class="btw-more">{ fill(words.of_count(others.groups.into(), words.groups_left_out_one, words.groups_left_out), &[("groups", &format::count(others.groups.into(), words))]) }</p>
            }
        </section>
    }
}

/// What picks rows of the table, where there is one.
fn picker(
    shown: &Shown,
    is_compact: bool,
    is_on: bool,
    picked: ViewOptions,
    title: Option<String>,
    content: Html,
) -> Html {
    if is_compact {
        return html! { <div class="btw-group-button btw-group-still" {title}>{ content }</div> };
    }
    html! {
        <button type="button" class="btw-group-button" aria-pressed={is_on.to_string()} {title}
            onclick={shown.press(WidgetMessage::Picked(picked))}>{ content }</button>
    }
}

fn group_item(shown: &Shown, is_compact: bool, sub_tasks: &SubTasks, group: &Group) -> Html {
    let words = shown.words;
    let is_on = shown.options.group == Some(group.id);
    // A press on the group that is on takes it off again.
    let picked = ViewOptions { filter: None, group: (!is_on).then_some(group.id), ..shown.options };
    let label = group.label(sub_tasks, words);
    let content = html! {
        <>
            <span class="btw-group-count">{ format::count(group.count.into(), words) }</span>
            <span class="btw-group-label">{ label.clone() }</span>
            <span class="btw-group-times">{ times(group, words) }</span>
        </>
    };
    html! {
        <li class="btw-group" key={group.id.get()}>
            { picker(shown, is_compact, is_on, picked, Some(label), content) }
            { copy_button(Copied::Group(group.id), words.copy, shown.copying, &shown.send, words) }
        </li>
    }
}

/// From when to when, without the day where both are on one.
fn times(group: &Group, words: Words) -> String {
    let Some((first, last)) = group.first.zip(group.last) else { return String::new() };
    let last_text = format::cell_time(last, Some(first), words);
    if first == last {
        return last_text;
    }
    format!("{} – {last_text}", format::cell_time(first, Some(first), words))
}

/// What needs a person, by status, as a button that filters the table to it.
fn attention_item(shown: &Shown, is_compact: bool, counts: &[(SubTaskStatus<'static>, u32)]) -> Html {
    if counts.is_empty() {
        return Html::default();
    }
    let words = shown.words;
    let total: u32 = counts.iter().map(|(_, count)| count).sum();
    let names: Vec<String> = counts
        .iter()
        .map(|&(status, count)| {
            format!("{} {}", format::count(count.into(), words), words.sub_task_status(status))
        })
        .collect();
    let is_on = shown.options.filter == Some(StatusBucket::Attention);
    let filter = (!is_on).then_some(StatusBucket::Attention);
    let picked = ViewOptions { filter, group: None, ..shown.options };
    let content = html! {
        <>
            <span class="btw-group-count">{ format::count(total.into(), words) }</span>
            <span class="btw-group-label">{ status_icon(StatusBucket::Attention) }{ fill(words.labelled, &[("label", words.attention), ("value", &names.join(words.list))]) }</span>
        </>
    };
    html! {
        <li class="btw-group btw-group-attention" key="attention">
            { picker(shown, is_compact, is_on, picked, None, content) }
        </li>
    }
}
