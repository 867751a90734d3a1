//! The form that the page shows without a batch ID.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::batch_ids::{self, MAX_TEXT_LEN};
use super::query::PageQuery;
use crate::i18n::{Locale, fill, joined};
use crate::view::format::truncated;

/// The `name` and the parameter of the URL.
const BATCH_ID: &str = "batch-id";

/// The form: its texts, and what becomes of it.
pub(super) struct BatchIdForm<'a> {
    /// A text without a valid ID that was given. It stays in the field.
    pub(super) rejected: Option<&'a AttrValue>,
    /// The other parameters of the URL, which are kept.
    pub(super) query: &'a PageQuery,
    pub(super) locale: Locale,
    /// Refers to the field, which has the focus at first.
    pub(super) field: &'a NodeRef,
    /// Called with a text that contains no valid ID.
    pub(super) on_reject: Callback<AttrValue>,
}

impl BatchIdForm<'_> {
    /// Draws the form. The browser itself opens the URL with the IDs.
    pub(super) fn view(self) -> Html {
        let Self { rejected, query, locale, field, on_reject } = self;
        let preserved =
            query.preserved().map(|(name, value)| html! { <input type="hidden" {name} {value} /> });
        let input = field.clone();
        let onsubmit = Callback::from(move |event: SubmitEvent| {
            let Some(field) = input.cast::<HtmlInputElement>() else { return };
            let ids = batch_ids::found(&field.value());
            if ids.is_empty() {
                event.prevent_default();
                on_reject.emit(field.value().into());
            } else {
                field.set_value(&joined(&ids, ","));
            }
        });
        html! {
            <form class="batch-task-widget btw-ask" method="get" {onsubmit}>
                <h1 class="btw-title">{ locale.ask_title }</h1>
                if let Some(text) = rejected {
                    <p class="btw-notice btw-notice-danger btw-ask-error" role="alert" id="btw-ask-error">{ fill(locale.invalid_id, &[("id", &truncated(text))]) }</p>
                }
                { for preserved }
                <label class="btw-ask-label" for="btw-ask-id">{ locale.ask_label }</label>
                <div class="btw-ask-row">
                    <input ref={field.clone()} class="btw-input" id="btw-ask-id" name={BATCH_ID} type="text" required=true
                        maxlength={MAX_TEXT_LEN.to_string()} autocomplete="off" spellcheck="false" placeholder="pcb-…"
                        value={rejected.cloned()} aria-invalid={rejected.map(|_| "true")} aria-describedby="btw-ask-error btw-ask-hint" />
                    <button type="submit" class="btw-button btw-button-primary">{ locale.ask_button }</button>
                </div>
                <p class="btw-ask-hint" id="btw-ask-hint">{ locale.ask_hint }</p>
            </form>
        }
    }
}
