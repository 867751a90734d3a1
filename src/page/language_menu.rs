//! The language menu at the end of the page.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::components::markup::{On, Tag, tag};
use crate::i18n::{Language, Locale};

/// Draws a native select of `languages`. Each language has its own name for itself. `on_pick` is called with the tag of a language.
pub(super) fn language_menu(
    languages: &[Language],
    lang: &str,
    locale: Locale,
    on_pick: Callback<AttrValue>,
) -> Tag {
    let on_input = Callback::from(move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            on_pick.emit(select.value().into());
        }
    });
    let current = Language::of_tag(lang).unwrap_or_default();
    let option = |&language: &Language| {
        tag("option")
            .key(language.tag())
            .attr("value", language.tag())
            .attr("lang", language.tag())
            .attr("selected", (language == current).then_some(""))
            .child(language.name())
    };
    let select = tag("select").class("page-language").on(On::Input, on_input);
    let select = select.children(languages.iter().map(option));
    let label = tag("label").child(locale.language).child(" ").child(select);
    tag("footer").class("page-footer").child(label)
}
