//! Several batches on one page: a compact widget for each, with a link to the page of the batch.

use yew::prelude::*;

use super::browser;

/// Draws a grid. `widget` draws the compact widget of a batch.
pub(super) fn several(batch_ids: &[String], widget: impl Fn(&str) -> Html) -> Html {
    let cells = batch_ids.iter().map(|id| {
        let href = browser::url_with(&[("batch-id", Some(id.clone()))]);
        html! {
            <article key={id.clone()} class="page-batch">
                <a class="page-batch-link" {href} translate="no">{ id }</a>
                { widget(id) }
            </article>
        }
    });
    html! { <div class="page-batches">{ for cells }</div> }
}
