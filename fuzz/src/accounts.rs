//! Account ids: masking takes nothing but letters and digits, changes nothing a second time, reads a member as its name and
//! value in one text, and takes a bounded number of steps for each byte. An input is a text, a line of which may be a name.

use std::borrow::Cow;

use batch_task_redact::scan::counted;
use batch_task_redact::{Accounts, redact, redact_member};

/// The most steps for a byte: before each number two words are read. And for a text, whatever its length.
const STEPS: (usize, usize) = (40, 200);

/// A text; what is before its first line break is also the name of a member, and the rest its value.
pub fn check(input: &[u8]) {
    let mut in_bytes = Cow::Borrowed(input);
    let steps = counted(|| in_bytes = Accounts::Masked.in_bytes(Cow::Borrowed(input)));
    assert!(steps <= STEPS.0 * input.len() + STEPS.1, "{steps} steps for {} bytes", input.len());

    let Ok(text) = std::str::from_utf8(input) else { return };
    let masked = redact(text);
    assert_eq!(masked.as_bytes(), &*in_bytes);
    assert_eq!(redact(&masked), masked, "once more");
    takes_only_letters_and_digits(text, &masked);
    if let Some((name, value)) = text.split_once('\n') {
        member(name, value);
    }
}

/// What stands between the masks stands in the text, in the same order, with nothing but letters and digits between.
fn takes_only_letters_and_digits(text: &str, masked: &str) {
    let mut rest = text;
    for (place, kept) in masked.split('…').enumerate() {
        if place > 0 {
            // The text may hold the mask's own character.
            rest = rest
                .strip_prefix('…')
                .unwrap_or_else(|| rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
        }
        assert!(
            rest.starts_with(kept),
            "{kept:?} is not what {rest:?} begins with, in {masked:?} of {text:?}"
        );
        rest = &rest[kept.len()..];
    }
    assert_eq!(rest, "", "left of {text:?} in {masked:?}");
}

/// A member is masked as its name, a colon and its value are, unless something in the name is masked itself.
fn member(name: &str, value: &str) {
    let mut masked = None;
    let steps = counted(|| masked = redact_member(name, value));
    assert!(steps <= STEPS.0 * value.len() + STEPS.1, "{steps} steps for {} bytes", value.len());
    let whole = format!("{name}:{value}");
    if let Some(expected) = redact(&whole).strip_prefix(&format!("{name}:")) {
        assert_eq!(masked.as_deref().unwrap_or(value), expected, "{name:?}");
    }
}
