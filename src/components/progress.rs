//! How far it is: percentage, honest bar, and counts that are also the filter.

use yew::prelude::*;

use super::icon::{Action, action_icon, status_icon};
use super::shown::Shown;
use super::widget::WidgetMessage;
use crate::effect::layout;
use crate::i18n::Words;
use crate::model::StatusBucket;
use crate::view::table::ViewOptions;
use crate::view::{format, pace, summary::Summary, tab};

/// In a compact widget the counts are text: there is no table to filter.
pub(super) fn progress(summary: &Summary, shown: &Shown, is_compact: bool) -> Html {
    let words = shown.words;
    let chip = |bucket, count| {
        if is_compact { count_text(bucket, count, words) } else { chip(shown, bucket, count) }
    };
    html! {
        <section class="btw-progress" part="progress">
            <div class="btw-figures">
                if let Some(percent) = summary.percent {
                    <span class="btw-percent">{ format::percent(percent.into(), words) }</span>
                }
                <span class="btw-counts">{ tab::counts(summary, words) }</span>
                <div class="btw-ahead">
                    if let Some(outlook) = pace::text(shown.pace.outlook(shown.now.steady_ms), words) {
                        <span class="btw-outlook">{ outlook }</span>
                    }
                    { await_end(shown) }
                </div>
            </div>
            { bar(summary, words) }
            <div class="btw-chips" role="group" aria-label={if is_compact { words.counts_label } else { words.filter_label }}>
                { chip(None, summary.counts.total()) }
                { for StatusBucket::ALL.into_iter().filter_map(|bucket| {
                    let count = summary.counts.get(bucket);
                    let is_wanted = bucket != StatusBucket::Other || count > 0 || shown.options.filter == Some(bucket);
                    is_wanted.then(|| chip(Some(bucket), count))
                }) }
            </div>
        </section>
    }
}

/// The button for those who want to look elsewhere until the end.
fn await_end(shown: &Shown) -> Html {
    let words = shown.words;
    if !shown.awaits_end && !shown.state.can_end() {
        return Html::default();
    }
    let action = if shown.awaits_end { Action::Copied } else { Action::Tell };
    html! {
        <>
            <button type="button" class="btw-link btw-await" aria-pressed={shown.awaits_end.to_string()}
                onclick={shown.press(WidgetMessage::AwaitEnd(!shown.awaits_end))}>
                { action_icon(action) }{ words.await_end }
            </button>
            if shown.awaits_end && shown.is_mute {
                <span class="btw-await-note">{ words.no_notifications }</span>
            }
        </>
    }
}

/// A status and how many have it.
fn count_of(bucket: Option<StatusBucket>, count: u32, words: Words) -> Html {
    html! {
        <>
            if let Some(bucket) = bucket {
                { status_icon(bucket) }
            }
            <span>{ bucket.map_or(words.all, |bucket| words.bucket(bucket)) }</span>
            { " " }
            <span class="btw-chip-count">{ format::count(count.into(), words) }</span>
        </>
    }
}

fn name(bucket: Option<StatusBucket>) -> &'static str {
    bucket.map_or("all", StatusBucket::as_str)
}

fn count_text(bucket: Option<StatusBucket>, count: u32, words: Words) -> Html {
    let name = name(bucket);
    html! { <span class={format!("btw-chip btw-chip-still btw-chip-{name}")} key={name}>{ count_of(bucket, count, words) }</span> }
}

fn chip(shown: &Shown, bucket: Option<StatusBucket>, count: u32) -> Html {
    let is_on = shown.options.filter == bucket && shown.options.group.is_none();
    // A press on the chip that is on takes the filter off.
    let filter = if is_on { None } else { bucket };
    let onclick = shown.press(WidgetMessage::Picked(ViewOptions { filter, group: None, ..shown.options }));
    let name = name(bucket);
    html! {
        <button type="button" class={format!("btw-chip btw-chip-{name}")} key={name} aria-pressed={is_on.to_string()} {onclick}>
            { count_of(bucket, count, shown.words) }
        </button>
    }
}

fn bar(summary: &Summary, words: Words) -> Html {
    let now = summary.value_now().map(|value| value.to_string());
    let max = summary.value_max().map(|value| value.to_string());
    html! {
        <div class="btw-bar" role="progressbar" aria-label={words.progress} aria-valuemin="0" aria-valuenow={now}
            aria-valuemax={max} aria-valuetext={tab::value_text(summary, words)}>
            { for summary.segments.iter().map(|segment| part(segment.bucket.as_str(), segment.share)) }
            { part("rest", summary.rest()) }
        </div>
    }
}

/// A part of the bar, as wide as its share.
fn part(name: &'static str, share: u64) -> Html {
    let style = layout::style(&format!("flex-grow:{share}"));
    html! { <div key={name} class={format!("btw-segment btw-segment-{name}")} ~style={style} /> }
}
