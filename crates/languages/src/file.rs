//! Writes a catalogue as a JavaScript module. Bundlers follow its import, and a content security policy that allows the
//! widget's scripts allows it too.

use crate::{Language, Messages};

/// Returns the source of a language's JavaScript module: the edition and the messages, one per line. The English module also
/// has the message names, which hosts use to override messages.
pub fn script(language: Language) -> String {
    let name = language.name();
    let mut text = format!(
        "// {name}. Generated from the catalogue in crates/languages/src/; see docs/languages.md.\nexport const edition = {};\n",
        Messages::EDITION
    );
    if language == Language::English {
        text.push_str(&format!("export const names = `\n{}`;\n", Messages::NAMES.join("\n")));
    }
    let texts = language.messages().texts().join("\n");
    text.push_str("export default `\n");
    for character in texts.chars() {
        if matches!(character, '`' | '\\' | '$') {
            text.push('\\');
        }
        text.push(character);
    }
    text + "`;\n"
}
