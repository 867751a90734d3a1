//! Builds elements: a tag, its attributes, listeners and children.
//!
//! Views use this and not `html!`, which generates about half a kilobyte of wasm for each element; these functions are
//! shared by all elements.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use yew::prelude::*;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, Listener, ListenerKind, VList, VTag, VText};

use crate::effect::layout;

/// An element under construction, or a list of children without an element.
#[must_use]
pub(crate) struct Tag(Box<Parts>);

struct Parts {
    /// `None` for a list of children.
    element: Option<VTag>,
    names: Vec<&'static str>,
    values: Vec<Option<AttributeOrProperty>>,
    listeners: Vec<Option<Rc<dyn Listener>>>,
    children: Vec<Html>,
    /// Whether the number of children may change between renders.
    is_list: bool,
}

/// Starts an element with this name.
#[inline(never)]
pub(crate) fn tag(name: &'static str) -> Tag {
    Tag::of(Some(VTag::new(name)))
}

/// Starts a button that does not submit a form.
pub(crate) fn button(class: impl Value) -> Tag {
    tag("button").attr("type", "button").class(class)
}

/// Starts an element for an ID or code.
#[inline(never)]
pub(crate) fn code(text: String) -> Tag {
    tag("code").class("btw-code").child(text)
}

/// Starts a link to another site, which gets no referrer.
#[inline(never)]
pub(crate) fn external_link(url: String) -> Tag {
    tag("a").attr("href", url).attr("target", "_blank").attr("rel", "noopener noreferrer")
}

/// Starts a part of a bar, as wide as its share of the `total`. Without a browser it is an `hr`, whose attribute `width` the content
/// security policy allows.
pub(crate) fn bar_part(element: &'static str, share: u64, total: u64) -> Tag {
    if cfg!(target_arch = "wasm32") {
        return tag(element).style(&format!("flex-grow:{share}"));
    }
    let millionths = u128::from(share) * 1_000_000 / u128::from(total.max(1));
    tag("hr").attr("width", format!("{}.{:04}%", millionths / 10_000, millionths % 10_000))
}

/// Starts a list of children without an element.
#[inline(never)]
pub(crate) fn fragment() -> Tag {
    Tag::of(None)
}

/// The events that an element can listen to.
#[derive(Clone, Copy)]
pub(crate) enum On {
    Click,
    Input,
    CompositionEnd,
    KeyDown,
    FocusIn,
    FocusOut,
    Scroll,
    #[cfg(any(feature = "page", feature = "prerender"))]
    Submit,
    PointerDown,
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

    pub(crate) fn class(self, value: impl Value) -> Self {
        value.set(self, "class")
    }

    /// Sets an attribute. With the value `None` the element does not have it.
    pub(crate) fn attr(self, name: &'static str, value: impl Value) -> Self {
        value.set(self, name)
    }

    /// Sets CSS declarations through the CSSOM: see [`layout::style`].
    #[inline(never)]
    pub(crate) fn style(self, declarations: &str) -> Self {
        self.put("style", Some(AttributeOrProperty::Property(layout::style(declarations))))
    }

    /// Sets the width, in CSS px, unless it is 0: of a cell of a table, whose attribute `width` does the same without a browser.
    pub(crate) fn width(self, px: u32) -> Self {
        if cfg!(target_arch = "wasm32") {
            return self.style(&if px > 0 { format!("width:{px}px") } else { String::new() });
        }
        self.attr("width", (px > 0).then(|| px.to_string()))
    }

    /// Sets the height, in CSS px: of a part of a table, as for [`width`](Self::width).
    pub(crate) fn height(self, px: u32) -> Self {
        if cfg!(target_arch = "wasm32") {
            return self.style(&format!("height:{px}px"));
        }
        self.attr("height", px.to_string())
    }

    /// Sets the key that identifies the element among its siblings.
    #[inline(never)]
    pub(crate) fn key(self, key: &str) -> Self {
        self.with(|element| element.key = Some(Key::from(key)))
    }

    #[inline(never)]
    pub(crate) fn node_ref(self, node_ref: &NodeRef) -> Self {
        self.with(|element| element.node_ref = node_ref.clone())
    }

    /// Sets the value of an input, also if the viewer has changed it since the last render.
    #[inline(never)]
    pub(crate) fn value(self, value: &AttrValue) -> Self {
        self.with(|element| element.set_value(Some(value.clone())))
    }

    #[inline(never)]
    pub(crate) fn checked(self, is_checked: bool) -> Self {
        self.with(|element| element.set_checked(is_checked))
    }

    /// Selects an option, also if the viewer has selected another one since the last render.
    #[inline(never)]
    pub(crate) fn selected(self, is_selected: bool) -> Self {
        if cfg!(target_arch = "wasm32") {
            self.put("selected", Some(AttributeOrProperty::Property(JsValue::from_bool(is_selected))))
        } else {
            self.attr("selected", is_selected.then_some(""))
        }
    }

    #[inline(never)]
    pub(crate) fn on(mut self, event: On, callback: Callback<Event>) -> Self {
        self.0.listeners.push(Some(Rc::new(Handler { event, callback })));
        self
    }

