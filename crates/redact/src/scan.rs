//! Runs of bytes, and a count of the steps that scanning takes, for tests and fuzzing.
//!
//! A step is one byte looked at or one comparison. The scanners of this workspace report their steps here, so that a
//! test can hold the number against the length of the text instead of measuring time. Without the feature `steps`
//! nothing is counted and [`add`] compiles to nothing: no shipped build has the feature.

/// Returns how many bytes at the start of `bytes` match; counts a step for each and one for the byte that ends the run.
#[inline]
pub fn leading(bytes: &[u8], matches: impl Fn(u8) -> bool) -> usize {
    let length = bytes.iter().take_while(|byte| matches(**byte)).count();
    add(length + 1);
    length
}

/// Returns how many bytes at the end of `bytes` match; counts steps as [`leading`] does.
#[inline]
pub fn trailing(bytes: &[u8], matches: impl Fn(u8) -> bool) -> usize {
    let length = bytes.iter().rev().take_while(|byte| matches(**byte)).count();
    add(length + 1);
    length
}

/// Counts steps that were taken elsewhere.
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

    /// Counts steps that were taken elsewhere.
    pub fn add(steps: usize) {
        STEPS.set(STEPS.get() + steps);
    }

    /// Returns how many steps this thread takes while `run` runs.
    pub fn counted(run: impl FnOnce()) -> usize {
        let before = STEPS.get();
        run();
        STEPS.get() - before
    }
}
