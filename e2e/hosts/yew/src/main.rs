//! A Yew app with the widget: changing state, callbacks, and a component with its own view on the hook.

use std::rc::Rc;

use batch_task_widget::components::{ActionFor, ActionRequest, HostAction};
use batch_task_widget::error::Error;
use batch_task_widget::model::{BatchTask, StatusBucket};
use batch_task_widget::view::table::ViewOptions;
use batch_task_widget::{BatchTaskConfig, BatchTaskWidget, Theme, use_batch_task};
use yew::prelude::*;

const ENDPOINT: &str = "/api/DescribeBatchTask";

#[component]
fn App() -> Html {
    let is_shown = use_state(|| true);
    let batch_id = use_state(|| "pcb-demo");
    let options = use_state(ViewOptions::default);
    let theme = use_state(Theme::default);
    let heard = use_reducer(Heard::default);

    let hear = {
        let heard = heard.dispatcher();
        move |line: String| heard.dispatch(line)
    };
    let on_update = {
        let hear = hear.clone();
        Callback::from(move |task: Rc<BatchTask>| hear(format!("update {}", task.status.as_str())))
    };
    let on_finish = {
        let hear = hear.clone();
        Callback::from(move |task: Rc<BatchTask>| hear(format!("finish {}", task.status.as_str())))
    };
    let on_action = {
        let hear = hear.clone();
        Callback::from(move |request: ActionRequest| {
            hear(format!("action {}", request.instance_ids.join(",")));
            request.wait_until(async { Ok("done".to_owned()) });
        })
    };
    let actions = use_memo((), |()| {
        vec![HostAction { id: "retry".into(), label: "Retry".into(), applies_to: ActionFor::Any }]
    });
    let on_error = Callback::from(move |error: Rc<Error>| hear(format!("error {}", error.class().as_str())));

    let toggle = {
        let is_shown = is_shown.clone();
        move |_| is_shown.set(!*is_shown)
    };
    let another_batch = {
        let batch_id = batch_id.clone();
        move |_| batch_id.set("pcb-other")
    };
    let running = {
        let options = options.clone();
        move |_| options.set(ViewOptions { filter: StatusBucket::Running.into(), ..ViewOptions::default() })
    };
    let dark = {
        let theme = theme.clone();
        move |_| theme.set(Theme::Dark)
    };
    html! {
        <>
            <button id="toggle" onclick={toggle}>{ "Show or hide" }</button>
            <button id="another-batch" onclick={another_batch}>{ "Another batch" }</button>
            <button id="running" onclick={running}>{ "What runs" }</button>
            <button id="dark" onclick={dark}>{ "Dark" }</button>
            if *is_shown {
                <BatchTaskWidget endpoint={ENDPOINT} batch_id={*batch_id} options={*options} theme={*theme} interval_ms=600_000
                    {on_update} {on_finish} {on_error} {actions} {on_action} />
                <OwnLook batch_id={*batch_id} />
            }
            <ul id="heard">{ for heard.0.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
        </>
    }
}

/// The received events.
#[derive(Default)]
struct Heard(Vec<String>);

impl Reducible for Heard {
    type Action = String;

    fn reduce(self: Rc<Self>, line: String) -> Rc<Self> {
        let old = self.0.get(self.0.len().saturating_sub(7)..).unwrap_or_default();
        Rc::new(Self(old.iter().cloned().chain([line]).collect()))
    }
}

#[derive(Clone, PartialEq, Properties)]
struct OwnLookProps {
    batch_id: AttrValue,
}

/// The same batch in this app's own view; both share one query.
#[component]
fn OwnLook(props: &OwnLookProps) -> Html {
    let task = use_batch_task(BatchTaskConfig {
        interval_ms: 600_000,
        ..BatchTaskConfig::new(ENDPOINT, props.batch_id.clone())
    });
    let refresh = {
        let refresh = task.refresh.clone();
        move |_| refresh.emit(Callback::noop())
    };
    let percent = task.summary.as_ref().and_then(|summary| summary.percent);
    html! {
        <p id="own">
            { percent.map_or("…".to_owned(), |percent| format!("{percent} %")) }
            <button id="refresh" onclick={refresh}>{ "Ask now" }</button>
        </p>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
