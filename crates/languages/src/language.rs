//! The languages that there are, and which one a tag means.

use crate::Messages;
use crate::en::EN;
use crate::id::ID;
use crate::ja::JA;
use crate::pseudo::pseudo;
use crate::pt_br::PT_BR;
use crate::zh_cn::ZH_CN;
use crate::zh_tw::ZH_TW;

/// A language that the widget can speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, which is always there.
    #[default]
    English,
    /// 简体中文.
    SimplifiedChinese,
    /// 繁體中文.
    TraditionalChinese,
    /// 日本語.
    Japanese,
    /// Bahasa Indonesia.
    Indonesian,
    /// Português (Brasil).
    BrazilianPortuguese,
    /// English with its letters dressed up and 40 % longer, to find what has no room. Not part of what is shipped.
    Pseudo,
}

impl Language {
    /// All that are shipped, in the order in which a viewer chooses.
    pub const ALL: [Self; 6] = [
        Self::English,
        Self::SimplifiedChinese,
        Self::TraditionalChinese,
        Self::Japanese,
        Self::Indonesian,
        Self::BrazilianPortuguese,
    ];

    /// Its BCP 47 tag, which is also the name of its file.
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

    /// What its speakers call it.
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

    /// The language that is nearest to a BCP 47 tag, in any case and with `_` for `-`; `None` if none is near.
    ///
    /// Chinese goes by its script, and without one by its region: Taiwan, Hong Kong and Macao write traditional characters.
    /// All Portuguese is the Brazilian one.
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
        // A third letter makes it another language.
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

    /// What it says. Whoever calls this for a language that the program does not know beforehand has all of them in it.
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

/// Whether one of the parts, each of which has a mark before it, is the one wanted, in any case.
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
