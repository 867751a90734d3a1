//! Checks the compiler cannot make: placeholders, plural forms, text lengths.

use std::collections::BTreeSet;

use crate::*;

/// Returns a catalogue in all languages, the pseudo language included.
fn all<C: Catalogue>() -> impl Iterator<Item = (Language, C)> {
    Language::ALL.into_iter().chain([Language::Pseudo]).map(|language| (language, C::of(language)))
}

/// Defines a test that runs for each catalogue.
macro_rules! test_each {
    ($(fn $test:ident, $of:ident;)+) => {
        $(#[test]
        fn $test() {
            $of::<Messages>();
            $of::<ListMessages>();
        })+
    };
}

test_each! {
    fn every_message_has_the_placeholders_of_the_english_one, check_placeholders;
    fn every_singular_message_has_a_plural, check_plurals;
    fn no_message_is_empty_or_untranslated, check_translation;
    fn a_catalogue_round_trips_through_its_texts, check_round_trip;
}

fn placeholders(template: &str) -> BTreeSet<&str> {
    let parts = template.split('{').skip(1);
    parts.map(|rest| rest.split_once('}').expect("a placeholder is closed").0).collect()
}

fn check_placeholders<C: Catalogue>() {
    for (language, messages) in all::<C>() {
        for ((name, text), english) in C::NAMES.iter().zip(messages.texts()).zip(C::english().texts()) {
            let (found, mut wanted) = (placeholders(text), placeholders(english));
            // A singular message may leave the number out.
            if name.ends_with("_one") {
                wanted.retain(|name| found.contains(name));
            }
            assert_eq!(found, wanted, "{name} in {}: {text}", language.tag());
            assert!(found.iter().all(|name| !name.is_empty()));
        }
    }
}

fn check_plurals<C: Catalogue>() {
    for name in C::NAMES {
        if let Some(plural) = name.strip_suffix("_one") {
            assert!(C::NAMES.contains(&plural), "{name}");
        }
    }
}

#[test]
fn only_languages_with_plural_forms_have_two_texts() {
    for language in [Language::SimplifiedChinese, Language::TraditionalChinese, Language::Japanese] {
        let messages = Messages::of(language);
        assert_eq!(messages.failed_count_one, messages.failed_count);
        assert_eq!(messages.attention_count_one, messages.attention_count);
        let list = ListMessages::of(language);
        assert_eq!(list.batches_found_one, list.batches_found);
    }
    let portuguese = Messages::of(Language::BrazilianPortuguese);
    assert_ne!(portuguese.failed_count_one, portuguese.failed_count);
}

#[test]
fn the_catalogues_have_different_names() {
    let names: BTreeSet<_> = Messages::NAMES.iter().chain(ListMessages::NAMES).collect();
    assert_eq!(names.len(), Messages::NAMES.len() + ListMessages::NAMES.len());
}

#[test]
fn a_completed_batch_and_a_succeeded_subtask_are_different_words() {
    for language in Language::ALL {
        let messages = Messages::of(language);
        let [completed, succeeded] = [messages.completed, messages.succeeded].map(str::to_lowercase);
        let tag = language.tag();
        assert_ne!(completed, succeeded, "{tag}");
        // SuccessCount is not the number of completed subtasks: failed ones are completed, too.
        for text in [messages.succeeded_of, messages.succeeded_of_unknown, messages.value_text] {
            let text = text.to_lowercase();
            assert!(!text.contains(&completed) && text.contains(&succeeded), "{text} in {tag}");
        }
    }
}

fn check_translation<C: Catalogue>() {
    // Messages that are the same in several languages.
    let shared = [
        "absent",
        "csv",
        "json",
        "utc_time",
        "percent",
        "list",
        "between_sentences",
        "full_stop",
        "labelled",
        "whole_status",
    ];
    for (language, messages) in all::<C>().skip(1) {
        let mut same = 0;
        for ((name, text), english) in C::NAMES.iter().zip(messages.texts()).zip(C::english().texts()) {
            assert!(!text.is_empty() || *name == "between_sentences", "{name} in {}", language.tag());
            assert_eq!(text.trim(), if shared.contains(name) { text.trim() } else { text }, "{name}");
            same += usize::from(text == english && !shared.contains(name));
        }
        // "Status", "Batch", "{hours} h" and the like.
        assert!(same <= 10, "{same} messages of {} are still English", language.tag());
    }
}

