//! The limits of one request: how much of a body is read, and how long the server may be silent.

use crate::error::{Error, ErrorClass};

/// The largest body that is taken, in bytes.
pub const BODY_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// The largest body that is taken from a failed answer, in bytes: an error is short.
pub(super) const ERROR_BODY_LIMIT_BYTES: usize = 256 * 1024;

/// The most subtasks that are taken. They take 33 bytes each beside their texts, and three times that while they come: what nobody
/// would read must not be what a page runs out of memory over.
pub(super) const MAX_ROWS: usize = 2_000_000;

/// The longest subtask, or text beside them, that is taken, in bytes: each is decoded in one turn.
pub(super) const MAX_VALUE_BYTES: usize = 4 * 1024 * 1024;

/// How long the server may be silent, before its answer and between any two pieces of it, in milliseconds.
///
/// It is silence that is limited, not the whole: a large body on a slow line takes longer than this and is fine.
pub const IDLE_TIMEOUT_MS: u32 = 10_000;

/// Returns the error for something that is larger than `limit` bytes.
pub(super) fn too_large(what: &str, limit: usize) -> Error {
    Error::new(ErrorClass::TooLarge, format!("{what} is larger than {} MiB", limit / (1024 * 1024)))
}
