//! The failed tests in the output of `cargo test`.

/// With more failures than this, a second run is of no use.
const FEW: usize = 2;

/// Returns the names of the failed tests if there are some, but few.
pub(super) fn few(lines: &[String]) -> Option<Vec<String>> {
    let name = |line: &String| line.strip_prefix("test ")?.strip_suffix(" ... FAILED").map(str::to_owned);
    let failed: Vec<String> = lines.iter().filter_map(name).collect();
    (1..=FEW).contains(&failed.len()).then_some(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(lines: &[&str]) -> Option<Vec<String>> {
        few(&lines.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn failed_tests_are_found_if_they_are_few() {
        let failed =
            output(&["running 3 tests", "test a::b ... ok", "test a::c ... FAILED", "test d ... FAILED"]);
        assert_eq!(failed.unwrap(), ["a::c", "d"]);
        // A compiler's error has none.
        assert_eq!(output(&["error: could not compile"]), None);
        assert_eq!(output(&["test a ... FAILED"; FEW + 1]), None);
    }
}
