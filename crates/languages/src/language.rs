//! The supported languages, and how a language tag selects one.

/// A supported language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, the only one that is compiled into the WebAssembly.
    #[default]
    English,
    /// Simplified Chinese.
    SimplifiedChinese,
    /// Traditional Chinese.
    TraditionalChinese,
    /// Japanese.
    Japanese,
    /// Indonesian.
    Indonesian,
    /// Brazilian Portuguese.
    BrazilianPortuguese,
    /// English with accents and 40 % longer texts, for layout tests. Not shipped.
    Pseudo,
}

impl Language {
    /// The shipped languages, in the order of the page's language menu.
    pub const ALL: [Self; 6] = [
        Self::English,
        Self::SimplifiedChinese,
        Self::TraditionalChinese,
        Self::Japanese,
        Self::Indonesian,
        Self::BrazilianPortuguese,
    ];

    /// Returns the BCP 47 tag, which is also the name of the language file.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::SimplifiedChinese => "zh-CN",
            Self::TraditionalChinese => "zh-TW",
            Self::Japanese => "ja",
            Self::Indonesian => "id",
            Self::BrazilianPortuguese => "pt-BR",
            Self::Pseudo => "en-XA",
        }
    }

    /// Returns the language's name in the language itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::SimplifiedChinese => "简体中文",
            Self::TraditionalChinese => "繁體中文",
            Self::Japanese => "日本語",
            Self::Indonesian => "Bahasa Indonesia",
            Self::BrazilianPortuguese => "Português (Brasil)",
            Self::Pseudo => "Pseudo",
        }
    }

    /// Returns the best match for a BCP 47 tag, or `None` if the language is not supported. Ignores case and accepts `_` for
    /// `-`.
    ///
    /// For Chinese, the script decides, or else the region: Taiwan, Hong Kong and Macao mean Traditional Chinese. Every `pt`
    /// tag means Brazilian Portuguese.
    ///
    /// ```
    /// use batch_task_languages::Language;
    ///
    /// assert_eq!(Language::of_tag("zh-Hant-HK"), Some(Language::TraditionalChinese));
    /// assert_eq!(Language::of_tag("pt"), Some(Language::BrazilianPortuguese));
    /// assert_eq!(Language::of_tag("de"), None);
    /// ```
    pub fn of_tag(tag: &str) -> Option<Self> {
        let (&[first, second], rest) = tag.trim_ascii().as_bytes().split_first_chunk()?;
        // A third letter makes it a three-letter code, which is another language.
        if rest.first().is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        Some(match &[first.to_ascii_lowercase(), second.to_ascii_lowercase()] {
            b"en" if has(rest, "XA") => Self::Pseudo,
            b"en" => Self::English,
            b"zh" if has(rest, "Hant") => Self::TraditionalChinese,
            b"zh" if has(rest, "Hans") => Self::SimplifiedChinese,
            b"zh" if has(rest, "TW") || has(rest, "HK") || has(rest, "MO") => Self::TraditionalChinese,
            b"zh" => Self::SimplifiedChinese,
            b"ja" => Self::Japanese,
            b"id" | b"in" => Self::Indonesian,
            b"pt" => Self::BrazilianPortuguese,
            _ => return None,
        })
    }
}

/// Returns the canonical form of a language tag: language, script and region, as BCP 47 spells them. `None` if it does not start
/// with a language.
///
/// Accepts the names of POSIX locales, ignores what follows the region (encodings, variants and extensions, which select other
/// digits and calendars), and ends at the first subtag that is not valid.
///
/// ```
/// use batch_task_languages::canonical_tag;
///
/// assert_eq!(canonical_tag("zh_CN.UTF-8").as_deref(), Some("zh-CN"));
/// assert_eq!(canonical_tag("EN-latn-us-u-nu-arab").as_deref(), Some("en-Latn-US"));
/// assert_eq!(canonical_tag("?"), None);
/// ```
pub fn canonical_tag(tag: &str) -> Option<String> {
    let tag = tag.trim_ascii();
    let end = tag.bytes().position(|byte| byte == b'.' || byte == b'@').unwrap_or(tag.len());
    let mut subtags = tag.get(..end)?.split(['-', '_']);
    let is_alphabetic = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut canonical = match subtags.next()?.to_ascii_lowercase() {
        language if !(2..=3).contains(&language.len()) || !is_alphabetic(&language) => return None,
        // Java and Android still use the old code.
        language if language == "in" => "id".to_owned(),
        language => language,
    };
    let (mut has_script, mut is_first) = (false, true);
    for subtag in subtags {
        let is_region = match subtag.len() {
            2 => is_alphabetic(subtag),
            3 => subtag.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        if is_region {
            canonical.push('-');
            canonical.push_str(&subtag.to_ascii_uppercase());
            break;
        }
        if subtag.len() == 4 && is_alphabetic(subtag) && !has_script {
            canonical.push('-');
            canonical.push_str(&subtag[..1].to_ascii_uppercase());
            canonical.push_str(&subtag[1..].to_ascii_lowercase());
            has_script = true;
        } else if subtag.len() != 3 || !is_alphabetic(subtag) || !is_first {
            break;
        }
        // A language of three letters may follow the first one, as in `zh-cmn-Hans`, which says no more than `zh-Hans`.
        is_first = false;
    }
    Some(canonical)
}

/// Returns whether one of the subtags equals `wanted`, ignoring case. Each subtag has a separator in front.
fn has(mut parts: &[u8], wanted: &str) -> bool {
    while let Some((_, part)) = parts.split_first() {
        let end = part.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(part.len());
        let (part, rest) = part.split_at(end);
        if part.eq_ignore_ascii_case(wanted.as_bytes()) {
            return true;
        }
        parts = rest;
    }
    false
}
