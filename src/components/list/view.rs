//! Draws the whole list from its [`ListState`], without effects, so that it renders anywhere.

use yew::prelude::*;

use super::rows::table;
use super::state::{ListState, ShownPage};
use super::toolbar::{pages, toolbar};
use crate::components::freshness::freshness;
use crate::components::markup::{Tag, button, code, tag};
use crate::components::notice::{notice, wrong_options};
use crate::components::props::Theme;
use crate::error::ErrorClass;
use crate::i18n::fill;
use crate::list::{self, ListLocale, ListQuery, Pages, TimeRange};
use crate::view::{format, freshness};

/// Draws the list. `wrong` are error texts about invalid options.
pub(in crate::components) fn list(view: &ListState, theme: Theme, wrong: &str) -> Html {
    let ListLocale { shared, list } = view.locale;
    let is_loading = view.is_loading();
    let are_wrong = !wrong.is_empty() || !view.wrong_messages.is_empty();
    let header = tag("header")
        .class("btw-header")
        .attr("part", "header")
        .child(tag("div").class("btw-headline").child(tag("h2").class("btw-title").label(list.batch_tasks)))
        .child(freshness_line(view));
    tag("section")
        .node_ref(&view.root)
        .class(match theme {
            Theme::Auto => "batch-task-widget btw-list",
            Theme::Light => "batch-task-widget btw-list btw-light",
            Theme::Dark => "batch-task-widget btw-list btw-dark",
        })
        .attr("dir", "ltr")
        .attr("translate", "no")
        .attr("lang", shared.tag())
        .attr("role", "region")
        .attr("aria-label", list.batch_tasks)
        .attr("aria-busy", is_loading.then_some("true"))
        .child(header)
        .child(are_wrong.then(|| wrong_options(&format!("{wrong} {}", view.wrong_messages), shared)))
        .child(error_notice(view))
        .child(toolbar(view))
        .child(match &view.shown {
            Some(shown) => Some(content(view, shown)),
            None => is_loading.then(|| skeleton(list.loading_list)),
        })
        .child(view.shown.as_ref().and_then(|shown| pages(view, shown)))
        .child(footer(view))
        .child(tag("p").class("btw-hidden").attr("role", "status").child(view.announcer.text().to_owned()))
        .html()
}

fn freshness_line(view: &ListState) -> Tag {
    freshness(&view.state, view.now.unix_ms, view.locale.shared, &|control| view.on_control(control))
}

/// Draws the notice for the last error. Browsers do not say that a request has failed because of the page's origin.
fn error_notice(view: &ListState) -> Option<Tag> {
    let shared = view.locale.shared;
    let mut wrong = list::notice(&view.state, view.locale)?;
    let is_network = view.state.last_error.as_ref().is_some_and(|error| error.class() == ErrorClass::Network);
    if is_network && view.has_opaque_origin {
        wrong.hints.insert(0, shared.sandbox_hint.to_owned());
    }
    Some(notice(&wrong, shared, &|id| id, &|control| view.on_control(control)))
}

/// Draws the batches, or why there are none.
fn content(view: &ListState, shown: &ShownPage) -> Tag {
    if !shown.page.batches.is_empty() {
        return tag("div").key("rows").class("btw-list-rows").child(table(view, shown));
    }
    let ListLocale { shared, list } = view.locale;
    let query = &shown.query;
    let pages = Pages::of(&shown.page, query);
    let pick =
        |name: &'static str, query: ListQuery| button("btw-button").on_click(view.on_pick(query)).label(name);
    let (sentence, way_out) = if pages.is_beyond_last() {
        let page = format::count(pages.number.into(), shared);
        let sentence = fill(list.page_beyond, &[("page", &page)]);
        (sentence, Some(pick(list.first_page, query.with_page(1))))
    } else if query.is_filtered() {
        (list.none_match.to_owned(), Some(pick(list.clear_filters, query.unfiltered())))
    } else if query.range != TimeRange::All {
        let all = ListQuery { range: TimeRange::All, ..query.clone() };
        (list.none_in_range.to_owned(), Some(pick(list.any_time, all)))
    } else {
        (list.no_batches.to_owned(), None)
    };
    tag("div").key("empty").class("btw-empty").child(tag("p").child(sentence)).child(way_out)
}

fn footer(view: &ListState) -> Option<Tag> {
    let (data, shared) = (view.state.data.as_ref()?, view.locale.shared);
    let request_id = tag("span")
        .class("btw-request-id")
        .attr("part", "request-id")
        .child(shared.request_id)
        .child(" ")
        .child(code(format::truncated(&data.request_id)));
    let since = freshness::since(&view.state, shared).unwrap_or_default();
    let zone = format::zone(Some(view.server_now()), None, shared);
    Some(
        tag("footer")
            .class("btw-footer")
            .child(request_id)
            .child(tag("span").class("btw-as-of").attr("part", "freshness").child(since))
            .child(tag("span").class("btw-zone").child(fill(shared.times_zone, &[("zone", &zone)]))),
    )
}

/// Draws a placeholder until the first page.
fn skeleton(loading: &'static str) -> Tag {
    tag("div")
        .key("skeleton")
        .class("btw-skeleton")
        .child(tag("p").class("btw-hidden").child(loading))
        .children(["btw-bone btw-bone-row"; 6].map(|class| tag("div").class(class)))
}
