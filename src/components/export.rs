//! The export menu, and the progress of an export.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::deferred::{self, placeholder};
use super::markup::{On, Tag, button, fragment, tag};
use super::message::{ExportScope, RowScope, WidgetMessage};
use super::tools::id_buttons;
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
    let ids = || {
        let shown = if listed == all { locale.export_all } else { locale.export_shown };
        let shown = fill(shown, &[("count", &count(listed))]);
        let label = fill(locale.labelled, &[("label", locale.instance_ids), ("value", &shown)]);
        let buttons = id_buttons(view, RowScope::Shown, &label);
        tag("div").class("btw-menu-files btw-menu-ids").child(tag("span").label(label)).child(buttons)
    };
    fragment()
        .child((1..all).contains(&listed).then(|| files(ExportScope::Shown, locale.export_shown, listed)))
        .child(files(ExportScope::All, locale.export_all, all))
        .child((listed > 0).then(ids))
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

/// Closes the menus in `area` on Escape, and when the focus leaves them, once the deferred functions are loaded.
pub(super) fn with_menus(area: Tag) -> Tag {
    let on_event = Callback::from(|event: Event| {
        if let Some(deferred) = deferred::get() {
            (deferred.menu_event)(&event);
        }
    });
    area.on(On::KeyDown, on_event.clone()).on(On::FocusOut, on_event)
}

/// Closes the menu around the target of a key or of a focus that leaves.
pub(super) fn menu_event(event: &Event) {
    let Some(element) = event.target_dyn_into::<Element>() else { return };
    if event.type_() == "focusout" {
        menu::close_on_focus_out(&element);
    } else if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" && menu::close(&element) {
        // A dialog of the host that contains the widget must stay open: the browser closes it by default, a host's
        // listener when the event bubbles.
        event.prevent_default();
        event.stop_propagation();
    }
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
    let (csv, excel) = (file(Format::Csv, locale.csv), file(Format::CsvForExcel, locale.csv_excel));
    let json = file(Format::Json, locale.json);
    tag("div").class("btw-menu-files").child(tag("span").label(label)).child(csv).child(excel).child(json)
}
