//! Checks the compiler cannot make: placeholders, plural forms, text lengths.

use std::collections::BTreeSet;

use crate::*;

/// Returns all languages, the pseudo language included.
fn all() -> impl Iterator<Item = (Language, Messages)> {
    Language::ALL.into_iter().chain([Language::Pseudo]).map(|language| (language, language.messages()))
}

fn placeholders(template: &str) -> BTreeSet<&str> {
    let parts = template.split('{').skip(1);
    parts.map(|rest| rest.split_once('}').expect("a placeholder is closed").0).collect()
}

#[test]
fn every_message_has_the_placeholders_of_the_english_one() {
    for (language, messages) in all() {
        for ((name, text), english) in Messages::NAMES.iter().zip(messages.texts()).zip(EN.texts()) {
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

#[test]
fn every_singular_message_has_a_plural() {
    for name in Messages::NAMES {
        if let Some(plural) = name.strip_suffix("_one") {
            assert!(Messages::NAMES.contains(&plural), "{name}");
        }
    }
    // Chinese and Japanese have no plural forms.
    for language in [Language::SimplifiedChinese, Language::TraditionalChinese, Language::Japanese] {
        let messages = language.messages();
        assert_eq!(messages.failed_count_one, messages.failed_count);
        assert_eq!(messages.attention_count_one, messages.attention_count);
    }
    let portuguese = Language::BrazilianPortuguese.messages();
    assert_ne!(portuguese.failed_count_one, portuguese.failed_count);
}

#[test]
fn a_completed_batch_and_a_succeeded_subtask_are_different_words() {
    for language in Language::ALL {
        let messages = language.messages();
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

#[test]
fn no_message_is_empty_or_untranslated() {
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
    for (language, messages) in all().skip(1) {
        let mut same = 0;
        for ((name, text), english) in Messages::NAMES.iter().zip(messages.texts()).zip(EN.texts()) {
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

#[test]
fn a_catalogue_round_trips_through_its_texts() {
    for (_, messages) in all() {
        let texts = messages.texts();
        assert_eq!(texts.len(), Messages::NAMES.len());
        assert_eq!(size_of::<Messages>(), size_of_val(&*texts));
        assert_eq!(Messages::of_texts(&texts[1..]), None);
        assert_eq!(Messages::of_texts(&texts), Some(&messages));
    }
}

#[test]
fn the_pseudo_language_is_longer() {
    let pseudo = Language::Pseudo.messages();
    let length =
        |messages: &Messages| messages.texts().iter().map(|text| text.chars().count()).sum::<usize>();
    assert!(length(&pseudo) * 10 >= length(&EN) * 13, "{} of {}", length(&pseudo), length(&EN));
    assert_eq!(pseudo.failed_for, "[{count} fáïlëd för {reasons} rëášöñš~öñë~tw]");
}

#[test]
fn a_language_file_is_a_javascript_module() {
    let script = script(Language::Indonesian);
    assert!(script.starts_with("// Bahasa Indonesia."), "{script}");
    assert!(script.contains("export default `\n") && script.ends_with("`;\n") && !script.contains("names"));
    let (_, texts) = script.split_once("export default `\n").unwrap();
    let texts: Vec<&str> = texts.trim_end_matches("`;\n").split('\n').collect();
    assert_eq!(texts, Language::Indonesian.messages().texts(), "each text is one line");
    let english = crate::script(Language::English);
    assert!(english.contains("export const names = `\ndispatching\nrunning\n"));
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
