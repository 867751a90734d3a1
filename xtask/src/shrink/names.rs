//! Short names between a module and its JavaScript. wasm-bindgen's carry hashes, which no compressor makes smaller, and
//! each stands in both files. And names of our own for what Yew leaves on the page's elements.
//!
//! It knows the binary format's sections, and of JavaScript what an identifier is.

use std::collections::HashMap;
use std::ops::Range;

/// What wasm-bindgen's own names begin with; all others are the library's and stay.
const OWN: &[&str] = &["__wb", "__externref", "wasm_bindgen__"];
/// What the properties begin with that Yew gives to elements and events, and what they begin with here. They are numbers, which
/// each program counts from one: an app around the widget that is another would take the widget's elements for its own.
const PROPERTIES: (&str, &str) = ("__yew_", "__btw_");
/// What is done here, for deciding whether something would come out as it did.
pub(super) const RECIPE: (&[&str], (&str, &str)) = (OWN, PROPERTIES);
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// The module and its script with short names in place of wasm-bindgen's; `None` if it is not a module as wasm-bindgen
/// writes them.
pub(super) fn shorten(wasm: &[u8], script: &str) -> Option<(Vec<u8>, String)> {
    let mut names = Names::default();
    let mut module = wasm.get(..8)?.to_vec();
    let mut reader = Reader { bytes: wasm, at: 8 };
    while reader.at < wasm.len() {
        let id = reader.byte()?;
        let length = reader.number()?;
        let content = reader.take(length)?;
        let content = match id {
            IMPORTS => names.in_entries(content, 2, import_end)?,
            EXPORTS => names.in_entries(content, 1, export_end)?,
            _ => content.to_vec(),
        };
        module.push(id);
        put_number(&mut module, content.len());
        module.extend(content);
    }
    Some((module, names.in_script(script)))
}

#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    /// A section of entries, each of which is so many names and something that `end` reads to its end.
    fn in_entries(
        &mut self,
        section: &[u8],
        names: usize,
        end: fn(&mut Reader<'_>) -> Option<()>,
    ) -> Option<Vec<u8>> {
        let mut reader = Reader { bytes: section, at: 0 };
        let count = reader.number()?;
        let mut out = Vec::with_capacity(section.len());
        put_number(&mut out, count);
        for _ in 0..count {
            for _ in 0..names {
                let length = reader.number()?;
                let name = self.short(std::str::from_utf8(reader.take(length)?).ok()?);
                put_number(&mut out, name.len());
                out.extend(name.as_bytes());
            }
            let begin = reader.at;
            end(&mut reader)?;
            out.extend(section.get(begin..reader.at)?);
        }
        (reader.at == section.len()).then_some(out)
    }

    fn short(&mut self, name: &str) -> String {
        if !OWN.iter().any(|begin| name.starts_with(begin)) {
            return name.to_owned();
        }
        let count = self.0.len();
        self.0.entry(name.to_owned()).or_insert_with(|| format!("${}", base_36(count))).clone()
    }

    /// The script, with every identifier that is one of the names, or one of Yew's properties, replaced.
    fn in_script(&self, script: &str) -> String {
        let mut out = String::with_capacity(script.len());
        let mut rest = script;
        while !rest.is_empty() {
            let is_part = |character: char| character.is_ascii_alphanumeric() || "_$".contains(character);
            let (other, from_word) = rest.split_at(rest.find(is_part).unwrap_or(rest.len()));
            let is_behind = |character| !is_part(character);
            let (word, behind) = from_word.split_at(from_word.find(is_behind).unwrap_or(from_word.len()));
            out.push_str(other);
            let (yews, ours) = PROPERTIES;
            match word.strip_prefix(yews) {
                Some(property) => out.extend([ours, property]),
                None => out.push_str(self.0.get(word).map_or(word, String::as_str)),
            }
            rest = behind;
        }
        out
    }
}

fn base_36(mut number: usize) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[number % 36] as char);
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

/// An import of a function; wasm-bindgen makes no others.
fn import_end(reader: &mut Reader<'_>) -> Option<()> {
    (reader.byte()? == 0).then_some(())?;
    reader.number().map(drop)
}

fn export_end(reader: &mut Reader<'_>) -> Option<()> {
    reader.byte()?;
    reader.number().map(drop)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let range: Range<usize> = self.at..self.at.checked_add(length)?;
        self.at = range.end;
        self.bytes.get(range)
    }

    /// An unsigned LEB128.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

fn put_number(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = (number & 0x7F) as u8;
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        let mut section = vec![id];
        put_number(&mut section, content.len());
        section.extend(content);
        section
    }

    fn name(text: &str) -> Vec<u8> {
        let mut name = Vec::new();
        put_number(&mut name, text.len());
        name.extend(text.as_bytes());
        name
    }

    fn module(import: &str, export: &str) -> Vec<u8> {
        let imports = [&[1][..], &name("./m_bg.js"), &name(import), &[0, 3]].concat();
        let exports = [&[2][..], &name("attach"), &[0, 200, 1], &name(export), &[2, 0]].concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(IMPORTS, &imports),
            section(EXPORTS, &exports),
            section(11, &[7; 300]),
        ]
        .concat()
    }

    #[test]
    fn both_files_get_the_same_short_names_yews_properties_ours_and_the_librarys_own_stay() {
        let wasm = module("__wbg_new_0123456789abcdef", "__wbindgen_malloc");
        let script = "a.__wbg_new_0123456789abcdef(1), wasm.__wbindgen_malloc; __wbg_new; attach(…).__yew_id";
        let (wasm, script) = shorten(&wasm, script).unwrap();
        assert_eq!(wasm, module("$0", "$1"));
        assert_eq!(script, "a.$0(1), wasm.$1; __wbg_new; attach(…).__btw_id");
    }

    #[test]
    fn what_is_no_module_is_left_alone() {
        let wasm = module("__wbg_a", "__wbg_b");
        for length in [0, 7, 9, 12, wasm.len() - 1] {
            assert!(shorten(&wasm[..length], "").is_none(), "{length}");
        }
        let table =
            [b"\0asm\x01\0\0\0".to_vec(), section(IMPORTS, &[1, 1, b'm', 1, b't', 1, 0x6F, 0, 0])].concat();
        assert!(shorten(&table, "").is_none(), "an import that is not a function");
    }

    #[test]
    fn names_are_numbers() {
        assert_eq!([0, 35, 36, 1_295, 1_296].map(base_36), ["0", "z", "10", "zz", "100"]);
    }
}
