//! The batches as a native table.

use std::collections::HashMap;

use wasm_bindgen::JsCast;
use web_sys::MouseEvent;
use yew::prelude::*;

use super::state::{ListState, ShownPage};
use crate::components::icon::status_icon;
use crate::components::markup::{Tag, bar_part, button, fragment, tag};
use crate::components::progress::turning;
use crate::i18n::{fill, joined};
use crate::list::row::{self, Time};
use crate::list::{BatchSummary, ListLocale};
use crate::model::{ApiTime, BatchStatus, StatusBucket};
use crate::timestamp::Timestamp;
use crate::view::{format, link};

/// Draws the table.
pub(super) fn table(view: &ListState, shown: &ShownPage) -> Tag {
    let ListLocale { shared, list } = view.locale;
    let begins = shown.page.batches.iter().filter_map(|batch| batch.task_begin.timestamp());
    let (first, last) = (begins.clone().min(), begins.max());
    let caption = fill(list.list_caption, &[("zone", &format::zone(first, last, shared))]);
    let headings = [
        ("btw-list-status", shared.status),
        ("btw-list-name", list.task_name),
        ("btw-list-id", list.batch_id),
        ("btw-list-type", shared.task_type),
        ("btw-list-progress", shared.progress),
        ("btw-list-begin", shared.began),
        ("btw-list-end", list.ended_or_elapsed),
    ];
    let headings = headings.map(|(class, name)| tag("th").class(class).attr("scope", "col").label(name));
    // Two batches with the same ID keep their nodes by their order.
    let mut seen: HashMap<&str, u32> = HashMap::new();
    let rows = shown.page.batches.iter().map(|batch| {
        let count = seen.entry(&batch.batch_id).or_default();
        *count += 1;
        drawn(view, batch).key(&format!("{count} {}", batch.batch_id))
    });
    tag("table")
        .class(if view.is_loading() { "btw-list-table btw-list-old" } else { "btw-list-table" })
        .attr("part", "table")
        .child(tag("caption").class("btw-hidden").child(caption))
        .child(tag("thead").child(tag("tr").children(headings)))
        .child(tag("tbody").children(rows))
}

fn drawn(view: &ListState, batch: &BatchSummary) -> Tag {
    let locale = view.locale;
    let (now, time) = (view.server_now(), row::time(batch, view.server_now_ms()));
    let id = || tag("span").class("btw-id").child(format::truncated(&batch.batch_id));
    let begin = || api_time(&batch.task_begin, now, locale);
    let named = tag("th")
        .class("btw-list-name")
        .attr("scope", "row")
        .child(name(view, batch))
        .child(more(batch, &time, now, locale));
    tag("tr")
        .class("btw-list-row")
        .attr("part", "row")
        .child(status(view, batch))
        .child(named)
        .child(tag("td").class("btw-list-id").child(id()))
        .child(tag("td").class("btw-list-type").child(format::truncated(&batch.task_type)))
        .child(progress(batch, locale))
        .child(tag("td").class("btw-list-begin").child(begin()))
        .child(tag("td").class("btw-list-end").child(end(&time, now, locale)))
}

/// Draws the status. Its tooltip is the API's value. The icon of a running batch turns if the data is current.
fn status(view: &ListState, batch: &BatchSummary) -> Tag {
    let bucket = row::tone(batch);
    let turns = turning(view.is_live() && bucket == StatusBucket::Running);
    let words = row::words(batch, view.locale);
    // A text of the API is not translated.
    let text = |kind: &str| tag("span").key(kind);
    tag("td")
        .class(format!("btw-list-status btw-list-status-{}{turns}", bucket.as_str()))
        .attr("title", format::truncated(batch.status.as_str()))
        .child(status_icon(bucket))
        .child(match batch.status {
            BatchStatus::Other(_) => text("data").child(words),
            _ => text("word").label(words),
        })
}

/// Draws the name as a link to the batch; as a button if there is no link and the host opens batches.
fn name(view: &ListState, batch: &BatchSummary) -> Tag {
    let name = row::name(batch, view.locale);
    let url = view.batch_url.as_deref().and_then(|pattern| link::batch_url(pattern, &batch.batch_id));
    let id = AttrValue::from(batch.batch_id.to_string());
    let on_open = view.on_open.clone().filter(|_| !batch.batch_id.is_empty());
    let on_click = on_open.map(|on_open| {
        Callback::from(move |event: Event| {
            if !opens_elsewhere(&event) && on_open.emit(id.clone()) {
                event.prevent_default();
            }
        })
    });
    match (url, on_click) {
        (Some(url), Some(on_click)) => tag("a").class(OPEN).attr("href", url).on_click(on_click),
        (Some(url), None) => tag("a").class(OPEN).attr("href", url),
        (None, Some(on_click)) => button("btw-link btw-list-open").on_click(on_click),
        (None, None) => tag("span").class(OPEN),
    }
    .child(name)
}

