//! Masking of account ids: it removes only letters and digits, is idempotent, treats a JSON member as the text of its name and
//! value, and takes a bounded number of steps for each byte. The input is a text whose first line can be a member's name.

use std::borrow::Cow;

use batch_task_redact::scan::counted;
use batch_task_redact::{Accounts, redact, redact_member};

/// The maximum number of steps for each byte (two words before each number are read), and in addition for each text.
const STEPS: (usize, usize) = (40, 200);

/// Checks a text. Its first line is also checked as the name of a member with the rest as its value.
pub fn check(input: &[u8]) {
    let mut in_bytes = Cow::Borrowed(input);
    let steps = counted(|| in_bytes = Accounts::Masked.in_bytes(Cow::Borrowed(input)));
    assert!(steps <= STEPS.0 * input.len() + STEPS.1, "{steps} steps for {} bytes", input.len());

    let Ok(text) = std::str::from_utf8(input) else { return };
    let masked = redact(text);
    assert_eq!(masked.as_bytes(), &*in_bytes);
    assert_eq!(redact(&masked), masked, "idempotent");
    removes_only_letters_and_digits(text, &masked);
    if let Some((name, value)) = text.split_once('\n') {
        member(name, value);
    }
}

/// The unmasked parts are in the text in the same order, with only letters and digits between them.
fn removes_only_letters_and_digits(text: &str, masked: &str) {
    let mut rest = text;
    for (place, kept) in masked.split('…').enumerate() {
        if place > 0 {
            // The text itself may contain the mask character.
            rest = rest
                .strip_prefix('…')
                .unwrap_or_else(|| rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
        }
        assert!(rest.starts_with(kept), "{rest:?} does not start with {kept:?}: {masked:?} of {text:?}");
        rest = &rest[kept.len()..];
    }
    assert_eq!(rest, "", "the rest of {text:?} after {masked:?}");
}

/// A member is masked like its name, a colon and its value, unless the name itself is masked.
fn member(name: &str, value: &str) {
    let mut masked = None;
    let steps = counted(|| masked = redact_member(name, value));
    assert!(steps <= STEPS.0 * value.len() + STEPS.1, "{steps} steps for {} bytes", value.len());
    let whole = format!("{name}:{value}");
    if let Some(expected) = redact(&whole).strip_prefix(&format!("{name}:")) {
        assert_eq!(masked.as_deref().unwrap_or(value), expected, "{name:?}");
    }
}
