//! What it is, how it is doing, how fresh that is: badge, title, freshness with its buttons, facts.

use std::rc::Rc;

use yew::prelude::*;

use super::badge::badge;
use super::icon::{Action, action_icon};
use crate::hooks::{Clock, use_now};
use crate::i18n::EN;
use crate::model::{ApiTime, BatchTask};
use crate::poll::State;
use crate::view::{format, freshness, freshness::Control, summary};

/// The header's data and what its buttons do.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct HeaderProps {
    pub(super) state: Rc<State>,
    pub(super) title: AttrValue,
    pub(super) clock: Clock,
    pub(super) on_pause: Callback<()>,
    pub(super) on_resume: Callback<()>,
    pub(super) on_refresh: Callback<()>,
}

#[component]
pub(super) fn Header(props: &HeaderProps) -> Html {
    let task = props.state.task();
    html! {
        <header class="btw-header" part="header">
            <div class="btw-headline">
                if let Some(task) = task {
                    { badge(&task.status) }
                }
                <h2 class="btw-title">{ props.title.clone() }</h2>
            </div>
            <Freshness state={props.state.clone()} clock={props.clock} on_pause={props.on_pause.clone()}
                on_resume={props.on_resume.clone()} on_refresh={props.on_refresh.clone()} />
            if let Some(task) = task {
                <Facts task={task.clone()} clock={props.clock} />
            }
        </header>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FreshnessProps {
    state: Rc<State>,
    clock: Clock,
    on_pause: Callback<()>,
    on_resume: Callback<()>,
    on_refresh: Callback<()>,
}

#[component]
fn Freshness(props: &FreshnessProps) -> Html {
    let now_ms = use_now(props.clock);
    let text = freshness::text(&props.state, now_ms, &EN);
    let control = match freshness::control(&props.state) {
        Control::Pause => Some((Action::Pause, EN.pause, &props.on_pause)),
        Control::Resume => Some((Action::Resume, EN.resume, &props.on_resume)),
        Control::None => None,
    };
    html! {
        <div class="btw-freshness" part="freshness">
            <span class="btw-freshness-text">{ text }</span>
            if let Some((action, name, callback)) = control {
                // The same element for both, so that a press does not lose the focus.
                { button("control", action, name, callback) }
            }
            { button("refresh", Action::Refresh, EN.refresh, &props.on_refresh) }
        </div>
    }
}

/// A button that is its picture alone where there is no room for words.
fn button(key: &'static str, action: Action, name: &'static str, callback: &Callback<()>) -> Html {
    html! {
        <button {key} type="button" class="btw-button btw-button-action" title={name} onclick={callback.reform(|_: MouseEvent| ())}>
            { action_icon(action) }<span class="btw-button-name">{ name }</span>
        </button>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FactsProps {
    task: Rc<BatchTask>,
    clock: Clock,
}

/// Batch and elapsed, and the others, which a narrow widget folds away.
#[component]
fn Facts(props: &FactsProps) -> Html {
    let is_open = use_state_eq(|| false);
    let task = &props.task;
    let text = |value: &str| html! { <span class="btw-fact-text">{ value.to_owned() }</span> };
    let id = |value: &str| html! { <code class="btw-code">{ value.to_owned() }</code> };
    let onclick = {
        let is_open = is_open.clone();
        Callback::from(move |_: MouseEvent| is_open.set(!*is_open))
    };
    html! {
        <div class={classes!("btw-facts", is_open.then_some("btw-facts-open"))}>
            <dl class="btw-fact-list">
                if !task.batch_id.is_empty() { { fact("", EN.batch, id(&task.batch_id)) } }
                if !task.task_type.is_empty() { { fact("btw-fact-more", EN.task_type, text(&task.task_type)) } }
                if !task.application_type.is_empty() { { fact("btw-fact-more", EN.application, text(&task.application_type)) } }
                if task.task_begin != ApiTime::Absent { { fact("btw-fact-more", EN.began, time(&task.task_begin)) } }
                if task.task_end != ApiTime::Absent { { fact("btw-fact-more", EN.ended, time(&task.task_end)) } }
                <Elapsed task={task.clone()} clock={props.clock} />
            </dl>
            <button type="button" class="btw-link btw-details" aria-expanded={is_open.to_string()} {onclick}>{ EN.details }</button>
        </div>
    }
}

/// The only fact that ticks, and so the only one that renders with the clock.
#[component]
fn Elapsed(props: &FactsProps) -> Html {
    let now_ms = use_now(props.clock);
    match summary::elapsed_ms(&props.task, now_ms) {
        Some(elapsed_ms) => fact(
            "",
            EN.elapsed,
            html! { <span class="btw-fact-text">{ format::duration(elapsed_ms, &EN) }</span> },
        ),
        None => html! {},
    }
}

fn fact(class: &'static str, name: &'static str, value: Html) -> Html {
    html! { <div class={classes!("btw-fact", class)}><dt>{ name }</dt><dd>{ value }</dd></div> }
}

fn time(time: &ApiTime<'_>) -> Html {
    let text = format::api_time(time, &EN);
    match time.timestamp() {
        Some(timestamp) => html! { <time datetime={format::machine_time(timestamp)}>{ text }</time> },
        None => html! { <span>{ text }</span> },
    }
}
