//! What is wrong, said once, with a way on.

use yew::prelude::*;

use super::icon::status_icon;
use super::shown::Shown;
use crate::i18n::Words;
use crate::model::StatusBucket;
use crate::view::notice::{Notice, Tone};

/// Draws `notice`; the button asks again.
pub(super) fn notice(notice: &Notice, shown: &Shown) -> Html {
    let words = shown.words;
    let (tone, icon) = match notice.tone {
        Tone::Warning => ("btw-notice-warning", StatusBucket::Attention),
        Tone::Danger => ("btw-notice-danger", StatusBucket::Failed),
    };
    html! {
        <div class={classes!("btw-notice", tone)} part="notice" role="alert">
            { status_icon(icon) }
            <div class="btw-notice-body">
                <strong class="btw-notice-title">{ notice.title }</strong>
                if !notice.detail.is_empty() {
                    <p class="btw-notice-detail">{ notice.detail.clone() }</p>
                }
                <p class="btw-notice-hints">{ notice.hints.join(words.between_sentences) }</p>
                <p class="btw-notice-facts">
                    if !notice.code.is_empty() {
                        <code class="btw-code">{ notice.code.clone() }</code>
                    }
                    if !notice.request_id.is_empty() {
                        <span>{ words.request_id }{ " " }<code class="btw-code">{ notice.request_id.clone() }</code></span>
                    }
                    if let Some(link) = notice.recommend.clone() {
                        <a href={link} target="_blank" rel="noopener noreferrer">{ words.recommend }</a>
                    }
                </p>
            </div>
            if notice.can_retry {
                <button type="button" class="btw-button" onclick={shown.press_refresh()}>{ words.try_again }</button>
            }
        </div>
    }
}

/// What is wrong with the host's options, in its words; the widget goes on without them.
pub(super) fn wrong_options(sentences: &str, words: Words) -> Html {
    html! {
        <div class="btw-notice btw-notice-warning" part="notice" role="alert">
            { status_icon(StatusBucket::Attention) }
            <div class="btw-notice-body">
                <strong class="btw-notice-title">{ words.title_options }</strong>
                <p class="btw-notice-detail">{ sentences.trim().to_owned() }</p>
            </div>
        </div>
    }
}
