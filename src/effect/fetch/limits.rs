//! The limits of a request: the size of the body (64 MiB), of its rows and texts, and how long the server may send nothing.

use crate::error::{Error, ErrorClass};

/// The largest body that is read, in bytes: 64 MiB.
pub const BODY_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// The largest body of a failed response that is read, in bytes. Error bodies are short.
pub(super) const ERROR_BODY_LIMIT_BYTES: usize = 256 * 1024;

/// The most subtasks that are read. Each takes 33 bytes plus its texts, and three times that while it is decoded, so that a
/// body of tiny subtasks could exhaust the memory of the page.
pub(super) const MAX_ROWS: usize = 2_000_000;

/// The longest subtask, or other text, that is read, in bytes. Each is decoded in one time slice.
pub(super) const MAX_VALUE_BYTES: usize = 4 * 1024 * 1024;

/// How long the server may send nothing, before the response and between two chunks of its body, in milliseconds.
///
/// The duration of the whole response is not limited: a large body on a slow line may take longer.
pub const IDLE_TIMEOUT_MS: u32 = 10_000;

/// Returns the error for something that is larger than `limit` bytes.
pub(super) fn too_large(what: &str, limit: usize) -> Error {
    Error::new(ErrorClass::TooLarge, format!("{what} is larger than {} MiB", limit / (1024 * 1024)))
}
