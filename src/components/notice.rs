//! The notice that shows an error, and what can be done about it.

use super::freshness::{Control, OnControl};
use super::icon::status_icon;
use super::markup::{Tag, button, code, external_link, tag};
use crate::i18n::{Locale, joined};
use crate::model::StatusBucket;
use crate::view::format;
use crate::view::notice::{Notice, Tone};

/// Draws a notice, with a retry button if a retry makes sense. `request_id` draws the ID, which may be copied by a click.
pub(super) fn notice(
    notice: &Notice,
    locale: Locale,
    request_id: &dyn Fn(Tag) -> Tag,
    on_control: OnControl<'_>,
) -> Tag {
    let (class, icon) = match notice.tone {
        Tone::Warning => (WARNING, StatusBucket::Attention),
        Tone::Danger => ("btw-notice btw-notice-danger", StatusBucket::Failed),
    };
    let request_id = || {
        let id = request_id(code(notice.request_id.clone()));
        tag("span").class("btw-notice-id").child(tag("span").child(locale.request_id)).child(" ").child(id)
    };
    let recommend = notice.recommend.clone().map(|link| external_link(link).child(locale.recommend));
    let facts = tag("p")
        .class("btw-notice-facts")
        .child((!notice.code.is_empty()).then(|| code(notice.code.clone())))
        .child((!notice.request_id.is_empty()).then(request_id))
        .child(recommend);
    let body = body(notice.title, notice.detail.clone())
        .child(tag("p").class("btw-notice-hints").label(joined(&notice.hints, locale.between_sentences)))
        .child(facts);
    let again = || button("btw-button").on_click(on_control(Control::Refresh)).label(locale.try_again);
    let reload = || button("btw-button").on_click(on_control(Control::Reload)).label(locale.reload);
    block(class, icon, body).child(notice.can_reload.then(reload)).child(notice.can_retry.then(again))
}

/// Draws the warning about invalid options. The widget ignores such options.
pub(super) fn wrong_options(sentences: &str, locale: Locale) -> Tag {
    warning(locale.title_options, format::truncated(sentences.trim()))
}

/// Draws a warning about something that does not stop polling.
pub(super) fn warning(title: &'static str, detail: String) -> Tag {
    block(WARNING, StatusBucket::Attention, body(title, detail))
}

const WARNING: &str = "btw-notice btw-notice-warning";

fn block(class: &'static str, icon: StatusBucket, body: Tag) -> Tag {
    tag("div").class(class).attr("part", "notice").attr("role", "alert").child(status_icon(icon)).child(body)
}

fn body(title: &'static str, detail: String) -> Tag {
    let detail = (!detail.is_empty()).then(|| tag("p").class("btw-notice-detail").child(detail));
    tag("div")
        .class("btw-notice-body")
        .child(tag("strong").class("btw-notice-title").label(title))
        .child(detail)
}
