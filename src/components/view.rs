//! The widget as a function of what it shows: no effect, so that it renders anywhere.

use std::rc::Rc;

use yew::prelude::*;

use super::header::header;
use super::notice::notice;
use super::progress::progress;
use super::table::SubTaskTable;
use super::widget::WidgetMessage;
use crate::i18n::{EN, fill};
use crate::model::BatchTask;
use crate::poll::{Phase, State};
use crate::view::format;
use crate::view::notice as notices;
use crate::view::summary::Summary;
use crate::view::table::ViewOptions;
use crate::watch::Refreshed;

/// All that is drawn, and where presses go.
#[derive(Clone)]
pub(super) struct Shown {
    /// What we hold and what the machine is doing.
    pub(super) state: Rc<State>,
    /// The batch that is asked for, to name it before there is an answer.
    pub(super) batch_id: Option<AttrValue>,
    /// The figures of the state's task, if there is one.
    pub(super) summary: Option<Rc<Summary>>,
    /// What the viewer picked.
    pub(super) options: ViewOptions,
    /// Now, in Unix milliseconds.
    pub(super) now_ms: u64,
    /// Whether a narrow widget shows all facts.
    pub(super) facts_are_open: bool,
    /// Takes what the viewer does; always the same, so that the table need not be drawn again.
    pub(super) send: Callback<WidgetMessage>,
}

impl Shown {
    /// Takes a new state over; the figures are worked out only for a new task.
    pub(super) fn take(&mut self, state: Rc<State>) {
        let is_same = match (self.state.task(), state.task()) {
            (Some(old), Some(new)) => Rc::ptr_eq(old, new),
            (old, new) => old.is_none() && new.is_none(),
        };
        if !is_same {
            self.summary = state.task().map(|task| Rc::new(Summary::of(task)));
        }
        self.state = state;
    }

    /// Sends `message` when something is pressed.
    pub(super) fn press(&self, message: WidgetMessage) -> Callback<MouseEvent> {
        press(&self.send, message)
    }

    /// Asks anew when something is pressed.
    pub(super) fn press_refresh(&self) -> Callback<MouseEvent> {
        self.press(WidgetMessage::Refresh(Refreshed::noop()))
    }
}

/// Sends `message` when something is pressed.
pub(super) fn press(send: &Callback<WidgetMessage>, message: WidgetMessage) -> Callback<MouseEvent> {
    let send = send.clone();
    Callback::from(move |_| send.emit(message.clone()))
}

/// Header, notice, progress and table of one state.
pub(super) fn widget(shown: &Shown) -> Html {
    let state = &shown.state;
    let task = state.task();
    let title = title(task.map(Rc::as_ref), shown.batch_id.as_deref());
    let is_loading = task.is_none() && state.last_error.is_none() && state.phase != Phase::Paused;
    html! {
        <section class="batch-task-widget" role="region" aria-label={title.clone()} aria-busy={is_loading.then_some("true")}>
            { header(shown, &title) }
            if let Some(wrong) = notices::notice(state, &EN) {
                { notice(&wrong, shown) }
            }
            if let (Some(task), Some(summary)) = (task, &shown.summary) {
                { progress(summary, shown) }
                <section class="btw-subtasks" aria-label={EN.subtasks}>
                    <div class="btw-toolbar" part="toolbar">
                        <h3 class="btw-subtitle">{ EN.subtasks }</h3>
                        <span class="btw-listed">{ listed(summary) }</span>
                    </div>
                    <SubTaskTable task={task.clone()} name={title} options={shown.options} send={shown.send.clone()} />
                </section>
            } else if is_loading {
                { skeleton() }
            }
            if let Some(data) = &state.data {
                <footer class="btw-footer">
                    <span class="btw-request-id" part="request-id">{ EN.request_id }{ " " }<code class="btw-code">{ data.request_id.to_string() }</code></span>
                    <span class="btw-zone">{ EN.times_zone }</span>
                </footer>
            }
        </section>
    }
}

/// What the widget is about: the task's name, or its id, or at least what kind of thing it is.
fn title(task: Option<&BatchTask>, asked_for: Option<&str>) -> AttrValue {
    let names = [task.map(|task| &*task.task_name), task.map(|task| &*task.batch_id), asked_for];
    let name = names.into_iter().flatten().map(str::trim).find(|name| !name.is_empty());
    AttrValue::from(name.unwrap_or(EN.unnamed_task).to_owned())
}

/// "1 of 10 subtasks listed", where the rows are fewer than the total.
fn listed(summary: &Summary) -> String {
    if !summary.lists_part() {
        return String::new();
    }
    let total = summary.total_count.map_or_else(|| EN.absent.to_owned(), format::count);
    fill(EN.listed, &[("listed", &format::count(summary.listed.into())), ("total", &total)])
}

/// The layout to come, before the first answer.
fn skeleton() -> Html {
    html! {
        <div class="btw-skeleton">
            <p class="btw-hidden" role="status">{ EN.loading }</p>
            <div class="btw-bone btw-bone-title" />
            <div class="btw-bone btw-bone-bar" />
            { for (0..6).map(|row| html! { <div class="btw-bone btw-bone-row" key={row} /> }) }
        </div>
    }
}
