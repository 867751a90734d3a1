//! Several batches on one page: a compact widget for each, with a link to the page of the batch.

use yew::Html;

use super::links;
use crate::components::markup::{Tag, tag};

/// Draws a grid. `widget` draws the compact widget of a batch.
pub(super) fn several(batch_ids: &[String], widget: impl Fn(&str) -> Html) -> Tag {
    let cells = batch_ids.iter().map(|id| {
        let link =
            tag("a").class("page-batch-link").attr("href", links::to_batch(id)).attr("translate", "no");
        tag("article").key(id).class("page-batch").child(link.child(id.clone())).child(widget(id))
    });
    tag("div").class("page-batches").children(cells)
}
