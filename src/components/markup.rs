//! Elements as the views write them: a tag, its attributes, what listens to it and what is in it, one step after another.
//!
//! `html!` writes each element out in line, half a kilobyte of wasm for every one; here it is a few calls of functions that
//! all elements share. It must not know what an element is for.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, Listener, ListenerKind, VList, VTag, VText};

use crate::effect::layout;

/// An element under construction.
#[must_use]
pub(super) struct Tag(Box<Parts>);

struct Parts {
    /// `None`: what is in it stands for itself.
    element: Option<VTag>,
    names: Vec<&'static str>,
    values: Vec<Option<AttributeOrProperty>>,
    listeners: Vec<Option<Rc<dyn Listener>>>,
    children: Vec<Html>,
    /// How many there are may change.
    is_list: bool,
}

/// An element of this name.
#[inline(never)]
pub(super) fn tag(name: &'static str) -> Tag {
    Tag::of(Some(VTag::new(name)))
}

/// A button, which sends no form.
pub(super) fn button(class: impl Value) -> Tag {
    tag("button").attr("type", "button").class(class)
}

/// An id, or something else that is read letter by letter.
#[inline(never)]
pub(super) fn code(text: String) -> Tag {
    tag("code").class("btw-code").child(text)
}

/// A link to a page that must not know where its visitors come from.
#[inline(never)]
pub(super) fn external_link(url: String) -> Tag {
    tag("a").attr("href", url).attr("target", "_blank").attr("rel", "noopener noreferrer")
}

/// Several things in a row, without an element around them.
#[inline(never)]
pub(super) fn fragment() -> Tag {
    Tag::of(None)
}

/// What an element can be told of.
#[derive(Clone, Copy)]
pub(super) enum On {
    Click,
    Input,
    KeyDown,
    FocusIn,
    FocusOut,
    Scroll,
    PointerOver,
    PointerMove,
    PointerLeave,
}

impl Tag {
    #[inline(never)]
    fn of(element: Option<VTag>) -> Self {
        Self(Box::new(Parts {
            element,
            names: Vec::new(),
            values: Vec::new(),
            listeners: Vec::new(),
            children: Vec::new(),
            is_list: false,
        }))
    }

    pub(super) fn class(self, value: impl Value) -> Self {
        value.set(self, "class")
    }

    /// An attribute. Where its value is `None`, the element does not have it.
    pub(super) fn attr(self, name: &'static str, value: impl Value) -> Self {
        value.set(self, name)
    }

    /// Sizes and the like, set through the CSSOM: see [`layout::style`].
    #[inline(never)]
    pub(super) fn style(self, declarations: &str) -> Self {
        self.put("style", Some(AttributeOrProperty::Property(layout::style(declarations))))
    }

    /// What tells it from its siblings.
    #[inline(never)]
    pub(super) fn key(self, key: &str) -> Self {
        self.with(|element| element.key = Some(Key::from(key)))
    }

    #[inline(never)]
    pub(super) fn node_ref(self, node_ref: &NodeRef) -> Self {
        self.with(|element| element.node_ref = node_ref.clone())
    }

    /// What is in a field, whatever was typed since.
    #[inline(never)]
    pub(super) fn value(self, value: &AttrValue) -> Self {
        self.with(|element| element.set_value(Some(value.clone())))
    }

    #[inline(never)]
    pub(super) fn checked(self, is_checked: bool) -> Self {
        self.with(|element| element.set_checked(is_checked))
    }

    #[inline(never)]
    pub(super) fn on(mut self, event: On, callback: Callback<Event>) -> Self {
        self.0.listeners.push(Some(Rc::new(Handler { event, callback })));
        self
    }

    pub(super) fn on_click(self, callback: Callback<Event>) -> Self {
        self.on(On::Click, callback)
    }

    /// Something in the element, behind what is there. `None` keeps its place.
    pub(super) fn child(self, child: impl Content) -> Self {
        child.put_in(self)
    }

