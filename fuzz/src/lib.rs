//! Properties that hold for any input, one module for each fuzz target. `check` takes any bytes and panics if a property is
//! violated.
//!
//! `cargo xtask fuzz` runs the checks with libFuzzer; `cargo test` runs them on the seeds and on all inputs that have ever
//! failed.

pub mod accounts;
pub mod decoder;
pub mod failures;
pub mod pointer;
pub mod query;
pub mod signature;
pub mod timestamp;

mod numbers;

/// A target: its name, which is also the name of its folders in `seeds/` and `found/`, and its check.
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