const OPEN: &str = "btw-list-open";

/// Whether the browser opens the link in another tab or window, or saves it.
fn opens_elsewhere(event: &Event) -> bool {
    let Some(click) = event.dyn_ref::<MouseEvent>() else { return false };
    click.button() != 0 || click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key()
}

/// Draws what the columns say that a narrow list does not have.
fn more(batch: &BatchSummary, time: &Time<'_>, now: Timestamp, locale: ListLocale) -> Tag {
    let texts = [format::truncated(&batch.batch_id), format::truncated(&batch.task_type)];
    let times = [
        labelled(locale.shared.began, &time_text(&batch.task_begin, now, locale), locale),
        match time {
            Time::Ended(at, _) => labelled(locale.shared.ended, &time_text(at, now, locale), locale),
            Time::Running(_) | Time::Unknown => end_text(time, now, locale),
        },
    ];
    let line = |class: &'static str, texts: [String; 2]| {
        let given = texts.into_iter().filter(|text| !text.is_empty() && text != locale.shared.absent);
        tag("span").class(class).child(joined(&given.collect::<Vec<_>>(), " · "))
    };
    fragment().child(line("btw-list-more", texts)).child(line("btw-list-times", times))
}

fn labelled(label: &str, value: &str, locale: ListLocale) -> String {
    if value == locale.shared.absent {
        return String::new();
    }
    fill(locale.shared.labelled, &[("label", label), ("value", value)])
}

fn progress(batch: &BatchSummary, locale: ListLocale) -> Tag {
    let bar = row::bar(batch, locale);
    let label = fill(locale.list.bar_label, &[("name", &row::name(batch, locale))]);
    let part = |name: &'static str, share: u8| bar_part("span", share.into(), 100).key(name).class(name);
    let drawn = tag("div")
        .class("btw-list-bar")
        .attr("role", "progressbar")
        .attr("aria-label", label)
        .attr("aria-valuemin", "0")
        .attr("aria-valuenow", bar.now.map(|value| value.to_string()))
        .attr("aria-valuemax", bar.max.map(|value| value.to_string()))
        .attr("aria-valuetext", bar.text)
        .child(part("btw-list-done", bar.percent))
        .child(part("btw-list-rest", 100 - bar.percent));
    tag("td")
        .class("btw-list-progress")
        .child(drawn)
        .child(tag("span").class("btw-list-counts").child(row::counts(batch, locale)))
}

/// Draws when a batch ended and how long it took, or how long it has been running.
fn end(time: &Time<'_>, now: Timestamp, locale: ListLocale) -> Tag {
    match time {
        Time::Ended(at, elapsed_ms) => {
            let elapsed = elapsed_ms.map(|elapsed_ms| format::duration(elapsed_ms, locale.shared));
            fragment()
                .child(api_time(at, now, locale))
                .child(elapsed.map(|text| tag("span").class("btw-list-elapsed").child(text)))
        }
        Time::Running(_) | Time::Unknown => fragment().child(end_text(time, now, locale)).child(None::<Tag>),
    }
}

fn end_text(time: &Time<'_>, now: Timestamp, locale: ListLocale) -> String {
    match time {
        Time::Ended(at, _) => time_text(at, now, locale),
        Time::Running(elapsed_ms) => {
            let time = format::duration(elapsed_ms / 1_000 * 1_000, locale.shared);
            fill(locale.list.running_for, &[("time", &time)])
        }
        Time::Unknown => locale.shared.absent.to_owned(),
    }
}

/// Draws a time of the API. Its tooltip has the day and the zone.
fn api_time(time: &ApiTime<'_>, now: Timestamp, locale: ListLocale) -> Tag {
    let text = time_text(time, now, locale);
    match time {
        ApiTime::At(at) => tag("time")
            .attr("datetime", format::machine_time(*at))
            .attr("title", format::date_time(*at, locale.shared))
            .child(text),
        ApiTime::Absent | ApiTime::Unparsed(_) => tag("span").child(text),
    }
}

/// Returns a time: without the day if that is today.
fn time_text(time: &ApiTime<'_>, now: Timestamp, locale: ListLocale) -> String {
    match time {
        ApiTime::At(at) => format::cell_time(*at, Some(now), locale.shared),
        other => format::api_time(other, locale.shared),
    }
}