    pub(crate) fn on_click(self, callback: Callback<Event>) -> Self {
        self.on(On::Click, callback)
    }

    /// Appends a child. `None` keeps its place, so that the siblings after it are not rebuilt.
    pub(crate) fn child(self, child: impl Content) -> Self {
        child.put_in(self)
    }

    /// Sets a text of the interface as the only content. Browsers may translate it, whereas the widget as a whole, with its data
    /// and figures, is `translate="no"`. Translation replaces text nodes, so the text is written through its element.
    pub(crate) fn label(self, text: impl Into<AttrValue>) -> Self {
        self.translatable(text.into())
    }

    #[inline(never)]
    fn translatable(self, text: AttrValue) -> Self {
        if cfg!(target_arch = "wasm32") {
            let text = AttributeOrProperty::Property(JsValue::from_str(&text));
            self.put_static("translate", "yes").put("textContent", Some(text))
        } else {
            self.add_text(text)
        }
    }

    /// Appends children whose number may change.
    pub(crate) fn children<C: Content>(mut self, children: impl IntoIterator<Item = C>) -> Self {
        self.0.is_list = true;
        children.into_iter().fold(self, Self::child)
    }

    #[inline(never)]
    pub(crate) fn html(self) -> Html {
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

/// A value of an attribute.
pub(crate) trait Value {
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

/// As `true` or `false`, for ARIA attributes.
impl Value for bool {
    #[inline(never)]
    fn set(self, tag: Tag, name: &'static str) -> Tag {
        tag.put_static(name, if self { "true" } else { "false" })
    }
}

/// A child of an element.
pub(crate) trait Content {
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

/// An event listener.
struct Handler {
    event: On,
    callback: Callback<Event>,
}

impl Listener for Handler {
    fn kind(&self) -> ListenerKind {
        match self.event {
            On::Click => ListenerKind::onclick,
            On::Input => ListenerKind::oninput,
            On::CompositionEnd => ListenerKind::other("compositionend".into()),
            On::KeyDown => ListenerKind::onkeydown,
            On::FocusIn => ListenerKind::onfocusin,
            On::FocusOut => ListenerKind::onfocusout,
            On::Scroll => ListenerKind::onscroll,
            #[cfg(any(feature = "page", feature = "prerender"))]
            On::Submit => ListenerKind::onsubmit,
            On::PointerDown => ListenerKind::onpointerdown,
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
    /// The lists of attribute names in use.
    static NAMES: RefCell<Vec<&'static [&'static str]>> = const { RefCell::new(Vec::new()) };
}

/// Returns the one `'static` list with these names. If the list of an element is the same as at the last render, Yew
/// compares attributes by position, otherwise through hash maps. There are only as many lists as kinds of elements in the
/// views.
fn interned(names: &[&'static str]) -> &'static [&'static str] {
    NAMES.with_borrow_mut(|lists| {
        if let Some(list) = lists.iter().find(|list| are_same(list, names)) {
            return *list;
        }
        let list = leaked(names);
        lists.push(list);
        list
    })
}

/// Whether the names are the same, by identity.
fn are_same(list: &[&'static str], names: &[&'static str]) -> bool {
    list.len() == names.len() && list.iter().zip(names).all(|(a, b)| std::ptr::eq(*a, *b))
}

#[cfg(target_arch = "wasm32")]
fn leaked(names: &[&'static str]) -> &'static [&'static str] {
    Box::leak(names.into())
}

/// Returns the one list of all threads: those of a server come and go.
#[cfg(not(target_arch = "wasm32"))]
fn leaked(names: &[&'static str]) -> &'static [&'static str] {
    use std::sync::{Mutex, PoisonError};

    static LISTS: Mutex<Vec<&'static [&'static str]>> = Mutex::new(Vec::new());
    let mut lists = LISTS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = lists.iter().find(|list| are_same(list, names)).copied();
    known.unwrap_or_else(|| {
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
    fn elements_with_the_same_attributes_share_the_list_of_names() {
        let row = |is_on: bool| attributes(tag("p").class("a").attr("aria-sort", is_on.then_some("on")));
        let (on, off) = (row(true), row(false));
        assert!(std::ptr::eq(names(&on), names(&off)));
        assert_eq!(on.iter().collect::<Vec<_>>(), [("class", "a"), ("aria-sort", "on")]);
        assert_eq!(off.iter().collect::<Vec<_>>(), [("class", "a")]);
        assert_eq!(names(&attributes(tag("p").attr("aria-sort", "on").class("a"))), ["aria-sort", "class"]);
    }

    #[test]
    fn each_list_of_names_is_stored_once() {
        let names: [&'static str; 2] = ["data-x".to_owned().leak(), "data-x".to_owned().leak()];
        let count = || NAMES.with_borrow(Vec::len);
        let before = count();
        for name in names.into_iter().cycle().take(6) {
            assert!(std::ptr::eq(interned(&[name]), interned(&[name])));
        }
        assert_eq!(count(), before + 2);
    }

    #[test]
    fn absent_children_keep_their_place_and_a_list_stays_a_list() {
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
