//! Shapes that differ without colour, always beside words: one for each kind of status, one for each button.

use yew::prelude::*;

use crate::model::StatusBucket;

/// The shape of a kind of status, as inline SVG that takes the text's colour.
pub(super) fn status_icon(bucket: StatusBucket) -> Html {
    let (class, shape) = match bucket {
        StatusBucket::Succeeded => (
            "btw-icon btw-icon-succeeded",
            html! {
                <>
                    <circle cx="8" cy="8" r="7" fill="currentColor" />
                    <path d="M4.8 8.3l2.2 2.2 4.3-4.6" class="btw-icon-mark" />
                </>
            },
        ),
        StatusBucket::Failed => (
            "btw-icon btw-icon-failed",
            html! {
                <>
                    <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor" />
                    <path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" class="btw-icon-mark" />
                </>
            },
        ),
        StatusBucket::Attention => (
            "btw-icon btw-icon-attention",
            html! {
                <>
                    <path d="M8 1.2l7.2 13.1H.8z" fill="currentColor" />
                    <path d="M8 6v4M8 12v.4" class="btw-icon-mark" />
                </>
            },
        ),
        StatusBucket::Running => (
            "btw-icon btw-icon-running",
            html! {
                <>
                    <circle cx="8" cy="8" r="6" class="btw-icon-track" />
                    <path d="M8 2a6 6 0 0 1 6 6" class="btw-icon-line" />
                </>
            },
        ),
        StatusBucket::Waiting => {
            ("btw-icon btw-icon-waiting", html! { <circle cx="8" cy="8" r="6" class="btw-icon-dashes" /> })
        }
        StatusBucket::Other => (
            "btw-icon btw-icon-other",
            html! {
                <>
                    <circle cx="8" cy="8" r="6" class="btw-icon-ring" />
                    <path d="M5 8h.1M8 8h.1M11 8h.1" class="btw-icon-line" />
                </>
            },
        ),
    };
    html! { <svg {class} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">{ shape }</svg> }
}

/// What a button does, drawn; its words stand beside it, or are its name where there is no room for them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Pause,
    Resume,
    Refresh,
    Copy,
    Copied,
    Tell,
    Open,
}

/// The class of a button that is its picture alone where there is no room for words.
pub(super) const ACTION: &str = "btw-button btw-button-action";

/// A button with a picture and a name; `class` is [`ACTION`], or begins with it.
pub(super) fn action_button(
    key: &'static str,
    class: &'static str,
    action: Action,
    name: &'static str,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button {key} type="button" {class} title={name} {onclick}>
            { action_icon(action) }<span class="btw-button-name">{ name }</span>
        </button>
    }
}

/// The picture of an action.
pub(super) fn action_icon(action: Action) -> Html {
    let path = match action {
        Action::Pause => "M5.5 3.5v9M10.5 3.5v9",
        Action::Resume => "M5 3.2v9.6L12.5 8z",
        Action::Refresh => "M13 8a5 5 0 1 1-1.5-3.6M13 2.2v2.9h-2.9",
        Action::Copy => "M6 6h7v8H6zM10 3.5V2H3v8h1.5",
        Action::Copied => "M3.5 8.5l3 3 6-7",
        Action::Tell => "M4 11.5V7a4 4 0 0 1 8 0v4.5zM2.5 11.5h11M7 14h2",
        Action::Open => "M6 4l4 4-4 4",
    };
    html! {
        <svg class="btw-icon btw-icon-action" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d={path} /></svg>
    }
}
