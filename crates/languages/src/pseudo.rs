//! The pseudo language `en-XA`: English with accents and 40 % longer, which reveals texts that are untranslated, clipped or
//! concatenated.

use crate::catalogue::Catalogue;

/// Returns `messages` with accented letters, 40 % more of them, and brackets around each message. Placeholders are kept.
///
/// The texts are leaked, as for every catalogue that is created at run time; that happens once per page.
pub(crate) fn pseudo<C: Catalogue>(messages: &C) -> C {
    let texts = messages.texts().into_iter().map(|text| &*expanded(text).leak());
    C::of_texts(&texts.collect::<Vec<_>>()).unwrap_or(messages).clone()
}

fn expanded(text: &str) -> String {
    // Separators, which have no letters, stay as they are.
    if !text.chars().any(char::is_alphabetic) || text == "{label}: {value}" {
        return text.to_owned();
    }
    let (mut out, mut letters, mut is_placeholder) = (String::from("["), 0, false);
    for character in text.chars() {
        is_placeholder = (is_placeholder || character == '{') && character != '}';
        out.push(if is_placeholder { character } else { accented(character) });
        letters += usize::from(!is_placeholder);
    }
    // The two brackets count towards the 40 %; every text gains at least one letter.
    let more = (letters * 2).div_ceil(5).saturating_sub(2).max(1);
    out.extend("~one~two~three~four~five".chars().cycle().take(more).map(accented));
    out.push(']');
    out
}

const fn accented(letter: char) -> char {
    match letter {
        'a' => 'á',
        'e' => 'ë',
        'i' => 'ï',
        'o' => 'ö',
        'u' => 'ü',
        'c' => 'ç',
        'n' => 'ñ',
        's' => 'š',
        'A' => 'Å',
        'E' => 'É',
        'I' => 'Î',
        'O' => 'Ø',
        'U' => 'Û',
        other => other,
    }
}
