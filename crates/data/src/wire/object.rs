//! Members of objects and elements of arrays, in JSON that is known to be well-formed, but may be incomplete.
//!
//! As in `JSON.parse`, the last of several members with the same name is used. This module must not know names of fields.

use super::cursor::{Cursor, Scan, ScanError, StructureState, Value};
use super::scalar;

/// Returns the raw values of the members with these names. Other JSON than an object has none.
///
/// If the JSON is incomplete, the last member has the part of its value that is available.
#[inline]
pub(super) fn members<'a, const N: usize>(json: &'a str, names: [&str; N]) -> [Option<&'a str>; N] {
    let mut values = [None; N];
    collect(json, &names, &mut values);
    values
}

/// Stores the value of each member at the index of its name.
#[inline]
fn collect<'a>(json: &'a str, names: &[&str], values: &mut [Option<&'a str>]) {
    each(json, b'{', &mut |name, value| {
        for (wanted, slot) in names.iter().zip(&mut *values) {
            if *wanted == name {
                *slot = Some(value);
            }
        }
    });
}

/// Returns the element of an array by index.
#[inline]
pub(super) fn element(json: &str, index: usize) -> Option<&str> {
    let mut found = None;
    let mut indices = 0..;
    each(json, b'[', &mut |_, value| {
        if indices.next() == Some(index) {
            found = Some(value);
        }
    });
    found
}

/// Calls `visit` with the name (empty for an element) and the value of each part of a container.
#[inline]
fn each<'a>(json: &'a str, bracket: u8, visit: &mut dyn FnMut(&str, &'a str)) {
    let mut cursor = Cursor::of(json.as_bytes());
    if cursor.peek() == Ok(bracket) {
        // An error means that the JSON is incomplete; all available parts have been visited.
        let _ = parts(json, &mut cursor, bracket == b'{', visit);
    }
}

#[inline]
fn parts<'a>(
    json: &'a str,
    cursor: &mut Cursor<'a>,
    has_names: bool,
    visit: &mut dyn FnMut(&str, &'a str),
) -> Scan<()> {
    let mut structure = StructureState::default();
    loop {
        // Skips the opening bracket or a comma.
        cursor.at += 1;
        if matches!(cursor.peek()?, b'}' | b']') {
            return Ok(());
        }
        let name = if has_names { cursor.name()? } else { Value::Empty };
        cursor.peek()?;
        let begin = cursor.at;
        let end = match cursor.value(&mut structure) {
            Ok(_) => cursor.at,
            Err(_) => json.len(),
        };
        visit(&scalar::content(name), json.get(begin..end).unwrap_or_default());
        if end == json.len() || cursor.peek()? != b',' {
            return Err(ScanError::Incomplete);
        }
    }
}
