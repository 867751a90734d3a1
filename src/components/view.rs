//! The widget as a function of its state: no hook that fetches, so that it renders anywhere.

use std::rc::Rc;

use yew::prelude::*;

use super::header::Header;
use super::notice::notice;
use super::progress::Progress;
use super::table::SubTaskTable;
use crate::hooks::Clock;
use crate::i18n::{EN, fill};
use crate::model::BatchTask;
use crate::poll::{Phase, State};
use crate::view::format;
use crate::view::notice as notices;
use crate::view::summary::Summary;
use crate::view::table::ViewOptions;

/// All that is drawn, and where presses go.
#[derive(Clone, PartialEq, Properties)]
pub struct WidgetViewProps {
    /// What we hold and what the machine is doing.
    pub state: Rc<State>,
    /// The batch that is asked for, to name it before there is an answer.
    #[prop_or_default]
    pub batch_id: Option<AttrValue>,
    /// The figures of the state's task, if there is one.
    #[prop_or_default]
    pub summary: Option<Rc<Summary>>,
    /// What the viewer picked.
    #[prop_or_default]
    pub options: ViewOptions,
    /// Whose time is shown.
    #[prop_or_default]
    pub clock: Clock,
    /// The viewer picked something else.
    #[prop_or_default]
    pub on_options: Callback<ViewOptions>,
    /// The viewer wants an answer now.
    #[prop_or_default]
    pub on_refresh: Callback<()>,
    /// The viewer pauses.
    #[prop_or_default]
    pub on_pause: Callback<()>,
    /// The viewer resumes.
    #[prop_or_default]
    pub on_resume: Callback<()>,
}

/// Header, notice, progress and table of one state.
#[component]
pub fn WidgetView(props: &WidgetViewProps) -> Html {
    let state = &props.state;
    let task = state.task();
    let title = title(task.map(Rc::as_ref), props.batch_id.as_deref());
    let is_loading = task.is_none() && state.last_error.is_none() && state.phase != Phase::Paused;
    let on_filter = {
        let options = props.options;
        props.on_options.reform(move |filter| ViewOptions { filter, ..options })
    };
    html! {
        <section class="batch-task-widget" role="region" aria-label={title.clone()} aria-busy={is_loading.then_some("true")}>
            <Header state={state.clone()} title={title.clone()} clock={props.clock} on_pause={props.on_pause.clone()}
                on_resume={props.on_resume.clone()} on_refresh={props.on_refresh.clone()} />
            if let Some(wrong) = notices::notice(state, &EN) {
                { notice(&wrong, &props.on_refresh) }
            }
            if let (Some(task), Some(summary)) = (task, &props.summary) {
                <Progress summary={summary.clone()} filter={props.options.filter} {on_filter} />
                <section class="btw-subtasks" aria-label={EN.subtasks}>
                    <div class="btw-toolbar" part="toolbar">
                        <h3 class="btw-subtitle">{ EN.subtasks }</h3>
                        <span class="btw-listed">{ listed(summary) }</span>
                    </div>
                    <SubTaskTable task={task.clone()} name={title} options={props.options} on_options={props.on_options.clone()} />
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
