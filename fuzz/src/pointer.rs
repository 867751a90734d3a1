//! JSON Pointers: they find the same value as in serde_json. The input is a pointer, a line break and a body.

use batch_task_data::model::BatchStatus;
use batch_task_data::wire::{WireError, decode};
use serde_json::Value;

/// Checks a pointer and a body, separated by a line break.
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
    // Rows are packed while they are decoded, so a pointer cannot lead into them.
    if pointer.contains("SubTasks") {
        return;
    }
    let is_missing = matches!(decoded, Err(WireError::PointerNotFound { .. }));
    match whole.pointer(pointer) {
        None => assert!(
            is_missing || is_failed_envelope(&decoded),
            "serde_json finds nothing, but the decoder {decoded:?}"
        ),
        Some(part) => {
            assert!(!is_missing, "serde_json finds {part}, but the decoder nothing");
            if let (Some(status), Ok(decoded)) = (part.get("Status").and_then(Value::as_str), &decoded) {
                assert_eq!(decoded.task.status, BatchStatus::parse(status));
            }
        }
    }
}

/// RFC 6901: empty, or tokens that each start with a slash; a tilde only as `~0` or `~1`.
fn is_pointer(text: &str) -> bool {
    let mut tildes = text.split('~');
    let start = tildes.next().unwrap_or_default();
    (text.is_empty() || start.starts_with('/')) && tildes.all(|behind| behind.starts_with(['0', '1']))
}

/// An envelope with an error is that error, for any pointer.
fn is_failed_envelope(decoded: &Result<batch_task_data::wire::Decoded, WireError>) -> bool {
    matches!(decoded, Err(WireError::Api(_)))
}
