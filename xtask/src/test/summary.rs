//! The summary of a test run: how long each part took, and notes. Must not run anything.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::console;

/// The parts that have run.
#[derive(Debug, Default)]
pub(super) struct Summary {
    parts: Vec<(String, Duration)>,
    notes: Vec<String>,
}

impl Summary {
    /// Runs a part and measures its time.
    ///
    /// # Errors
    /// The error of the part, with its name.
    pub(super) fn take<T>(&mut self, part: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let start = Instant::now();
        let result = work().with_context(|| format!("{part} failed"));
        self.parts.push((part.to_owned(), start.elapsed()));
        result
    }

    /// Adds a line for the end.
    pub(super) fn note(&mut self, line: &str) {
        self.notes.push(line.to_owned());
    }

    /// Prints the summary.
    pub(super) fn report(&self) {
        self.to_string().lines().for_each(console::line);
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (part, time) in &self.parts {
            writeln!(formatter, "{part}: {}", console::duration(*time))?;
        }
        self.notes.iter().try_for_each(|note| writeln!(formatter, "{note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_listed_at_the_end() {
        let mut summary = Summary::default();
        summary.take("one", || Ok(())).unwrap();
        summary.note("look at one");
        let error = summary.take("two", || Err::<(), _>(anyhow::anyhow!("no"))).unwrap_err();
        assert_eq!(format!("{error:#}"), "two failed: no");
        assert_eq!(summary.to_string(), "one: 0.0 s\ntwo: 0.0 s\nlook at one\n");
    }
}
