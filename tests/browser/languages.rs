//! Numbers, dates and zones from the browser's `Intl`, and the loading of languages.
//!
//! The texts of the engines differ in spaces and in the version of their data. So the tests check the form, and compare the
//! clock with that of the engine.

use std::cell::Cell;
use std::rc::Rc;

use batch_task_widget::effect::languages::{self, Loaded, Overrides};
use batch_task_widget::effect::slices::yield_to_page;
use batch_task_widget::i18n::{Catalogue, EN, Language, ListMessages, Locale, Messages, Zone, file_name};
use batch_task_widget::timestamp::Timestamp;
use batch_task_widget::view::format;
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(module = "/tests/browser/languages.js")]
extern "C" {
    fn wall(zone: &str, ms: f64) -> String;
    fn loader(modules: &Object) -> Function;
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn locale(language: Language, zone: &Zone) -> Locale {
    let messages: &'static Messages = Box::leak(Box::new(Messages::of(language)));
    Locale::new(messages, language.tag(), zone)
}

#[wasm_bindgen_test]
fn numbers_and_dates_follow_the_language() {
    for language in Language::ALL {
        let locale = locale(language, &Zone::utc());
        let number = locale.number(1_234_567);
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        assert_eq!((digits.as_str(), number.chars().count()), ("1234567", 9), "{number}");
        assert_eq!(locale.number(999), "999");
        let day = locale.day(at("2026-05-28T23:59:59Z"), true);
        assert!(day.contains("2026") && day.contains("28"), "{day}");
        let short = locale.day(at("2026-05-28T23:59:59Z"), false);
        assert!(!short.contains("2026") && short.contains("28"), "{short}");
        assert!(!locale.time_separator().is_ascii_alphanumeric());
    }
    assert_eq!(locale(Language::English, &Zone::utc()).number(1_234_567), "1,234,567");
    assert_eq!(locale(Language::BrazilianPortuguese, &Zone::utc()).number(-1_234_567), "-1.234.567");
    assert_eq!(
        locale(Language::English, &Zone::utc()).number(i64::MAX),
        "9,223,372,036,854,775,807",
        "without rounding"
    );
    assert!(locale(Language::Japanese, &Zone::utc()).day(at("2026-05-28T00:00:00Z"), true).contains('年'));
}

#[wasm_bindgen_test]
fn plurals_follow_the_language() {
    let one = |language: Language, count| locale(language, &Zone::utc()).plural(count, "one", "others");
    assert_eq!(
        [0, 1, 2, 21].map(|count| one(Language::English, count)),
        ["others", "one", "others", "others"]
    );
    assert_eq!([0, 1, 2].map(|count| one(Language::BrazilianPortuguese, count)), ["one", "one", "others"]);
    for language in
        [Language::SimplifiedChinese, Language::TraditionalChinese, Language::Japanese, Language::Indonesian]
    {
        assert_eq!(one(language, 1), "others");
    }
}

#[wasm_bindgen_test]
fn zones_are_found_by_name() {
    assert_eq!(Zone::named("asia/shanghai").unwrap().name(), "Asia/Shanghai");
    assert!(Zone::named("Mars/Olympus").is_none());
    assert!(Zone::named("Etc/UTC").unwrap().is_utc() && Zone::named("utc").unwrap().is_utc());
    let table = [
        ("Asia/Shanghai", "2026-05-28T16:38:20Z", 480),
        ("Asia/Kathmandu", "2026-05-28T16:38:20Z", 345),
        ("America/St_Johns", "2026-01-28T16:38:20Z", -210),
        ("America/New_York", "2026-11-01T05:59:59Z", -240),
        ("America/New_York", "2026-11-01T06:00:00Z", -300),
        ("America/New_York", "2026-03-08T06:59:59Z", -300),
        ("America/New_York", "2026-03-08T07:00:00Z", -240),
        // Daylight saving of half an hour.
        ("Australia/Lord_Howe", "2026-04-04T14:59:59Z", 660),
        ("Australia/Lord_Howe", "2026-04-04T15:00:00Z", 630),
        ("Europe/London", "2026-01-28T16:38:20Z", 0),
    ];
    for (name, time, offset_min) in table {
        assert_eq!(Zone::named(name).unwrap().offset_min(at(time)), offset_min, "{name} {time}");
    }
}

#[wasm_bindgen_test]
fn times_match_the_engines_clock() {
    let zones =
        ["UTC", "Asia/Tokyo", "America/Sao_Paulo", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"];
    for name in zones {
        let locale = Locale::english().with_zone(&Zone::named(name).unwrap());
        // This step reaches all times of the day and of the year, and different ones each year.
        for step in 0..400 {
            let ms = 1_600_000_000_000 + step * 1_234_567_890;
            let text = format::date_time(Timestamp::from_unix_ms(ms), locale);
            let clock = wall(name, ms as f64);
            assert!(text.contains(&format!(" {clock} UTC")), "{name} {ms}: {text} has no {clock}");
        }
    }
}

#[wasm_bindgen_test]
fn a_change_of_daylight_saving_time_is_shown() {
    let locale = Locale::english().with_zone(&Zone::named("America/New_York").unwrap());
    let (before, after) = (at("2026-11-01T05:30:00Z"), at("2026-11-01T06:30:00Z"));
    assert_eq!(format::cell_time(before, Some(before), locale), "01:30:00");
    assert_eq!(format::cell_time(after, Some(before), locale), "01:30:00 UTC−5");
    assert_eq!(format::zone(Some(before), Some(after), locale), "America/New_York (UTC−4, UTC−5)");
}

fn module<C: Catalogue>(language: Language, edition: u32) -> Object {
    let module = Object::new();
    let texts = format!("\n{}", C::of(language).texts().join("\n"));
    Reflect::set(&module, &"edition".into(), &edition.into()).unwrap();
    Reflect::set(&module, &"default".into(), &texts.into()).unwrap();
    module
}

fn modules(list: &[(Language, u32)]) -> Function {
    let modules = Object::new();
    for &(language, edition) in list {
        Reflect::set(&modules, &language.tag().into(), &module::<Messages>(language, edition)).unwrap();
    }
    loader(&modules)
}

/// Loads a language and returns whether that succeeded.
async fn load(language: Language, overrides: Option<Overrides>) -> bool {
    load_of::<Messages>(language, overrides).await
}

async fn load_of<C: Catalogue>(language: Language, overrides: Option<Overrides>) -> bool {
    let is_loaded = Rc::new(Cell::new(false));
    let callback = Rc::clone(&is_loaded);
    languages::load::<C>(language, overrides, move || callback.set(true));
    // The promises of the loader are settled in microtasks. A load that fails does not call back.
    for _ in 0..5 {
        yield_to_page().await;
    }
    is_loaded.get()
}

#[wasm_bindgen_test]
async fn a_language_is_loaded_once_and_only_from_a_file_of_this_edition() {
    assert_eq!(loaded(Language::English).unwrap().messages, &EN);
    assert!(loaded(Language::Japanese).is_none());
    languages::set_loader(modules(&[(Language::Japanese, Messages::EDITION), (Language::Indonesian, 1)]));
    assert!(load(Language::Japanese, None).await);
    let japanese = loaded(Language::Japanese).unwrap().messages;
    assert_eq!(*japanese, Messages::of(Language::Japanese));
    assert!(load(Language::Japanese, None).await);
    assert!(std::ptr::eq(japanese, loaded(Language::Japanese).unwrap().messages));
    assert!(!load(Language::Indonesian, None).await, "a file of another edition");
    assert!(!load(Language::BrazilianPortuguese, None).await, "no file");
    assert!(loaded(Language::Indonesian).is_none());
}

/// Returns the widget's catalogue.
fn loaded(language: Language) -> Option<Loaded> {
    languages::loaded(language, None)
}

#[wasm_bindgen_test]
async fn the_list_has_files_of_its_own() {
    let language = Language::TraditionalChinese;
    let modules = Object::new();
    let name = file_name::<ListMessages>(language);
    Reflect::set(&modules, &name.into(), &module::<ListMessages>(language, ListMessages::EDITION)).unwrap();
    languages::set_loader(loader(&modules));
    assert!(load_of::<ListMessages>(language, None).await);
    let list: Option<Loaded<ListMessages>> = languages::loaded(language, None);
    assert_eq!(list.unwrap().messages, &ListMessages::of(language));
    assert!(loaded(language).is_none(), "the widget's file is another one");
}

#[wasm_bindgen_test]
async fn overrides_are_passed_to_the_loader_and_cached_separately() {
    let module = module::<Messages>(Language::English, Messages::EDITION);
    Reflect::set(&module, &"wrong".into(), &"messages: no".into()).unwrap();
    let modules = Object::new();
    Reflect::set(&modules, &"en".into(), &module).unwrap();
    let loader = loader(&modules);
    languages::set_loader(loader.clone());
    let texts = Object::new();
    Reflect::set(&texts, &"pause".into(), &"Hold".into()).unwrap();
    let overrides = Overrides(texts);
    let with_overrides = || -> Option<Loaded> { languages::loaded(Language::English, Some(&overrides)) };
    assert!(with_overrides().is_none());
    assert!(load(Language::English, Some(overrides.clone())).await);
    assert_eq!(with_overrides().unwrap().wrong, "messages: no");
    assert_eq!(loaded(Language::English).unwrap().wrong, "");
    let given = Reflect::get(&loader, &"given".into()).unwrap();
    assert!(Object::is(&Reflect::get(&given, &0.into()).unwrap(), &overrides.0), "the host's own object");
}

#[wasm_bindgen_test]
fn a_tag_selects_the_language_and_the_formats() {
    let choose = |tag| languages::choose(Some(tag));
    assert_eq!(choose("zh-Hant-HK"), (Language::TraditionalChinese, "zh-Hant-HK".to_owned()));
    assert_eq!(choose("EN-gb"), (Language::English, "en-GB".to_owned()));
    assert_eq!(choose("de"), (Language::English, "en".to_owned()), "no German dates between English words");
    let day = |tag: &str| Locale::new(&EN, tag, &Zone::utc()).day(at("2026-05-28T00:00:00Z"), false);
    assert_eq!((day("en-GB").as_str(), day("en").as_str()), ("28 May", "May 28"));
    assert_eq!(day("no such tag!"), "May 28");
}
