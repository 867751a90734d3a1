//! Masking of account ids: it removes only the characters of ids, keys and addresses, is idempotent, treats a JSON member as the text
//! of its name and value, and takes a bounded number of steps for each byte. The input is a text whose first line can be a member's
//! name, and which can be a JSON body.

use std::borrow::Cow;

use batch_task_proxy::redact::Redaction;
use batch_task_redact::scan::counted;
use batch_task_redact::{Accounts, KnownIds, redact, redact_member};
use serde_json::value::RawValue;

/// The maximum number of steps for each byte, and in addition for each text.
const STEPS: (usize, usize) = (40, 200);

/// The same with known ids: there are two passes, and each long number is compared with all ids.
const KNOWN_STEPS: (usize, usize) = (100, 400);

/// Characters that can be removed, besides letters and digits: those of tokens, addresses and escapes.
const REMOVABLE: &str = "…@._+-/=%\\";

/// Checks a text. Its first line is also checked as the name of a member with the rest as its value.
pub fn check(input: &[u8]) {
    let mut in_bytes = Cow::Borrowed(input);
    let steps = counted(|| in_bytes = Accounts::Masked.in_bytes(Cow::Borrowed(input)));
    assert!(steps <= STEPS.0 * input.len() + STEPS.1, "{steps} steps for {} bytes", input.len());

    let Ok(text) = std::str::from_utf8(input) else { return };
    let masked = redact(text);
    assert_eq!(masked.as_bytes(), &*in_bytes);
    assert_eq!(redact(&masked), masked, "idempotent");
    removes_only_removable(text, &masked);
    known(text);
    if let Some((name, value)) = text.split_once('\n') {
        member(name, value);
    }
    if serde_json::from_str::<&RawValue>(text).is_ok() {
        body(text);
    }
}

/// The masked text is the text without some characters of ids, keys and addresses.
fn removes_only_removable(text: &str, masked: &str) {
    let mut rest = text.chars();
    let is_in_order = masked.chars().all(|kept| kept == '…' || rest.any(|character| character == kept));
    assert!(is_in_order, "{masked:?} of {text:?}");
    let others = |text: &str| -> String {
        text.chars().filter(|c| !c.is_ascii_alphanumeric() && !REMOVABLE.contains(*c)).collect()
    };
    assert_eq!(others(masked), others(text), "{masked:?} of {text:?}");
}

/// Ids that are masked wherever they occur.
fn known(text: &str) {
    let mut once = None;
    let steps = counted(|| once = KnownIds::default().redact(text.as_bytes()));
    let most = KNOWN_STEPS.0 * text.len() + KNOWN_STEPS.1;
    assert!(steps <= most, "{steps} steps for {} bytes", text.len());
    if let Some(once) = once {
        removes_only_removable(text, &String::from_utf8_lossy(&once));
        assert_eq!(KnownIds::default().redact(&once), None, "idempotent");
    }
}

/// A member is masked like its name, a colon and its value, unless the name itself is masked.
fn member(name: &str, value: &str) {
    let mut masked = None;
    let steps = counted(|| masked = redact_member(name, value));
    let length = name.len() + value.len();
    assert!(steps <= STEPS.0 * length + STEPS.1, "{steps} steps for {length} bytes");
    let whole = format!("{name}:{value}");
    if let Some(expected) = redact(&whole).strip_prefix(&format!("{name}:")) {
        assert_eq!(masked.as_deref().unwrap_or(value), expected, "{name:?}");
    }
}

/// A JSON body stays valid.
fn body(json: &str) {
    let redaction = Redaction::of([]);
    let once = redaction.body(json.as_bytes().to_vec().into());
    let is_valid = serde_json::from_slice::<&RawValue>(&once).is_ok();
    assert!(is_valid, "{:?} of {json:?}", String::from_utf8_lossy(&once));
    assert_eq!(redaction.body(once.clone()), once, "idempotent");
}
