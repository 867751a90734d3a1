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
        let mut parts = tag.trim_ascii().split(['-', '_']);
        let primary = parts.next()?;
        let is = |wanted: &str| primary.eq_ignore_ascii_case(wanted);
        let has = |wanted: &str| parts.clone().any(|part| part.eq_ignore_ascii_case(wanted));
        Some(if is("en") {
            if has("XA") { Self::Pseudo } else { Self::English }
        } else if is("zh") {
            let is_traditional = has("Hant") || (!has("Hans") && (has("TW") || has("HK") || has("MO")));
            if is_traditional { Self::TraditionalChinese } else { Self::SimplifiedChinese }
        } else if is("ja") {
            Self::Japanese
        } else if is("id") || is("in") {
            Self::Indonesian
        } else if is("pt") {
            Self::BrazilianPortuguese
        } else {
            return None;
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
