//! Icons for statuses and buttons. They differ in shape as well as in color, and always have a text beside them.

use yew::prelude::*;

use super::markup::{Tag, button, tag};
use crate::model::StatusBucket;

/// Returns the icon of a status group, as inline SVG. All are two paths, so that a row with another status needs no other
/// elements.
pub(super) fn status_icon(bucket: StatusBucket) -> Tag {
    let (class, shapes) = match bucket {
        StatusBucket::Succeeded => (
            "btw-icon btw-icon-succeeded",
            [Shape(None, DISC), Shape(Some("btw-icon-mark"), "M4.8 8.3l2.2 2.2 4.3-4.6")],
        ),
        StatusBucket::Failed => (
            "btw-icon btw-icon-failed",
            [
                Shape(None, "M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"),
                Shape(Some("btw-icon-mark"), "M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"),
            ],
        ),
        StatusBucket::Attention => (
            "btw-icon btw-icon-attention",
            [Shape(None, "M8 1.2l7.2 13.1H.8z"), Shape(Some("btw-icon-mark"), "M8 6v4M8 12v.4")],
        ),
        StatusBucket::Running => (
            "btw-icon btw-icon-running",
            [Shape(Some("btw-icon-track"), CIRCLE), Shape(Some("btw-icon-line"), "M8 2a6 6 0 0 1 6 6")],
        ),
        StatusBucket::Waiting => (
            "btw-icon btw-icon-waiting",
            [Shape(Some("btw-icon-dashes"), CIRCLE), Shape(Some("btw-icon-line"), "")],
        ),
        StatusBucket::Other => (
            "btw-icon btw-icon-other",
            [Shape(Some("btw-icon-ring"), CIRCLE), Shape(Some("btw-icon-line"), "M5 8h.1M8 8h.1M11 8h.1")],
        ),
    };
    let svg = picture(class).attr("width", "16").attr("height", "16");
    let [below, above] = shapes;
    svg.child(below.tag()).child(above.tag())
}

/// The class and the path of a part of an icon. Without a class it is filled with the text color.
struct Shape(Option<&'static str>, &'static str);

impl Shape {
    #[inline(never)]
    fn tag(self) -> Tag {
        let Self(class, path) = self;
        let fill = class.is_none().then_some("currentColor");
        tag("path").attr("d", path).attr("class", class).attr("fill", fill)
    }
}

/// A disc of the icon's size.
const DISC: &str = "M15 8A7 7 0 1 1 1 8a7 7 0 1 1 14 0z";

/// A circle with room for its line.
const CIRCLE: &str = "M14 8A6 6 0 1 1 2 8a6 6 0 1 1 12 0z";

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
