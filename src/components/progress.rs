//! How far it is: percentage, honest bar, and counts that are also the filter.

use std::rc::Rc;

use yew::prelude::*;

use super::icon::status_icon;
use crate::effect::layout;
use crate::i18n::{EN, fill};
use crate::model::StatusBucket;
use crate::view::{format, summary::Summary};

/// The figures, the filter that is on, and where a press goes.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct ProgressProps {
    pub(super) summary: Rc<Summary>,
    pub(super) filter: Option<StatusBucket>,
    pub(super) on_filter: Callback<Option<StatusBucket>>,
}

#[component]
pub(super) fn Progress(props: &ProgressProps) -> Html {
    let summary = &props.summary;
    html! {
        <section class="btw-progress" part="progress">
            <div class="btw-figures">
                if let Some(percent) = summary.percent {
                    <span class="btw-percent">{ format!("{percent} %") }</span>
                }
                <span class="btw-counts">{ counts_text(summary) }</span>
            </div>
            <Bar summary={summary.clone()} />
            <div class="btw-chips" role="group" aria-label={EN.filter_label}>
                { chip(props, None, summary.counts.total()) }
                { for StatusBucket::ALL.into_iter().filter_map(|bucket| {
                    let count = summary.counts.get(bucket);
                    let is_wanted = bucket != StatusBucket::Other || count > 0 || props.filter == Some(bucket);
                    is_wanted.then(|| chip(props, Some(bucket), count))
                }) }
            </div>
        </section>
    }
}

fn counts_text(summary: &Summary) -> String {
    let known = |count: Option<i64>| count.map_or_else(|| EN.absent.to_owned(), format::count);
    let success = known(summary.success_count);
    let mut parts = Vec::with_capacity(3);
    parts.push(match (summary.success_count, summary.total_count) {
        (None, None) => EN.nothing_counted.to_owned(),
        (_, None) => fill(EN.succeeded_of_unknown, &[("success", &success)]),
        (_, total) => fill(EN.succeeded_of, &[("success", &success), ("total", &known(total))]),
    });
    for (bucket, template) in
        [(StatusBucket::Failed, EN.failed_count), (StatusBucket::Attention, EN.attention_count)]
    {
        let count = summary.counts.get(bucket);
        if count > 0 {
            parts.push(fill(template, &[("count", &format::count(count.into()))]));
        }
    }
    parts.join(" · ")
}

fn chip(props: &ProgressProps, bucket: Option<StatusBucket>, count: u32) -> Html {
    let is_on = props.filter == bucket;
    // A press on the chip that is on takes the filter off.
    let next = if is_on { None } else { bucket };
    let onclick = props.on_filter.reform(move |_: MouseEvent| next);
    let name = bucket.map_or("all", StatusBucket::as_str);
    html! {
        <button type="button" class={classes!("btw-chip", format!("btw-chip-{name}"))} key={name}
            aria-pressed={is_on.to_string()} {onclick}>
            if let Some(bucket) = bucket {
                { status_icon(bucket) }
            }
            <span>{ bucket.map_or(EN.all, |bucket| EN.bucket(bucket)) }</span>
            { " " }
            <span class="btw-chip-count">{ format::count(count.into()) }</span>
        </button>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct BarProps {
    summary: Rc<Summary>,
}

#[component]
fn Bar(props: &BarProps) -> Html {
    let summary = &props.summary;
    let now = summary.value_now().map(|value| value.to_string());
    let max = summary.value_max().map(|value| value.to_string());
    html! {
        <div class="btw-bar" role="progressbar" aria-label={EN.progress} aria-valuemin="0" aria-valuenow={now}
            aria-valuemax={max} aria-valuetext={value_text(summary)}>
            { for summary.segments.iter().map(|segment| html! {
                <Segment key={segment.bucket.as_str()} name={segment.bucket.as_str()} share={segment.share} />
            }) }
            <Segment key="rest" name="rest" share={summary.rest()} />
        </div>
    }
}

fn value_text(summary: &Summary) -> String {
    match (summary.percent, summary.success_count, summary.total_count) {
        (Some(percent), Some(success), Some(total)) => fill(
            EN.value_text,
            &[
                ("percent", &percent.to_string()),
                ("success", &format::count(success)),
                ("total", &format::count(total)),
            ],
        ),
        _ => counts_text(summary),
    }
}

#[derive(Clone, PartialEq, Properties)]
struct SegmentProps {
    name: &'static str,
    share: u64,
}

/// A part of the bar. Its share is set through the CSSOM: a `style` attribute would need a laxer policy.
#[component]
fn Segment(props: &SegmentProps) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.share), |(node, share)| {
        layout::set_style(node.cast(), "flex-grow", &share.to_string());
    });
    html! { <div ref={node} class={classes!("btw-segment", format!("btw-segment-{}", props.name))} /> }
}
