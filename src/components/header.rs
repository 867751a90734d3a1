//! What it is, how it is doing, how fresh that is: badge, title, freshness with its buttons, facts.

use yew::prelude::*;

use super::badge::badge;
use super::fact::{FACT, fact, time_fact};
use super::icon::{ACTION, Action, action_button};
use super::shown::Shown;
use super::widget::WidgetMessage;
use crate::model::BatchTask;
use crate::view::{format, freshness, freshness::Control, summary};

pub(super) fn header(shown: &Shown, title: &AttrValue) -> Html {
    let (task, words) = (shown.state.task(), shown.words);
    html! {
        <header class="btw-header" part="header">
            <div class="btw-headline">
                if let Some(task) = task {
                    { badge(&task.status, words) }
                }
                <h2 class="btw-title">{ title.clone() }</h2>
            </div>
            { freshness(shown) }
            if let Some(task) = task {
                { facts(shown, task) }
            }
        </header>
    }
}

fn freshness(shown: &Shown) -> Html {
    let words = shown.words;
    let control = match freshness::control(&shown.state) {
        Control::Pause => Some((Action::Pause, words.pause, WidgetMessage::Pause)),
        Control::Resume => Some((Action::Resume, words.resume, WidgetMessage::Resume)),
        Control::None => None,
    };
    html! {
        <div class="btw-freshness" part="freshness">
            <span class="btw-freshness-text" title={freshness::since(&shown.state, words)}>{ freshness::text(&shown.state, shown.now.unix_ms, words) }</span>
            if let Some((action, name, message)) = control {
                // The same element for both, so that a press does not lose the focus.
                { action_button("control", ACTION, action, name, shown.press(message)) }
            }
            { action_button("refresh", ACTION, Action::Refresh, words.refresh, shown.press_refresh()) }
        </div>
    }
}

/// Batch and elapsed, and the others, which a narrow widget folds away.
fn facts(shown: &Shown, task: &BatchTask) -> Html {
    let (is_open, words) = (shown.facts_are_open, shown.words);
    let elapsed = summary::elapsed_ms(task, shown.server_now_ms())
        .map(|elapsed_ms| format::duration(elapsed_ms, words))
        .unwrap_or_default();
    html! {
        <div class={if is_open { "btw-facts btw-facts-open" } else { "btw-facts" }}>
            <dl class="btw-fact-list">
                { fact("btw-fact btw-fact-id", words.batch, &task.batch_id) }
                { fact(MORE, words.task_type, &task.task_type) }
                { fact(MORE, words.application, &task.application_type) }
                { time_fact(MORE, words.began, &task.task_begin, words) }
                { time_fact(MORE, words.ended, &task.task_end, words) }
                { fact(FACT, words.elapsed, &elapsed) }
            </dl>
            <button type="button" class="btw-link btw-details" aria-expanded={is_open.to_string()}
                onclick={shown.press(WidgetMessage::FactsToggled)}>{ words.details }</button>
        </div>
    }
}

/// The class of what a narrow widget folds away.
const MORE: &str = "btw-fact btw-fact-more";
