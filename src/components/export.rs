//! The menu of files, and how far one is that is being written.

use yew::prelude::*;

use super::extras::{extras, placeholder};
use super::markup::{Tag, button, fragment, tag};
use super::shown::{Extent, Shown};
use super::widget::WidgetMessage;
use crate::effect::layout;
use crate::i18n::fill;
use crate::view::export::Format;
use crate::view::format;

pub(super) fn export(shown: &Shown, all: usize) -> Option<Tag> {
    let words = shown.words;
    if all == 0 {
        return None;
    }
    let files = match extras() {
        Some(extras) => (extras.files)(shown, all),
        None => placeholder(shown.extras, &shown.send, words),
    };
    let items = tag("div").class("btw-menu-items").attr("tabindex", "-1").child(files);
    let exporting = shown.exporting.map(|percent| exporting(shown, percent));
    Some(fragment().child(exporting).child(menu("export", words.export, items)))
}

/// What the menu holds: the files of the rows shown, and of all of them.
pub(super) fn files(shown: &Shown, all: usize) -> Tag {
    let words = shown.words;
    let count = |count: usize| format::count(i64::try_from(count).unwrap_or(i64::MAX), words);
    let files = |extent, label, rows| files_of(shown, extent, fill(label, &[("count", &count(rows))]));
    let listed = shown.rows.len();
    fragment()
        .child((1..all).contains(&listed).then(|| files(Extent::Shown, words.export_shown, listed)))
        .child(files(Extent::All, words.export_all, all))
}

/// How far a file is.
fn exporting(shown: &Shown, percent: u32) -> Tag {
    let words = shown.words;
    let text = fill(words.exporting, &[("percent", &format::percent(percent, words))]);
    let cancel = button("btw-button").on_click(shown.press(WidgetMessage::CancelExport)).child(words.cancel);
    tag("div").class("btw-exporting").child(tag("span").child(text)).child(cancel)
}

/// A native disclosure, which keyboards and readers know.
pub(super) fn menu(key: &'static str, name: &'static str, items: Tag) -> Tag {
    let summary = tag("summary").class("btw-button btw-menu-button").child(name);
    tag("details").key(key).class("btw-menu").child(summary).child(items)
}

/// The files of so many rows.
fn files_of(shown: &Shown, extent: Extent, label: String) -> Tag {
    let words = shown.words;
    let file = |format: Format, name: &'static str| {
        let send = shown.send.clone();
        let pressed = Callback::from(move |event: Event| {
            if let Some(button) = event.target_dyn_into() {
                layout::fold(&button);
            }
            send.emit(WidgetMessage::Export(format, extent));
        });
        button("btw-button")
            .attr("aria-label", format!("{name}{}{label}", words.list))
            .on_click(pressed)
            .child(name)
    };
    let (csv, json) = (file(Format::Csv, words.csv), file(Format::Json, words.json));
    tag("div").class("btw-menu-files").child(tag("span").child(label)).child(csv).child(json)
}
