//! The languages of a page: which one is meant, and their files, which are loaded when they are asked for.
//!
//! It owns how a file becomes a catalogue. What a message says, and when it is shown, is not its business.

use std::cell::RefCell;

use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use yew::platform::spawn_local;

use super::{document, window};
use crate::i18n::{EN, Language, Messages};

/// A page may override messages in so many ways: each is kept for good.
const MAX_OVERRIDES: usize = 32;

thread_local! {
    static LANGUAGES: RefCell<Languages> = const { RefCell::new(Languages { loader: None, loaded: Vec::new() }) };
}

struct Languages {
    loader: Option<Function>,
    loaded: Vec<(Language, String, Loaded)>,
}

/// Messages that a host gives in place of those of the language: an object of texts by name. Equal to itself alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Overrides(pub Object);

/// What a language says, as far as it is here.
#[derive(Clone, Copy)]
pub struct Loaded {
    /// Its messages, with the host's.
    pub messages: &'static Messages,
    /// A sentence on what the host gave that is none; or empty.
    pub wrong: &'static str,
}

/// Says where the files are: `loader` is given a language's tag, such as `zh-CN`, and the host's overrides or `undefined`, and
/// promises an object: `edition` and `default` as the file exports them, the latter with the overrides in it, and `wrong`, a
/// sentence on those that have no message, if there are any.
///
/// The npm package and the standalone page do this by themselves; until it is done, everything is English.
pub fn set_loader(loader: Function) {
    LANGUAGES.with_borrow_mut(|languages| languages.loader = Some(loader));
}

/// The language that a host asks for, with the tag that dates and numbers are to follow. Without a tag, or an empty one,
/// the document's `lang` decides, and then the viewer's browser; a tag of no language that there is means English.
pub fn choose(tag: Option<&str>) -> (Language, String) {
    let given = |tag: String| Some(tag.trim_ascii().to_owned()).filter(|tag| !tag.is_empty());
    let of_document = || given(document()?.document_element()?.get_attribute("lang")?);
    match tag.map(str::to_owned).and_then(given).or_else(of_document) {
        Some(tag) => of_tag(&tag).unwrap_or_else(english),
        None => browser_language(),
    }
}

/// The first of the viewer's languages that there is, else English.
pub fn browser_language() -> (Language, String) {
    let tags = window().map(|window| window.navigator().languages());
    let mut tags = tags.iter().flat_map(|tags| tags.iter());
    tags.find_map(|tag| of_tag(&tag.as_string()?)).unwrap_or_else(english)
}

fn of_tag(tag: &str) -> Option<(Language, String)> {
    // A tag with an underscore is none to `Intl`, which then writes English.
    Some((Language::of_tag(tag)?, tag.to_owned()))
}

fn english() -> (Language, String) {
    (Language::English, Language::English.tag().to_owned())
}

/// What a language says, with the host's overrides, if it is here.
pub fn loaded(language: Language, overrides: Option<&Overrides>) -> Option<Loaded> {
    if language == Language::English && overrides.is_none() {
        return Some(Loaded { messages: &EN, wrong: "" });
    }
    let key = key(overrides);
    LANGUAGES.with_borrow(|languages| {
        let mut loaded = languages.loaded.iter();
        loaded.find(|(other, text, _)| *other == language && *text == key).map(|(.., loaded)| *loaded)
    })
}

/// Loads what [`loaded`] does not have; `done` is called once it has. It is not called if that fails, and whoever asks
/// again tries again.
pub fn load(language: Language, overrides: Option<Overrides>, done: impl FnOnce() + 'static) {
    let loader = LANGUAGES.with_borrow(|languages| languages.loader.clone());
    let given = overrides.as_ref().map_or(JsValue::UNDEFINED, |overrides| JsValue::from(&overrides.0));
    let promise =
        loader.and_then(|loader| loader.call2(&JsValue::UNDEFINED, &language.tag().into(), &given).ok());
    let Some(promise) = promise.and_then(|promise| promise.dyn_into::<Promise>().ok()) else { return };
    spawn_local(async move {
        // Whoever loads tells of a failure: it knows the address.
        let Ok(module) = JsFuture::from(promise).await else { return };
        if loaded(language, overrides.as_ref()).is_some()
            || store(language, overrides.as_ref(), &module).is_some()
        {
            done();
        }
    });
}

/// Makes a catalogue of a file's module, unless that is of another version or there are too many.
fn store(language: Language, overrides: Option<&Overrides>, module: &JsValue) -> Option<()> {
    // First of all: what a catalogue is made of is never let go.
    let has_room = overrides.is_none() || count_overrides() < MAX_OVERRIDES;
    let get = |name: &str| Reflect::get(module, &name.into()).ok();
    let text = |name: &str| get(name)?.as_string().map(|text| &*text.leak());
    let is_ours = get("edition")?.as_f64()? == f64::from(Messages::EDITION);
    let mut rest = (is_ours && has_room).then(|| text("default"))??;
    let mut texts: Vec<&'static str> = Vec::new();
    // The first line is empty.
    while let Some((_, lines)) = rest.split_once('\n') {
        texts.push(lines.split_once('\n').map_or(lines, |(line, _)| line));
        rest = lines;
    }
    let messages = Messages::of_texts(texts.leak())?;
    let loaded = Loaded { messages, wrong: text("wrong").unwrap_or_default() };
    LANGUAGES.with_borrow_mut(|languages| languages.loaded.push((language, key(overrides), loaded)));
    Some(())
}

/// How many catalogues have messages of a host's.
fn count_overrides() -> usize {
    LANGUAGES.with_borrow(|languages| languages.loaded.iter().filter(|(_, key, _)| !key.is_empty()).count())
}

/// Tells what one host gives from what another does.
fn key(overrides: Option<&Overrides>) -> String {
    let text = overrides.and_then(|overrides| JSON::stringify(&overrides.0).ok());
    text.map(String::from).unwrap_or_default()
}
