//! The language of a visit: that of the URL, or the first one of the browser that the page has.

use batch_task_languages::{Language, canonical_tag};

/// Returns the language. `tag` is that of the URL; as in the page's program, an unknown one means English.
pub(crate) fn chosen(tag: Option<&str>, accept_language: Option<&str>) -> Language {
    let found = match tag {
        Some(tag) => of_tag(tag),
        None => accept_language.and_then(accepted),
    };
    found.unwrap_or_default()
}

fn of_tag(tag: &str) -> Option<Language> {
    // The pseudo-language is not shipped.
    Language::of_tag(&canonical_tag(tag)?).filter(|language| Language::ALL.contains(language))
}

/// Returns the known language with the largest weight in the value of `Accept-Language` (RFC 9110), or the first one of them.
fn accepted(header: &str) -> Option<Language> {
    let mut best = None;
    for item in header.split(',') {
        let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse::<f32>().ok());
        let weight = weight.filter(|weight| *weight > 0.0).unwrap_or(0.0);
        if let Some(language) = of_tag(tag.trim())
            && best.is_none_or(|(_, largest)| weight > largest)
            && weight > 0.0
        {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_decides_then_the_browser_then_english() {
        use Language::{English, Indonesian, Japanese, SimplifiedChinese, TraditionalChinese};
        for (tag, accept, expected) in [
            (Some("ja"), Some("id"), Japanese),
            (Some("zh_TW.UTF-8"), None, TraditionalChinese),
            (Some("de"), Some("ja"), English),
            (Some("en-XA"), Some("ja"), English),
            (None, Some("de-DE,de;q=0.9,id;q=0.8,ja;q=0.7"), Indonesian),
            (None, Some("ja;q=0.5, zh-CN;q=0.9, en;q=0.1"), SimplifiedChinese),
            (None, Some("zh-Hant-HK, ja"), TraditionalChinese),
            (None, Some("ja;q=0, en;q=0.1"), English),
            (None, Some("ja;q=x, id;q=0.1"), Indonesian),
            (None, Some("*"), English),
            (None, Some(",;;=,"), English),
            (None, None, English),
        ] {
            assert_eq!(chosen(tag, accept), expected, "{tag:?} {accept:?}");
        }
    }
}
