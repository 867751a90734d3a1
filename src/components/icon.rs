//! Icons for statuses and buttons. They differ in shape as well as in color, and always have a text beside them.

use yew::prelude::*;

use super::markup::{Tag, button, tag};
use crate::model::StatusBucket;

/// Returns the icon of a status group, as inline SVG.
pub(super) fn status_icon(bucket: StatusBucket) -> Tag {
    let (class, shapes): (_, &[Shape]) = match bucket {
        StatusBucket::Succeeded => (
            "btw-icon btw-icon-succeeded",
            &[Shape::Disc, Shape::Path("btw-icon-mark", "M4.8 8.3l2.2 2.2 4.3-4.6")],
        ),
        StatusBucket::Failed => (
            "btw-icon btw-icon-failed",
            &[
                Shape::Filled("M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"),
                Shape::Path("btw-icon-mark", "M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"),
            ],
        ),
        StatusBucket::Attention => (
            "btw-icon btw-icon-attention",
            &[Shape::Filled("M8 1.2l7.2 13.1H.8z"), Shape::Path("btw-icon-mark", "M8 6v4M8 12v.4")],
        ),
        StatusBucket::Running => (
            "btw-icon btw-icon-running",
            &[Shape::Circle("btw-icon-track"), Shape::Path("btw-icon-line", "M8 2a6 6 0 0 1 6 6")],
        ),
        StatusBucket::Waiting => ("btw-icon btw-icon-waiting", &[Shape::Circle("btw-icon-dashes")]),
        StatusBucket::Other => (
            "btw-icon btw-icon-other",
            &[Shape::Circle("btw-icon-ring"), Shape::Path("btw-icon-line", "M5 8h.1M8 8h.1M11 8h.1")],
        ),
    };
    let svg = picture(class).attr("width", "16").attr("height", "16");
    svg.children(shapes.iter().map(|shape| shape.tag()))
}

/// A part of an icon.
#[derive(Clone, Copy)]
enum Shape {
    /// A disc of the icon's size in the text color.
    Disc,
    /// A circle with this class.
    Circle(&'static str),
    /// A filled path in the text color.
    Filled(&'static str),
    /// A path with this class.
    Path(&'static str, &'static str),
}

impl Shape {
    fn tag(self) -> Tag {
        match self {
            Self::Disc => circle("7").attr("fill", "currentColor"),
            Self::Circle(class) => circle("6").class(class),
            Self::Filled(path) => tag("path").attr("d", path).attr("fill", "currentColor"),
            Self::Path(class, path) => tag("path").attr("d", path).class(class),
        }
    }
}

fn circle(radius: &'static str) -> Tag {
    tag("circle").attr("cx", "8").attr("cy", "8").attr("r", radius)
}

fn picture(class: &'static str) -> Tag {
    tag("svg")
        .class(class)
        .attr("viewBox", "0 0 16 16")
        .attr("aria-hidden", "true")
        .attr("focusable", "false")
}

/// Actions of buttons that have an icon.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Pause,
    Resume,
    Refresh,
    Copy,
    Copied,
    Notify,
    Remove,
}

/// The class of a button that shows only its icon where there is no room for its name.
pub(super) const ACTION: &str = "btw-button btw-button-action";

/// Draws a button with an icon and a name. `class` is [`ACTION`], or starts with it.
pub(super) fn action_button(
    key: &'static str,
    class: &'static str,
    action: Action,
    name: impl Into<AttrValue>,
    press: Callback<Event>,
) -> Tag {
    named_button(key, class, action, name.into(), press)
}

#[inline(never)]
fn named_button(
    key: &'static str,
    class: &'static str,
    action: Action,
    name: AttrValue,
    press: Callback<Event>,
) -> Tag {
    button(class)
        .key(key)
        .attr("title", name.clone())
        .on_click(press)
        .child(action_icon(action))
        .child(tag("span").class("btw-button-name").label(name))
}

/// Returns the icon of an action.
pub(super) fn action_icon(action: Action) -> Tag {
    let path = match action {
        Action::Pause => "M5.5 3.5v9M10.5 3.5v9",
        Action::Resume => "M5 3.2v9.6L12.5 8z",
        Action::Refresh => "M13 8a5 5 0 1 1-1.5-3.6M13 2.2v2.9h-2.9",
        Action::Copy => "M6 6h7v8H6zM10 3.5V2H3v8h1.5",
        Action::Copied => "M3.5 8.5l3 3 6-7",
        Action::Notify => "M4 11.5V7a4 4 0 0 1 8 0v4.5zM2.5 11.5h11M7 14h2",
        Action::Remove => "M4.5 4.5l7 7M11.5 4.5l-7 7",
    };
    picture("btw-icon btw-icon-action").child(tag("path").attr("d", path))
}
