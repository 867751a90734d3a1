//! The members and the elements of JSON that is known to be well-formed as far as it goes.
//!
//! It owns the walk over one level: the last of equal names wins, as in `JSON.parse`. It must not know any field's name.

use super::cursor::{Cursor, Scan, Stop, Value, Walk};
use super::scalar;

/// The values of the members called `names`, as they are written; of anything but an object there are none.
///
/// Where the text breaks off, the member that it breaks off in has the value so far.
#[inline]
pub(super) fn members<'a, const N: usize>(json: &'a str, names: [&str; N]) -> [Option<&'a str>; N] {
    let mut values = [None; N];
    take(json, &names, &mut values);
    values
}

/// Puts the value of each of the members where its name is.
#[inline]
fn take<'a>(json: &'a str, names: &[&str], values: &mut [Option<&'a str>]) {
    each(json, b'{', &mut |name, value| {
        for (wanted, slot) in names.iter().zip(&mut *values) {
            if *wanted == name {
                *slot = Some(value);
            }
        }
    });
}

/// The element at that place of an array.
#[inline]
pub(super) fn element(json: &str, place: usize) -> Option<&str> {
    let mut found = None;
    let mut places = 0..;
    each(json, b'[', &mut |_, value| {
        if places.next() == Some(place) {
            found = Some(value);
        }
    });
    found
}

/// Calls `tell` with the name, which elements do not have, and the value of each part of a container.
#[inline]
fn each<'a>(json: &'a str, bracket: u8, tell: &mut dyn FnMut(&str, &'a str)) {
    let mut cursor = Cursor::of(json.as_bytes());
    if cursor.peek() == Ok(bracket) {
        // Where the text breaks off, all that there is has been told.
        let _ = parts(json, &mut cursor, bracket == b'{', tell);
    }
}

#[inline]
fn parts<'a>(
    json: &'a str,
    cursor: &mut Cursor<'a>,
    has_names: bool,
    tell: &mut dyn FnMut(&str, &'a str),
) -> Scan<()> {
    let mut walk = Walk::default();
    loop {
        // Behind the bracket that opens it, or behind a comma.
        cursor.at += 1;
        if matches!(cursor.peek()?, b'}' | b']') {
            return Ok(());
        }
        let name = if has_names { cursor.name()? } else { Value::Nothing };
        cursor.peek()?;
        let begin = cursor.at;
        let end = match cursor.value(&mut walk) {
            Ok(_) => cursor.at,
            Err(_) => json.len(),
        };
        tell(&scalar::content(name), json.get(begin..end).unwrap_or_default());
        if end == json.len() || cursor.peek()? != b',' {
            return Err(Stop::More);
        }
    }
}
