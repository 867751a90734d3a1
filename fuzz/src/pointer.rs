//! JSON Pointers: they lead where serde_json's own do, in an input that is a pointer, a line break and a body.

use batch_task_data::model::BatchStatus;
use batch_task_data::wire::{WireError, decode};
use serde_json::Value;

/// A pointer, a line break, a body.
pub fn check(input: &[u8]) {
    let Some(end) = input.iter().position(|&byte| byte == b'\n') else { return };
    let (pointer, body) = (&input[..end], &input[end + 1..]);
    let Ok(pointer) = std::str::from_utf8(pointer) else { return };
    let decoded = decode(body, Some(pointer));
    if !is_pointer(pointer) {
        assert_eq!(decoded, Err(WireError::BadPointer { pointer: pointer.into() }));
        return;
    }
    let Ok(whole) = serde_json::from_slice::<Value>(body) else { return };
    // Rows are packed as they come: nothing leads into them.
    if pointer.contains("SubTasks") {
        return;
    }
    let is_missing = matches!(decoded, Err(WireError::PointerNotFound { .. }));
    match whole.pointer(pointer) {
        None => assert!(is_missing || is_failed_envelope(&decoded), "{decoded:?} is not there"),
        Some(part) => {
            assert!(!is_missing, "{part} is there");
            if let (Some(status), Ok(decoded)) = (part.get("Status").and_then(Value::as_str), &decoded) {
                assert_eq!(decoded.task.status, BatchStatus::parse(status));
            }
        }
    }
}

/// RFC 6901, literally: empty, or tokens that each begin with a solidus, with no tilde but `~0` and `~1`.
fn is_pointer(text: &str) -> bool {
    let mut tildes = text.split('~');
    let begins = tildes.next().unwrap_or_default();
    (text.is_empty() || begins.starts_with('/')) && tildes.all(|behind| behind.starts_with(['0', '1']))
}

/// An envelope that says that it failed is that failure, wherever the pointer leads.
fn is_failed_envelope(decoded: &Result<batch_task_data::wire::Decoded, WireError>) -> bool {
    matches!(decoded, Err(WireError::Api(_)))
}