#[test]
fn tags_select_the_best_match() {
    use Language::*;
    let table = [
        ("en", Some(English)),
        ("en-GB", Some(English)),
        ("EN_us", Some(English)),
        ("zh", Some(SimplifiedChinese)),
        ("zh-CN", Some(SimplifiedChinese)),
        ("zh-SG", Some(SimplifiedChinese)),
        ("zh-Hans-HK", Some(SimplifiedChinese)),
        ("zh-TW", Some(TraditionalChinese)),
        ("zh-Hant", Some(TraditionalChinese)),
        ("zh-hant-hk", Some(TraditionalChinese)),
        ("zh-MO", Some(TraditionalChinese)),
        ("ja-JP", Some(Japanese)),
        ("id", Some(Indonesian)),
        ("in-ID", Some(Indonesian)),
        ("pt", Some(BrazilianPortuguese)),
        ("pt-PT", Some(BrazilianPortuguese)),
        (" pt-BR", Some(BrazilianPortuguese)),
        ("en-XA", Some(Pseudo)),
        ("de", None),
        ("idx", None),
        ("e", None),
        ("", None),
        ("-", None),
    ];
    for (tag, language) in table {
        assert_eq!(Language::of_tag(tag), language, "{tag}");
    }
    for language in Language::ALL {
        assert_eq!(Language::of_tag(language.tag()), Some(language));
    }
}

fn check_round_trip<C: Catalogue>() {
    for (_, messages) in all::<C>() {
        let texts = messages.texts();
        assert_eq!(texts.len(), C::NAMES.len());
        assert_eq!(size_of::<C>(), size_of_val(&*texts));
        assert!(C::of_texts(&texts[1..]).is_none());
        assert!(C::of_texts(&texts) == Some(&messages));
    }
}

#[test]
fn the_pseudo_language_is_longer() {
    let pseudo = Messages::of(Language::Pseudo);
    let length =
        |messages: &Messages| messages.texts().iter().map(|text| text.chars().count()).sum::<usize>();
    assert!(length(&pseudo) * 10 >= length(&EN) * 13, "{} of {}", length(&pseudo), length(&EN));
    assert_eq!(pseudo.failed_for, "[{count} fáïlëd för {reasons} rëášöñš~öñë~tw]");
}

#[test]
fn a_language_file_is_a_javascript_module() {
    let script = script::<Messages>(Language::Indonesian);
    assert!(script.starts_with("// Bahasa Indonesia."), "{script}");
    assert!(script.contains("export default `\n") && script.ends_with("`;\n") && !script.contains("names"));
    let (_, texts) = script.split_once("export default `\n").unwrap();
    let texts: Vec<&str> = texts.trim_end_matches("`;\n").split('\n').collect();
    assert_eq!(texts, Messages::of(Language::Indonesian).texts(), "each text is one line");
    let english = crate::script::<Messages>(Language::English);
    assert!(english.contains("export const names = `\ndispatching\nrunning\n"));
    let list = crate::script::<ListMessages>(Language::Indonesian);
    assert!(list.contains("Daftar tugas batch") && !list.contains("names"));
    let names = [
        (file_name::<Messages>(Language::Indonesian), "id"),
        (file_name::<ListMessages>(Language::TraditionalChinese), "list/zh-TW"),
    ];
    assert!(names.iter().all(|(name, expected)| name == expected), "{names:?}");
}

#[test]
fn tags_are_canonical_and_select_the_same_language_as_before() {
    for (given, canonical) in [
        ("en-US@posix", Some("en-US")),
        ("en_US.UTF-8@euro", Some("en-US")),
        ("zh_CN.UTF-8", Some("zh-CN")),
        ("zh_TW.Big5", Some("zh-TW")),
        ("zh-hant-hk-u-nu-hanidec", Some("zh-Hant-HK")),
        ("zh-cmn-Hans-CN", Some("zh-Hans-CN")),
        ("pt_BR.UTF-8", Some("pt-BR")),
        ("pt-BR-u-nu-arab", Some("pt-BR")),
        ("ja-u-ca-japanese-nu-hanidec", Some("ja")),
        ("ja-JP-x-private", Some("ja-JP")),
        ("en-u-ca-buddhist", Some("en")),
        ("en-001", Some("en-001")),
        (" EN ", Some("en")),
        ("in_ID", Some("id-ID")),
        ("de-1996", Some("de")),
        ("en--US", Some("en")),
        ("en-US-posix", Some("en-US")),
        ("en-\u{e9}\u{e9}", Some("en")),
        ("eng", Some("eng")),
        ("C", None),
        ("POSIX", None),
        ("C.UTF-8", None),
        ("", None),
        ("*", None),
        ("12", None),
        ("@", None),
        ("\u{4e2d}\u{6587}", None),
    ] {
        let found = canonical_tag(given);
        assert_eq!(found.as_deref(), canonical, "{given}");
        if let Some(tag) = found {
            assert_eq!(canonical_tag(&tag).as_ref(), Some(&tag), "{given}: it is stable");
            assert_eq!(Language::of_tag(&tag), Language::of_tag(given), "{given}");
        }
    }
}
