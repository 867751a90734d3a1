//! The page around its content: the link to the list, a heading for screen readers, and the language menu.

use yew::prelude::*;

use super::language_menu::language_menu;
use crate::components::markup::{fragment, tag};
use crate::i18n::{Language, Locale};

/// The data of the page that is not in its content.
pub(crate) struct Frame<'a> {
    pub(crate) locale: Locale,
    /// The tag of the requested language.
    pub(crate) lang: &'a str,
    /// The languages of the menu.
    pub(crate) languages: &'a [Language],
    /// Whether the page shows at least one batch.
    pub(crate) has_batch: bool,
    /// The URL of the page without a batch; `None` if it has no list.
    pub(crate) list_url: Option<String>,
    /// Called with the tag of the language that the viewer picks.
    pub(crate) on_language: Callback<AttrValue>,
}

impl Frame<'_> {
    /// Draws the page. `strip` is the line that stands in for the header.
    pub(crate) fn around(self, content: Html, strip: Html) -> Html {
        let Self { locale, lang, languages, has_batch, list_url, on_language } = self;
        let way_back = |url: String| tag("a").class("page-back").attr("href", url).label(locale.all_batches);
        // The widget's heading is an `h2`, since it is embedded in other pages too.
        let heading = || tag("h1").class("page-hidden").child(locale.unnamed_task);
        fragment()
            .child(list_url.filter(|_| has_batch).map(way_back))
            .child(has_batch.then(heading))
            .child(content)
            .child(strip)
            .child(language_menu(languages, lang, locale, on_language))
            .html()
    }
}
