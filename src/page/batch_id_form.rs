//! The form that the page shows without a batch ID.

use yew::prelude::*;

use super::query::PageQuery;
use crate::i18n::{Locale, fill};
use crate::view::format::truncated;

/// Draws the form. `rejected` is an invalid ID that was given. The other parameters of the URL are kept.
pub(super) fn batch_id_form(rejected: Option<&str>, query: &PageQuery, locale: Locale) -> Html {
    let preserved = query.preserved().map(|(name, value)| html! { <input type="hidden" {name} {value} /> });
    html! {
        <form class="batch-task-widget btw-ask" method="get">
            <h1 class="btw-title">{ locale.ask_title }</h1>
            if let Some(id) = rejected {
                <p class="btw-notice btw-notice-danger btw-ask-error" role="alert" id="btw-ask-error">{ fill(locale.invalid_id, &[("id", &truncated(id))]) }</p>
            }
            { for preserved }
            <label class="btw-ask-label" for="btw-ask-id">{ locale.ask_label }</label>
            <div class="btw-ask-row">
                <input class="btw-input" id="btw-ask-id" name="batch-id" type="text" required=true maxlength="128"
                    pattern=r"[A-Za-z0-9._~+\-]+" autocomplete="off" spellcheck="false" placeholder="pcb-…"
                    aria-invalid={rejected.map(|_| "true")} aria-describedby="btw-ask-error btw-ask-hint" />
                <button type="submit" class="btw-button btw-button-primary">{ locale.ask_button }</button>
            </div>
            <p class="btw-ask-hint" id="btw-ask-hint">{ locale.ask_hint }</p>
        </form>
    }
}
