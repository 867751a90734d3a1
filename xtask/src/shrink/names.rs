//! Short names for the imports and exports between a module and its JavaScript. wasm-bindgen's contain hashes, which do not
//! compress, and occur in both files.

use std::collections::HashMap;

/// Prefixes of wasm-bindgen's names. Other names are the library's own and stay.
const PREFIXES: &[&str] = &["__wb", "__externref", "wasm_bindgen_"];
/// Prefix of the properties that Yew sets on elements and events, and its replacement. Their values are counters that each
/// program starts at one, so an app that is another Yew program would mistake the widget's elements for its own.
const YEW_PROPERTIES: (&str, &str) = ("__yew_", "__btw_");
/// For fingerprints of build results.
pub(super) const SETTINGS: (&[&str], (&str, &str)) = (PREFIXES, YEW_PROPERTIES);

const CUSTOM_SECTION: u8 = 0;
const IMPORT_SECTION: u8 = 2;
const EXPORT_SECTION: u8 = 7;

/// Replaces wasm-bindgen's names in the module and in its script. Returns `None` if the module is malformed.
pub(super) fn shorten(wasm: &[u8], script: &str) -> Option<(Vec<u8>, String)> {
    let mut names = HashMap::new();
    let script = shorten_identifiers(script, &mut names);
    let (header, mut rest) = wasm.split_at_checked(8)?;
    let mut module = header.to_vec();
    while let Some((&id, after_id)) = rest.split_first() {
        let (content, after) = split_sized(after_id)?;
        module.push(id);
        match id {
            IMPORT_SECTION | EXPORT_SECTION => push_sized(&mut module, &shorten_strings(content, &names)),
            _ => push_sized(&mut module, content),
        }
        rest = after;
    }
    Some((module, script))
}

/// Replaces the identifiers in a script, and collects wasm-bindgen's with their replacements.
fn shorten_identifiers<'a>(script: &'a str, names: &mut HashMap<&'a [u8], String>) -> String {
    let is_other = |character: char| !character.is_ascii_alphanumeric() && !"_$".contains(character);
    let mut shortened = String::with_capacity(script.len());
    for part in script.split_inclusive(is_other) {
        let identifier = part.trim_end_matches(is_other);
        if PREFIXES.iter().any(|prefix| identifier.starts_with(prefix)) {
            let count = names.len();
            shortened += names.entry(identifier.as_bytes()).or_insert_with(|| format!("${count:x}"));
        } else if let Some(property) = identifier.strip_prefix(YEW_PROPERTIES.0) {
            shortened.extend([YEW_PROPERTIES.1, property]);
        } else {
            shortened += identifier;
        }
        shortened += &part[identifier.len()..];
    }
    shortened
}

/// Replaces every string that is one of `names`, with the length in front of it.
fn shorten_strings(mut rest: &[u8], names: &HashMap<&[u8], String>) -> Vec<u8> {
    let mut shortened = Vec::with_capacity(rest.len());
    while let Some((&byte, after_byte)) = rest.split_first() {
        let string = split_sized(rest).and_then(|(string, after)| Some((names.get(string)?, after)));
        if let Some((name, after)) = string {
            push_sized(&mut shortened, name.as_bytes());
            rest = after;
        } else {
            shortened.push(byte);
            rest = after_byte;
        }
    }
    shortened
}

/// Splits off as many bytes as the LEB128 number at the start says.
fn split_sized(mut bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let size = leb128::read::unsigned(&mut bytes).ok()?;
    bytes.split_at_checked(usize::try_from(size).ok()?)
}

fn push_sized(out: &mut Vec<u8>, bytes: &[u8]) {
    // Writing to a Vec cannot fail.
    let _ = leb128::write::unsigned(out, bytes.len() as u64);
    out.extend(bytes);
}

/// Appends a custom section, which browsers ignore unless a script reads it.
pub(crate) fn push_custom_section(module: &mut Vec<u8>, name: &str, contents: &[u8]) {
    let mut section = Vec::new();
    push_sized(&mut section, name.as_bytes());
    section.extend(contents);
    module.push(CUSTOM_SECTION);
    push_sized(module, &section);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sized(content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        push_sized(&mut bytes, content);
        bytes
    }

    fn module(import: &str, export: &str) -> Vec<u8> {
        let imports = [&[1][..], &sized(b"./m_bg.js"), &sized(import.as_bytes()), &[0, 3]].concat();
        let exports =
            [&[2][..], &sized(b"attach"), &[0, 200, 1], &sized(export.as_bytes()), &[2, 0]].concat();
        let code = [7; 300];
        [b"\0asm\x01\0\0\0", &[2][..], &sized(&imports), &[7], &sized(&exports), &[11], &sized(&code)]
            .concat()
    }

    #[test]
    fn wasm_bindgens_names_and_yews_properties_are_replaced_in_both_files() {
        let long = format!("wasm_bindgen_0123___invoke_{}", "x".repeat(200));
        let script =
            format!("a.__wbg_new_0123456789abcdef(1), wasm.{long}; __wb; attach(…).__yew_id + __wbg_no");
        let (wasm, script) = shorten(&module("__wbg_new_0123456789abcdef", &long), &script).unwrap();
        assert_eq!(wasm, module("$0", "$1"));
        assert_eq!(script, "a.$0(1), wasm.$1; $2; attach(…).__btw_id + $3");
    }

    #[test]
    fn a_custom_section_has_its_size_and_its_name() {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        push_custom_section(&mut wasm, "build", b"0123");
        assert_eq!(wasm, b"\0asm\x01\0\0\0\x00\x0a\x05build0123");
    }

    #[test]
    fn a_truncated_module_is_refused() {
        let wasm = module("__wbg_a", "__wbg_b");
        for length in [0, 7, 9, 12, wasm.len() - 1] {
            assert!(shorten(&wasm[..length], "").is_none(), "{length}");
        }
    }
}
