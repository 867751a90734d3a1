//! Chooses the language of a page, and loads its messages.

use std::cell::RefCell;

use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use yew::platform::spawn_local;

use super::{document, window};
use crate::i18n::{Catalogue, Language, Messages, canonical_tag, file_name};

/// How many sets of overrides a page can have. They are never freed.
const MAX_OVERRIDES: usize = 32;

thread_local! {
    static LANGUAGES: RefCell<Languages> = const { RefCell::new(Languages { loader: None, loaded: Vec::new() }) };
}

struct Languages {
    loader: Option<Function>,
    loaded: Vec<LoadedFile>,
}

/// The texts of a language file.
struct LoadedFile {
    /// The path of its catalogue.
    path: &'static str,
    language: Language,
    /// Identifies the overrides.
    key: String,
    texts: &'static [&'static str],
    wrong: &'static str,
}

/// Messages of a host that replace those of the language: an object of texts by name. Compared by identity.
#[derive(Clone, Debug, PartialEq)]
pub struct Overrides(pub Object);

/// A catalogue in a loaded language.
pub struct Loaded<C: Catalogue = Messages> {
    /// The messages, with the host's overrides.
    pub messages: &'static C,
    /// An error text about invalid overrides, or empty.
    pub wrong: &'static str,
}

/// Sets the function that loads a language file. It gets the file's name, such as `zh-CN` or `list/zh-CN`, and the host's overrides
/// or `undefined`, and returns a promise of an object: `edition` and `default` as the language's file exports them, with the
/// overrides applied to `default`, and `wrong`, an error text about unknown overrides.
///
/// The npm package and the standalone page set it. Until then, all texts are English.
pub fn set_loader(loader: Function) {
    LANGUAGES.with_borrow_mut(|languages| languages.loader = Some(loader));
}

/// Returns the language to use, and its canonical tag for `lang`, numbers and dates. Without a tag, the document's `lang` is used, or else
/// the browser's languages. A tag of an unknown language means English.
pub fn choose(tag: Option<&str>) -> (Language, String) {
    let given = |tag: String| Some(tag.trim_ascii().to_owned()).filter(|tag| !tag.is_empty());
    let of_document = || given(document()?.document_element()?.get_attribute("lang")?);
    match tag.map(str::to_owned).and_then(given).or_else(of_document) {
        Some(tag) => of_tag(&tag).unwrap_or_else(english),
        None => browser_language(),
    }
}

/// Returns the first known language of the browser's list, or English.
pub fn browser_language() -> (Language, String) {
    let tags = window().map(|window| window.navigator().languages());
    let mut tags = tags.iter().flat_map(|tags| tags.iter());
    tags.find_map(|tag| of_tag(&tag.as_string()?)).unwrap_or_else(english)
}

fn of_tag(tag: &str) -> Option<(Language, String)> {
    let tag = canonical_tag(tag)?;
    Some((Language::of_tag(&tag)?, tag))
}

fn english() -> (Language, String) {
    (Language::English, Language::English.tag().to_owned())
}

/// Returns the messages of a language with the host's overrides, if they are loaded.
pub fn loaded<C: Catalogue>(language: Language, overrides: Option<&Overrides>) -> Option<Loaded<C>> {
    if language == Language::English && overrides.is_none() {
        return Some(Loaded { messages: C::english(), wrong: "" });
    }
    let (texts, wrong) = loaded_file(C::PATH, language, overrides)?;
    Some(Loaded { messages: C::of_texts(texts)?, wrong })
}

/// Loads a language, and calls `done` when it is loaded. If loading fails, `done` is not called, and the next call tries
/// again.
pub fn load<C: Catalogue>(language: Language, overrides: Option<Overrides>, done: impl FnOnce() + 'static) {
    let name = file_name::<C>(language);
    let loader = LANGUAGES.with_borrow(|languages| languages.loader.clone());
    let given = overrides.as_ref().map_or(JsValue::UNDEFINED, |overrides| JsValue::from(&overrides.0));
    let promise = loader.and_then(|loader| loader.call2(&JsValue::UNDEFINED, &name.into(), &given).ok());
    let Some(promise) = promise.and_then(|promise| promise.dyn_into::<Promise>().ok()) else { return };
    spawn_local(async move {
        // The loader reports the error: it knows the URL.
        let Ok(module) = JsFuture::from(promise).await else { return };
        if loaded_file(C::PATH, language, overrides.as_ref()).is_some()
            || store::<C>(language, overrides.as_ref(), &module).is_some()
        {
            done();
        }
    });
}

/// Returns the texts of a loaded file, and the error text about its overrides.
fn loaded_file(
    path: &str,
    language: Language,
    overrides: Option<&Overrides>,
) -> Option<(&'static [&'static str], &'static str)> {
    let key = key(overrides);
    LANGUAGES.with_borrow(|languages| {
        let mut loaded = languages.loaded.iter();
        let file = loaded.find(|file| file.language == language && file.path == path && file.key == key)?;
        Some((file.texts, file.wrong))
    })
}

/// Stores the messages of a loaded module; `None` if it is of another version or there are too many overrides.
fn store<C: Catalogue>(language: Language, overrides: Option<&Overrides>, module: &JsValue) -> Option<()> {
    // Checked first, since the texts are leaked.
    let has_room = overrides.is_none() || count_overrides(C::PATH) < MAX_OVERRIDES;
    let get = |name: &str| Reflect::get(module, &name.into()).ok();
    let text = |name: &str| get(name)?.as_string().map(|text| &*text.leak());
    let is_ours = get("edition")?.as_f64()? == f64::from(C::EDITION);
    let mut rest = (is_ours && has_room).then(|| text("default"))??;
    let mut texts: Vec<&'static str> = Vec::new();
    // The first line is empty.
    while let Some((_, lines)) = rest.split_once('\n') {
        texts.push(lines.split_once('\n').map_or(lines, |(line, _)| line));
        rest = lines;
    }
    let texts = texts.leak();
    C::of_texts(texts)?;
    let (key, wrong) = (key(overrides), text("wrong").unwrap_or_default());
    let file = LoadedFile { path: C::PATH, language, key, texts, wrong };
    LANGUAGES.with_borrow_mut(|languages| languages.loaded.push(file));
    Some(())
}

/// Counts the stored files of a catalogue with overrides.
fn count_overrides(path: &str) -> usize {
    let is_one = |file: &&LoadedFile| file.path == path && !file.key.is_empty();
    LANGUAGES.with_borrow(|languages| languages.loaded.iter().filter(is_one).count())
}

/// Returns a key that identifies the overrides.
fn key(overrides: Option<&Overrides>) -> String {
    let text = overrides.and_then(|overrides| JSON::stringify(&overrides.0).ok());
    text.map(String::from).unwrap_or_default()
}