    /// Several things, of which there may be others the next time.
    pub(super) fn children<C: Content>(mut self, children: impl IntoIterator<Item = C>) -> Self {
        self.0.is_list = true;
        children.into_iter().fold(self, Self::child)
    }

    #[inline(never)]
    pub(super) fn html(self) -> Html {
        let Parts { element, names, values, listeners, mut children, is_list } = *self.0;
        let Some(mut element) = element else { return VList::from(children).into() };
        if !names.is_empty() {
            element.set_attributes(Attributes::Dynamic { keys: interned(&names), values: values.into() });
        }
        if !listeners.is_empty() {
            element.set_listeners(listeners.into());
        }
        if let Some(content) = element.children_mut() {
            *content = match children.len() {
                1 if !is_list => children.pop().unwrap_or_default(),
                _ => VList::from(children).into(),
            };
        }
        element.into()
    }

    fn with(mut self, set: impl FnOnce(&mut VTag)) -> Self {
        if let Some(element) = &mut self.0.element {
            set(element);
        }
        self
    }

    #[inline(never)]
    fn put(mut self, name: &'static str, value: Option<AttributeOrProperty>) -> Self {
        self.0.names.push(name);
        self.0.values.push(value);
        self
    }

    #[inline(never)]
    fn put_static(self, name: &'static str, value: &'static str) -> Self {
        self.put_text(name, Some(AttrValue::Static(value)))
    }

    #[inline(never)]
    fn put_text(self, name: &'static str, value: Option<AttrValue>) -> Self {
        self.put(name, value.map(AttributeOrProperty::Attribute))
    }

    #[inline(never)]
    fn add(mut self, child: Html) -> Self {
        self.0.children.push(child);
        self
    }

    #[inline(never)]
    fn add_tag(self, child: Option<Self>) -> Self {
        self.add(child.map_or_else(Html::default, Self::html))
    }

    #[inline(never)]
    fn add_text(self, text: AttrValue) -> Self {
        self.add(VText::new(text).into())
    }
}

impl From<Tag> for Html {
    fn from(tag: Tag) -> Self {
        tag.html()
    }
}

/// What can be an attribute's value.
pub(super) trait Value {
    fn set(self, tag: Tag, name: &'static str) -> Tag;
}

impl Value for &'static str {
    fn set(self, tag: Tag, name: &'static str) -> Tag {
        tag.put_static(name, self)
    }
}

impl Value for Option<&'static str> {
    #[inline(never)]
    fn set(self, tag: Tag, name: &'static str) -> Tag {
        tag.put_text(name, self.map(AttrValue::Static))
    }
}

impl Value for String {
    #[inline(never)]
    fn set(self, tag: Tag, name: &'static str) -> Tag {
        tag.put_text(name, Some(self.into()))
    }
}

impl Value for Option<String> {
    #[inline(never)]
    fn set(self, tag: Tag, name: &'static str) -> Tag {
        tag.put_text(name, self.map(AttrValue::from))
    }
}

impl Value for AttrValue {
    fn set(self, tag: Tag, name: &'static str) -> Tag {
        tag.put_text(name, Some(self))
    }
}

/// As ARIA says it.
impl Value for bool {
    #[inline(never)]
    fn set(self, tag: Tag, name: &'static str) -> Tag {
        tag.put_static(name, if self { "true" } else { "false" })
    }
}

/// What can be in an element.
pub(super) trait Content {
    fn put_in(self, tag: Tag) -> Tag;
}

impl Content for Tag {
    fn put_in(self, tag: Tag) -> Tag {
        tag.add_tag(Some(self))
    }
}

impl Content for Option<Tag> {
    fn put_in(self, tag: Tag) -> Tag {
        tag.add_tag(self)
    }
}

impl Content for Html {
    fn put_in(self, tag: Tag) -> Tag {
        tag.add(self)
    }
}

