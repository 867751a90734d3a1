//! The widget as a function of what it shows: no effect, so that it renders anywhere.

use std::rc::Rc;

use yew::prelude::*;

use super::failures::failures;
use super::header::header;
use super::notice::{notice, wrong_options};
use super::progress::progress;
use super::props::{BatchTaskWidgetProps, Theme};
use super::rows::SubTaskRows;
use super::shown::Shown;
use super::tabs::{tabs, view_name};
use super::toolbar::toolbar;
use super::widget::WidgetMessage;
use crate::i18n::{Words, fill};
use crate::model::BatchTask;
use crate::poll::Phase;
use crate::view::{format, freshness, notice as notices};

/// What the host decides about the widget's looks, whatever it shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) theme: Theme,
    pub(super) compact: bool,
    pub(super) wrong_options: AttrValue,
}

impl Look {
    pub(super) fn of(props: &BatchTaskWidgetProps) -> Self {
        let BatchTaskWidgetProps { theme, compact, .. } = *props;
        Self { theme, compact, wrong_options: props.wrong_options.clone() }
    }

    fn class(&self) -> &'static str {
        match self.theme {
            Theme::Auto => "batch-task-widget",
            Theme::Light => "batch-task-widget btw-light",
            Theme::Dark => "batch-task-widget btw-dark",
        }
    }
}

/// Header, notice, progress and table of one state.
pub(super) fn widget(shown: &Shown, look: &Look) -> Html {
    let (state, words) = (&shown.state, shown.words);
    let task = state.task_with_rows();
    let title = title(task.map(Rc::as_ref), shown.batch_id.as_deref(), words);
    let is_loading = state.data.is_none() && state.last_error.is_none() && state.phase != Phase::Paused;
    html! {
        <section class={look.class()} dir="ltr" lang={words.tag()} role="region" aria-label={title.clone()} aria-busy={is_loading.then_some("true")}>
            { header(shown, &title) }
            if !look.wrong_options.is_empty() || !shown.wrong_messages.is_empty() {
                { wrong_options(&format!("{} {}", look.wrong_options, shown.wrong_messages), words) }
            }
            if let Some(wrong) = notices::notice(state, words) {
                { notice(&wrong, shown) }
            }
            if let Some(summary) = &shown.summary {
                { progress(summary, shown, look.compact) }
                { failures(shown, look.compact) }
            }
            if let Some(task) = task.filter(|_| !look.compact) {
                <section class="btw-subtasks" aria-label={words.subtasks}>
                    { tabs(shown) }
                    <div role="tabpanel" aria-label={view_name(shown.options.view, words)}>
                    { toolbar(shown, task) }
                    <SubTaskRows {words} task={task.clone()} rows={shown.rows.clone()} name={title} options={shown.options}
                        query={shown.query.clone()} copying={shown.copying}
                        instance_url={shown.instance_url.clone()} now={shown.timeline_now()} send={shown.send.clone()} />
                    </div>
                </section>
            } else if is_loading && task.is_none() {
                { skeleton(words) }
            }
            if let Some(data) = &state.data {
                <footer class="btw-footer">
                    <span class="btw-request-id" part="request-id">{ words.request_id }{ " " }<code class="btw-code">{ data.request_id.to_string() }</code></span>
                    // What the header counts from, for those who cannot point at it.
                    <span class="btw-as-of" part="freshness">{ freshness::since(state, words) }</span>
                    { zone_note(shown, &data.task) }
                </footer>
            }
            <p class="btw-hidden" role="status">{ shown.announcer.text().to_owned() }</p>
        </section>
    }
}

/// Which zone the times are in, and the way to the other.
fn zone_note(shown: &Shown, task: &BatchTask) -> Html {
    let words = shown.words;
    let zone = format::zone(task.task_begin.timestamp(), task.task_end.timestamp(), words);
    let other = if words.zone().is_utc() { words.show_local } else { words.show_utc };
    html! {
        <span class="btw-zone">
            { fill(words.times_zone, &[("zone", &zone)]) }
            if !shown.home.is_utc() {
                { " " }
                <button type="button" class="btw-link" onclick={shown.press(WidgetMessage::ZoneToggled)}>{ other }</button>
            }
        </span>
    }
}

/// What the widget is about: the task's name, or its id, or at least what kind of thing it is.
fn title(task: Option<&BatchTask>, asked_for: Option<&str>, words: Words) -> AttrValue {
    let names = [task.map(|task| &*task.task_name), task.map(|task| &*task.batch_id), asked_for];
    let name = names.into_iter().flatten().map(str::trim).find(|name| !name.is_empty());
    AttrValue::from(name.unwrap_or(words.unnamed_task).to_owned())
}

/// The layout to come, before the first answer.
fn skeleton(words: Words) -> Html {
    html! {
        <div class="btw-skeleton">
            <p class="btw-hidden">{ words.loading }</p>
            <div class="btw-bone btw-bone-title" />
            <div class="btw-bone btw-bone-bar" />
            { for (0..6).map(|row| html! { <div class="btw-bone btw-bone-row" key={row} /> }) }
        </div>
    }
}
