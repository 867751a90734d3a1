//! The supported languages, and how a language tag selects one.

use crate::en::EN;
use crate::id::ID;
use crate::ja::JA;
use crate::messages::Messages;
use crate::pseudo::pseudo;
use crate::pt_br::PT_BR;
use crate::zh_cn::ZH_CN;
use crate::zh_tw::ZH_TW;

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

    /// Returns the messages. A call with a language that is not known at compile time links all catalogues into the program.
    pub fn messages(self) -> Messages {
        match self {
            Self::English => EN.clone(),
            Self::SimplifiedChinese => ZH_CN.clone(),
            Self::TraditionalChinese => ZH_TW.clone(),
            Self::Japanese => JA.clone(),
            Self::Indonesian => ID.clone(),
            Self::BrazilianPortuguese => PT_BR.clone(),
            Self::Pseudo => pseudo(&EN),
        }
    }
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