impl Content for &'static str {
    #[inline(never)]
    fn put_in(self, tag: Tag) -> Tag {
        tag.add_text(AttrValue::Static(self))
    }
}

impl Content for String {
    #[inline(never)]
    fn put_in(self, tag: Tag) -> Tag {
        tag.add_text(self.into())
    }
}

impl Content for AttrValue {
    fn put_in(self, tag: Tag) -> Tag {
        tag.add_text(self)
    }
}

/// What is told when something happens to an element.
struct Handler {
    event: On,
    callback: Callback<Event>,
}

impl Listener for Handler {
    fn kind(&self) -> ListenerKind {
        match self.event {
            On::Click => ListenerKind::onclick,
            On::Input => ListenerKind::oninput,
            On::KeyDown => ListenerKind::onkeydown,
            On::FocusIn => ListenerKind::onfocusin,
            On::FocusOut => ListenerKind::onfocusout,
            On::Scroll => ListenerKind::onscroll,
            On::PointerOver => ListenerKind::onpointerover,
            On::PointerMove => ListenerKind::onpointermove,
            On::PointerLeave => ListenerKind::onpointerleave,
        }
    }

    fn handle(&self, event: Event) {
        self.callback.emit(event);
    }

    fn passive(&self) -> bool {
        matches!(self.event, On::Scroll)
    }
}

thread_local! {
    /// Every list of names that an element was given.
    static NAMES: RefCell<Vec<&'static [&'static str]>> = const { RefCell::new(Vec::new()) };
}

/// The one list of these names. Yew compares the attributes of an element with its former ones by place where both have the
/// same list, and through hash maps where they do not. There are as many lists as the views have kinds of elements.
fn interned(names: &[&'static str]) -> &'static [&'static str] {
    NAMES.with_borrow_mut(|lists| {
        let is_it = |list: &&&'static [&'static str]| {
            list.len() == names.len() && list.iter().zip(names).all(|(a, b)| std::ptr::eq(*a, *b))
        };
        if let Some(list) = lists.iter().find(is_it) {
            return *list;
        }
        let list: &'static [&'static str] = Box::leak(names.into());
        lists.push(list);
        list
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn attributes(tag: Tag) -> Attributes {
        let Html::VTag(element) = tag.html() else { panic!("an element") };
        element.attributes.clone()
    }

    fn names(attributes: &Attributes) -> &'static [&'static str] {
        let Attributes::Dynamic { keys, .. } = attributes else { panic!("names and values") };
        keys
    }

    #[test]
    fn elements_of_one_kind_share_their_names_whatever_their_values() {
        let row = |is_on: bool| attributes(tag("p").class("a").attr("aria-sort", is_on.then_some("on")));
        let (on, off) = (row(true), row(false));
        assert!(std::ptr::eq(names(&on), names(&off)));
        assert_eq!(on.iter().collect::<Vec<_>>(), [("class", "a"), ("aria-sort", "on")]);
        assert_eq!(off.iter().collect::<Vec<_>>(), [("class", "a")]);
        assert_eq!(names(&attributes(tag("p").attr("aria-sort", "on").class("a"))), ["aria-sort", "class"]);
    }

    #[test]
    fn what_is_not_there_keeps_its_place_and_a_list_stays_one() {
        let content = |tag: Tag| match tag.html() {
            Html::VTag(element) => element.children().cloned().unwrap(),
            other => other,
        };
        let count = |html: &Html| if let Html::VList(list) = html { Some(list.len()) } else { None };
        assert_eq!(count(&content(tag("p").child(None::<Tag>).child("b"))), Some(2));
        assert_eq!(count(&content(tag("p").child("a"))), None);
        assert_eq!(count(&content(tag("p").children(["a"]))), Some(1), "there may be two the next time");
        assert_eq!(count(&content(tag("p"))), Some(0));
        assert_eq!(count(&content(fragment().child("a"))), Some(1));
    }
}
