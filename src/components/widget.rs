//! The component that a Yew app uses: watches one batch task and shows it.

use std::rc::Rc;

use yew::prelude::*;

use super::view::WidgetView;
use crate::effect::fetch::{Credentials, Method, Target};
use crate::error::Error;
use crate::hooks::{BatchTaskConfig, DEFAULT_INTERVAL_MS, UseBatchTask, use_batch_task};
use crate::model::BatchTask;
use crate::poll::State;
use crate::view::table::ViewOptions;

/// What is watched and how it is first shown.
#[derive(Clone, PartialEq, Properties)]
pub struct BatchTaskWidgetProps {
    /// The proxy's URL, relative to the document or absolute.
    pub endpoint: AttrValue,
    /// The batch; absent, the request is sent without one.
    #[prop_or_default]
    pub batch_id: Option<AttrValue>,
    /// Milliseconds from the end of one request to the next, at least 2,000; 0 fetches once.
    #[prop_or(DEFAULT_INTERVAL_MS)]
    pub interval_ms: u32,
    /// How the proxy is asked.
    #[prop_or_default]
    pub method: Method,
    /// Whether cookies go along.
    #[prop_or_default]
    pub credentials: Credentials,
    /// JSON Pointer to the body in an envelope; `/data` is found without.
    #[prop_or_default]
    pub body_pointer: Option<AttrValue>,
    /// Filter and sort at first; the viewer's choice goes on from there.
    #[prop_or_default]
    pub options: ViewOptions,
    /// The viewer picked another filter or sort.
    #[prop_or_default]
    pub on_options: Callback<ViewOptions>,
    /// The data changed. An answer that is equal but for its RequestId is no change.
    #[prop_or_default]
    pub on_update: Callback<Rc<BatchTask>>,
    /// The batch ended, or had ended when it was first seen.
    #[prop_or_default]
    pub on_finish: Callback<Rc<BatchTask>>,
    /// A fetch failed.
    #[prop_or_default]
    pub on_error: Callback<Rc<Error>>,
    /// The widget is on the page; its value refreshes, pauses and resumes it.
    #[prop_or_default]
    pub on_ready: Callback<UseBatchTask>,
}

/// Shows one batch task, live. See the crate's documentation for an example.
#[component]
pub fn BatchTaskWidget(props: &BatchTaskWidgetProps) -> Html {
    let options = use_state_eq(|| props.options);
    let watched = use_batch_task(BatchTaskConfig {
        target: Target {
            endpoint: props.endpoint.clone(),
            batch_id: props.batch_id.clone(),
            method: props.method,
            credentials: props.credentials,
            body_pointer: props.body_pointer.clone(),
        },
        interval_ms: props.interval_ms,
    });
    use_effect_with((), {
        let (on_ready, watched) = (props.on_ready.clone(), watched.clone());
        move |()| on_ready.emit(watched)
    });
    use_host_events(&watched.state, props);

    let on_options = {
        let (options, told) = (options.clone(), props.on_options.clone());
        Callback::from(move |picked: ViewOptions| {
            options.set(picked);
            told.emit(picked);
        })
    };
    let on_refresh = watched.refresh.reform(|()| Callback::noop());
    html! {
        <WidgetView state={watched.state} batch_id={props.batch_id.clone()} summary={watched.summary} options={*options} {on_options} {on_refresh}
            on_pause={watched.pause} on_resume={watched.resume} />
    }
}

/// Tells the host what changed, once for each change.
#[hook]
fn use_host_events(state: &Rc<State>, props: &BatchTaskWidgetProps) {
    let task = state.task().cloned();
    let has_ended = task.as_ref().is_some_and(|task| task.status.has_ended());
    use_effect_with(task.clone(), {
        let on_update = props.on_update.clone();
        move |task| {
            if let Some(task) = task {
                on_update.emit(Rc::clone(task));
            }
        }
    });
    use_effect_with(has_ended, {
        let on_finish = props.on_finish.clone();
        move |has_ended| {
            if let (true, Some(task)) = (has_ended, task) {
                on_finish.emit(task);
            }
        }
    });
    // Two failures in a row may be equal; the count tells them apart.
    use_effect_with((state.failures(), state.last_error.clone()), {
        let on_error = props.on_error.clone();
        move |(_, error)| {
            if let Some(error) = error {
                on_error.emit(Rc::clone(error));
            }
        }
    });
}
