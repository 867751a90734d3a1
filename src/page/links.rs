//! The URLs of the page: links for other viewers, the way back to the list, and what the browser adds to the URL.

use yew::AttrValue;

use super::browser;
use super::query::{self, PageQuery};
use crate::i18n::Zone;

/// Returns the link to the page for other viewers, with this subtask.
pub(super) fn link_to(query: &PageQuery, task_id: Option<String>) -> AttrValue {
    let own = Zone::local();
    let [view, columns, zone] = query::stated(query, own.name());
    let list = query::OF_LIST.map(|name| (name, None));
    let parameters = [&[view, columns, zone, ("task", task_id)][..], &list].concat();
    AttrValue::from(browser::link_with(&parameters).unwrap_or_default())
}

/// Adds to the URL what the browser remembers, unless the link says otherwise, so that a copied link shows the same.
pub(super) fn restore() {
    let stored = PageQuery::read(browser::remembered);
    let mut missing = Vec::new();
    let mut add = |name: &'static str, value: Option<String>| {
        if value.is_some() && browser::query_parameter(name).is_none() {
            missing.push((name, value));
        }
    };
    for (name, value) in PageQuery::to_parameters(stored.options) {
        if query::is_remembered(name) {
            add(name, value);
        }
    }
    add("time-zone", stored.time_zone.filter(|zone| Zone::is_known(zone)));
    if !missing.is_empty() {
        browser::set_query_parameters(&missing, false);
    }
}

/// Returns the URL of the page without a batch, with the viewer's filters of the list.
pub(super) fn to_list() -> Option<String> {
    browser::url_with(&query::OF_BATCH.map(|name| (name, None)))
}

/// Returns the URL of the page of a batch.
pub(super) fn to_batch(batch_id: &str) -> Option<String> {
    browser::url_with(&[("batch-id", Some(batch_id.to_owned()))])
}

/// Returns the pattern of these URLs, with a placeholder for the ID.
pub(super) fn batch_pattern() -> Option<String> {
    const PLACEHOLDER: &str = "{BatchId}";
    let url = to_batch(PLACEHOLDER)?;
    // As the browser has written it.
    Some(url.replacen("%7BBatchId%7D", PLACEHOLDER, 1))
}
