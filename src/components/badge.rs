//! The batch's status as icon and text.

use yew::prelude::*;

use super::icon::status_icon;
use crate::i18n::Words;
use crate::model::{BatchStatus, StatusBucket};

/// The kind that a batch's status is drawn as.
fn bucket(status: &BatchStatus) -> StatusBucket {
    match status {
        BatchStatus::Dispatching => StatusBucket::Waiting,
        BatchStatus::Running => StatusBucket::Running,
        BatchStatus::Completed => StatusBucket::Succeeded,
        BatchStatus::Failed => StatusBucket::Failed,
        BatchStatus::Other(_) => StatusBucket::Other,
    }
}

/// The badge; its API value is in the tooltip.
pub(super) fn badge(status: &BatchStatus, words: Words) -> Html {
    let bucket = bucket(status);
    html! {
        <span class={format!("btw-badge btw-badge-{}", bucket.as_str())} part="badge"
            title={status.as_str().to_owned()}>
            { status_icon(bucket) }
            <span class="btw-badge-text">{ words.batch_status(status).to_owned() }</span>
        </span>
    }
}
