//! A catalogue as a file: a JavaScript module, which every bundler can follow and every policy that lets the widget's own
//! script in lets in too.

use crate::{Language, Messages};

/// The module of one language: its texts, one a line, and the edition that their order belongs to. The English one has the
/// messages' names too, for hosts that change some.
pub fn script(language: Language) -> String {
    let name = language.name();
    let mut text = format!(
        "// {name}. Generated from the catalogue in crates/languages/src/; docs/languages.md tells how.\nexport const edition = {};\n",
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
