//! The standalone status page: one widget, told by the URL what to show.
//!
//! The endpoint is set in the page's file and never by the URL: a link must not be able to show a stranger's content.

mod browser;
mod query;

use std::rc::Rc;

use yew::prelude::*;

pub use self::query::{PageQuery, is_batch_id};
use crate::components::BatchTaskWidget;
use crate::i18n::{Words, fill};
use crate::model::BatchTask;
use crate::view::summary::Summary;
use crate::view::tab;
use crate::view::table::ViewOptions;
use crate::watch::DEFAULT_INTERVAL_MS;

/// Where the page asks if its file does not say.
const DEFAULT_ENDPOINT: &str = "api/DescribeBatchTask";

/// Draws the page in the element `#batch-task`, in place of what stands there.
pub fn start() {
    if let Some(root) = browser::root() {
        browser::empty(&root);
        yew::Renderer::<Page>::with_root(root).render();
    }
}

/// The page.
#[component]
pub fn Page() -> Html {
    let query = use_memo((), |()| PageQuery::read(browser::query_parameter));
    let fixed_id = use_memo((), |()| browser::meta("batch-task-batch-id"));
    let endpoint = use_memo((), |()| {
        browser::meta("batch-task-endpoint").unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned())
    });
    let flags = use_memo((), |()| {
        ["batch-task-redact", "batch-task-compact"]
            .map(|name| browser::meta(name).is_some_and(|text| text != "false"))
    });
    let [redact, compact] = *flags;
    let batch_id = (*fixed_id).clone().or_else(|| query.batch_id.clone());
    let on_options = use_callback((), |options: ViewOptions, ()| {
        browser::set_query_parameters(&PageQuery::written(options));
    });
    let on_query = use_callback((), |query: AttrValue, ()| {
        let written = Some(query.trim().to_owned()).filter(|query| !query.is_empty());
        browser::set_query_parameters(&[("q", written)]);
    });
    let on_update = use_callback((), |task: Rc<BatchTask>, ()| {
        let summary = Summary::of(&task);
        browser::set_title(&tab::title(&task, &summary, Words::english()));
        browser::set_icon(&tab::icon(&task, &summary));
    });
    match batch_id {
        Some(id) if is_batch_id(&id) => html! {
            <>
            // The widget's own heading is one level down, for it is a part of other pages too.
            <h1 class="page-hidden">{ Words::english().unnamed_task }</h1>
            <BatchTaskWidget endpoint={(*endpoint).clone()} batch_id={AttrValue::from(id)} options={query.options} query={query.query.clone()}
                interval_ms={query.interval_ms.unwrap_or(DEFAULT_INTERVAL_MS)} {redact} {compact} {on_options} {on_query} {on_update} />
            </>
        },
        other => html! { <AskForm rejected={other} /> },
    }
}

#[derive(Clone, PartialEq, Properties)]
struct AskFormProps {
    /// An id that was given and cannot be one.
    rejected: Option<String>,
}

/// Asks for the id: a plain form that loads the page anew with it.
#[component]
fn AskForm(props: &AskFormProps) -> Html {
    let words = Words::english();
    html! {
        <form class="batch-task-widget btw-ask" method="get">
            <h1 class="btw-title">{ words.ask_title }</h1>
            if let Some(id) = &props.rejected {
                <p class="btw-notice btw-notice-danger btw-ask-error" role="alert" id="btw-ask-error">{ fill(words.bad_id, &[("id", id)]) }</p>
            }
            <label class="btw-ask-label" for="btw-ask-id">{ words.ask_label }</label>
            <div class="btw-ask-row">
                <input class="btw-input" id="btw-ask-id" name="batch-id" type="text" required=true maxlength="128"
                    pattern=r"[A-Za-z0-9._~+\-]+" autocomplete="off" spellcheck="false" placeholder="pcb-…"
                    aria-describedby="btw-ask-hint" />
                <button type="submit" class="btw-button btw-button-primary">{ words.ask_button }</button>
            </div>
            <p class="btw-ask-hint" id="btw-ask-hint">{ words.ask_hint }</p>
        </form>
    }
}
