//! The form that the page shows without a batch ID.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::batch_ids::{self, MAX_TEXT_LEN};
use super::browser;
use crate::components::markup::{On, Tag, tag};
use crate::i18n::{Locale, fill, joined};
use crate::view::format::truncated;

/// The form: its texts, and what becomes of it.
pub(crate) struct BatchIdForm<'a> {
    /// A text without a valid ID that was given. It stays in the field.
    pub(crate) rejected: Option<&'a AttrValue>,
    pub(crate) locale: Locale,
    /// Refers to the field, which has the focus at first.
    pub(crate) field: &'a NodeRef,
    /// Called with a text that contains no valid ID.
    pub(crate) on_reject: Callback<AttrValue>,
}

impl BatchIdForm<'_> {
    /// Draws the form. It opens the page's URL with the IDs, and with all other parameters.
    pub(crate) fn view(self) -> Tag {
        let Self { rejected, locale, field, on_reject } = self;
        let input = field.clone();
        let on_submit = Callback::from(move |event: Event| {
            event.prevent_default();
            let Some(field) = input.cast::<HtmlInputElement>() else { return };
            let ids = batch_ids::found(&field.value());
            if ids.is_empty() {
                on_reject.emit(field.value().into());
            } else {
                browser::open_with(&[("batch-id", Some(joined(&ids, ",")))]);
            }
        });
        let error = |text: &AttrValue| {
            tag("p")
                .class("btw-notice btw-notice-danger page-ask-error")
                .attr("role", "alert")
                .attr("id", "btw-ask-error")
                .child(fill(locale.invalid_id, &[("id", &truncated(text))]))
        };
        let entry = tag("input")
            .node_ref(field)
            .class("btw-input")
            .attr("id", "btw-ask-id")
            // Without the program, the browser submits the form.
            .attr("name", if cfg!(target_arch = "wasm32") { None } else { Some("batch-id") })
            .attr("type", "text")
            .attr("required", "")
            .attr("maxlength", MAX_TEXT_LEN.to_string())
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("placeholder", "pcb-…")
            // The attribute, and not the property, so that a render leaves what the viewer is typing.
            .attr("value", rejected.map(ToString::to_string))
            .attr("aria-invalid", rejected.map(|_| "true"))
            .attr("aria-describedby", "btw-ask-error btw-ask-hint");
        let button = tag("button").attr("type", "submit").class("btw-button").label(locale.ask_button);
        let form = tag("form")
            .class("page-ask")
            .on(On::Submit, on_submit)
            .child(tag("h1").class("btw-title").label(locale.ask_title))
            .child(rejected.map(error))
            .child(tag("label").class("page-ask-label").attr("for", "btw-ask-id").label(locale.ask_label))
            .child(tag("div").class("page-ask-row").child(entry).child(button))
            .child(tag("p").class("page-ask-hint").attr("id", "btw-ask-hint").label(locale.ask_hint));
        tag("section").class("batch-task-widget").attr("lang", locale.tag()).child(form)
    }
}
