//! The menu of files, and how far one is that is being written.

use yew::prelude::*;

use super::shown::{Extent, Shown};
use super::widget::WidgetMessage;
use crate::effect::layout;
use crate::i18n::fill;
use crate::view::export::Format;
use crate::view::format;

pub(super) fn export(shown: &Shown, all: usize) -> Html {
    let words = shown.words;
    if all == 0 {
        return Html::default();
    }
    let count = |count: usize| format::count(i64::try_from(count).unwrap_or(i64::MAX), words);
    let listed = shown.rows.len();
    html! {
        <>
        if let Some(percent) = shown.exporting {
            <div class="btw-exporting">
                <span>{ fill(words.exporting, &[("percent", &format::percent(percent, words))]) }</span>
                <button type="button" class="btw-button" onclick={shown.press(WidgetMessage::CancelExport)}>{ words.cancel }</button>
            </div>
        }
        <details key="export" class="btw-menu">
            <summary class="btw-button btw-menu-button">{ words.export }</summary>
            <div class="btw-menu-items" tabindex="-1">
                if (1..all).contains(&listed) {
                    { files(shown, Extent::Shown, &fill(words.export_shown, &[("count", &count(listed))])) }
                }
                { files(shown, Extent::All, &fill(words.export_all, &[("count", &count(all))])) }
            </div>
        </details>
        </>
    }
}

/// The files of so many rows.
fn files(shown: &Shown, extent: Extent, label: &str) -> Html {
    let words = shown.words;
    let file = |format: Format, name: &'static str| {
        let send = shown.send.clone();
        let onclick = Callback::from(move |event: MouseEvent| {
            if let Some(button) = event.target_dyn_into() {
                layout::fold(&button);
            }
            send.emit(WidgetMessage::Export(format, extent));
        });
        html! { <button type="button" class="btw-button" aria-label={format!("{name}{}{label}", words.list)} {onclick}>{ name }</button> }
    };
    html! {
        <div class="btw-menu-files">
            <span>{ label.to_owned() }</span>
            { file(Format::Csv, words.csv) }
            { file(Format::Json, words.json) }
        </div>
    }
}
