//! What must hold for any input, one module a target: `check` takes any bytes and panics where something does not hold.
//!
//! `cargo xtask fuzz` drives the checks with libFuzzer; `cargo test` repeats them on the seeds and on all that was ever
//! found. It owns the checks and what they are held against, and must not know who makes the inputs.

pub mod accounts;
pub mod decoder;
pub mod failures;
pub mod pointer;
pub mod query;
pub mod signature;
pub mod timestamp;

mod numbers;

/// A target: its name, which is also that of its folders in `seeds/` and `found/`, and its check.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 7] = [
    ("decoder", decoder::check),
    ("timestamp", timestamp::check),
    ("pointer", pointer::check),
    ("signature", signature::check),
    ("query", query::check),
    ("failures", failures::check),
    ("accounts", accounts::check),
];
