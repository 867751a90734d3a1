//! The export menu, and the progress of an export.

use yew::prelude::*;

use super::deferred::{self, placeholder};
use super::markup::{Tag, button, fragment, tag};
use super::message::{ExportScope, WidgetMessage};
use super::view_state::ViewState;
use crate::effect::menu;
use crate::i18n::fill;
use crate::view::export::Format;
use crate::view::format;

pub(super) fn export(view: &ViewState, all: usize) -> Option<Tag> {
    let locale = view.locale;
    if all == 0 {
        return None;
    }
    let files = match deferred::get() {
        Some(deferred) => (deferred.export_choices)(view, all),
        None => placeholder(view.load_state, &view.send, locale),
    };
    let items = tag("div").class("btw-menu-items").attr("tabindex", "-1").child(files);
    let exporting = view.exporting.map(|percent| exporting(view, percent)).or_else(|| {
        let blocked = tag("div").class("btw-exporting").key("blocked");
        view.export_blocked.then(|| blocked.child(tag("span").label(locale.export_blocked)))
    });
    Some(fragment().child(exporting).child(menu("export", locale.export, items)))
}

/// Returns the entries of the menu: the visible rows, if they are not all, and all rows.
pub(super) fn choices(view: &ViewState, all: usize) -> Tag {
    let locale = view.locale;
    let count = |count: usize| format::count(i64::try_from(count).unwrap_or(i64::MAX), locale);
    let files = |scope, label, rows| files_of(view, scope, fill(label, &[("count", &count(rows))]));
    let listed = view.rows.len();
    fragment()
        .child((1..all).contains(&listed).then(|| files(ExportScope::Shown, locale.export_shown, listed)))
        .child(files(ExportScope::All, locale.export_all, all))
}

/// Draws the progress of the export and its cancel button.
fn exporting(view: &ViewState, percent: u32) -> Tag {
    let locale = view.locale;
    let text = fill(locale.exporting, &[("percent", &format::percent(percent, locale))]);
    let cancel =
        button("btw-button").on_click(view.on_press(WidgetMessage::ExportCancelled)).label(locale.cancel);
    tag("div").class("btw-exporting").child(tag("span").child(text)).child(cancel)
}

/// Draws a menu as a `<details>` element, which is accessible without a script.
pub(super) fn menu(key: &'static str, name: &'static str, items: Tag) -> Tag {
    let summary = tag("summary").class("btw-button btw-menu-button").label(name);
    tag("details").key(key).class("btw-menu").child(summary).child(items)
}

/// Draws the buttons that export these rows, one for each format.
fn files_of(view: &ViewState, scope: ExportScope, label: String) -> Tag {
    let locale = view.locale;
    let file = |format: Format, name: &'static str| {
        let send = view.send.clone();
        let on_press = Callback::from(move |event: Event| {
            if let Some(button) = event.target_dyn_into() {
                menu::close(&button);
            }
            send.emit(WidgetMessage::ExportPressed(format, scope));
        });
        button("btw-button")
            .attr("aria-label", format!("{name}{}{label}", locale.list))
            .on_click(on_press)
            .child(name)
    };
    let (csv, json) = (file(Format::Csv, locale.csv), file(Format::Json, locale.json));
    tag("div").class("btw-menu-files").child(tag("span").label(label)).child(csv).child(json)
}
