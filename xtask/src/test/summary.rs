//! The summary of a test run: how long each part took, and what passed only at the second try. Must not run anything.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::console;

/// The parts that have run.
#[derive(Debug, Default)]
pub(super) struct Summary {
    parts: Vec<(String, Duration)>,
    second_tries: Vec<SecondTry>,
}

/// Something that passed only at the second try.
#[derive(Debug)]
struct SecondTry {
    part: String,
    what: String,
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

    /// Runs a part that returns what passed only at the second try, if anything did.
    ///
    /// # Errors
    /// As for [`Summary::take`].
    pub(super) fn take_with_tries(
        &mut self,
        part: &str,
        work: impl FnOnce() -> Result<Option<String>>,
    ) -> Result<()> {
        let second_try = self.take(part, work)?;
        self.second_tries.extend(second_try.map(|what| SecondTry { part: part.to_owned(), what }));
        Ok(())
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
        if self.second_tries.is_empty() {
            return writeln!(formatter, "passed only at the second try: nothing");
        }
        for SecondTry { part, what } in &self.second_tries {
            writeln!(formatter, "passed only at the second try, {part}: {what}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_tries_are_listed_at_the_end() {
        let mut summary = Summary::default();
        summary.take_with_tries("one", || Ok(None)).unwrap();
        assert_eq!(summary.to_string(), "one: 0.0 s\npassed only at the second try: nothing\n");

        summary.take_with_tries("two", || Ok(Some("a::b, a::c".to_owned()))).unwrap();
        let error = summary.take("three", || Err::<(), _>(anyhow::anyhow!("no"))).unwrap_err();
        assert_eq!(format!("{error:#}"), "three failed: no");
        assert_eq!(
            summary.to_string(),
            "one: 0.0 s\ntwo: 0.0 s\nthree: 0.0 s\npassed only at the second try, two: a::b, a::c\n"
        );
    }
}
