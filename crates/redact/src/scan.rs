//! Functions for runs of bytes, and a counter of scanner steps for tests and fuzzing.
//!
//! A step is one byte read or one comparison. The scanners of the workspace report their steps here, so that a test can compare their
//! number with the length of the text instead of measuring time. Without the feature `steps`, which no shipped build has, [`add`]
//! compiles to nothing.

/// Returns the number of matching bytes at the start of `bytes`. Counts one step for each, and one for the byte that ends the run.
#[inline]
pub fn leading(bytes: &[u8], matches: impl Fn(u8) -> bool) -> usize {
    let length = bytes.iter().take_while(|byte| matches(**byte)).count();
    add(length + 1);
    length
}

/// Returns the number of matching bytes at the end of `bytes`. Counts steps like [`leading`].
#[inline]
pub fn trailing(bytes: &[u8], matches: impl Fn(u8) -> bool) -> usize {
    let length = bytes.iter().rev().take_while(|byte| matches(**byte)).count();
    add(length + 1);
    length
}

/// Returns the bytes after the first `count`. Does not panic, which makes the code of slices smaller.
#[inline]
pub fn after(bytes: &[u8], count: usize) -> &[u8] {
    bytes.get(count..).unwrap_or_default()
}

/// Returns the first `count` bytes, or all.
#[inline]
pub fn first(bytes: &[u8], count: usize) -> &[u8] {
    bytes.get(..count).unwrap_or(bytes)
}

/// Adds steps to the counter.
#[cfg(not(any(test, feature = "steps")))]
#[inline(always)]
pub const fn add(_steps: usize) {}

#[cfg(any(test, feature = "steps"))]
pub use self::counter::{add, counted};

#[cfg(any(test, feature = "steps"))]
mod counter {
    use std::cell::Cell;

    thread_local! {
        static STEPS: Cell<usize> = const { Cell::new(0) };
    }

    /// Adds steps to the counter.
    pub fn add(steps: usize) {
        STEPS.set(STEPS.get() + steps);
    }

    /// Returns the number of steps that this thread takes during `run`.
    pub fn counted(run: impl FnOnce()) -> usize {
        let before = STEPS.get();
        run();
        STEPS.get() - before
    }
}
