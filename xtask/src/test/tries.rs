//! What may be tried a second time, judged by what a run has printed. It must not run anything.
//!
//! A second try hides a race, so it is for little, and what needed one is told at the end.

use anyhow::{Result, bail};

/// Three engines on two busy cores now and then lose a race that no viewer sees; more failures than these are no bad luck.
const MOST_SECOND_TRIES: usize = 2;

/// The tests that failed, by libtest's lines, if they are so few that they may try again.
///
/// # Errors
/// If they are more, or none of them is named.
pub(super) fn few_failed_tests(printed: &[String]) -> Result<Vec<&str>> {
    let failed = failed_tests(printed);
    match failed.len() {
        0 => bail!("no test failed, but the run did: what it printed says why"),
        1..=MOST_SECOND_TRIES => Ok(failed),
        count => bail!("{count} tests failed, of which no more than {MOST_SECOND_TRIES} may try again"),
    }
}

fn failed_tests(printed: &[String]) -> Vec<&str> {
    printed.iter().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED")).collect()
}

/// Whether a run of browser tests ended because their driver hung, or before any test had begun; by the lines of
/// `wasm-bindgen-test-runner`, which runs one file of tests after the other and stops at the first that fails.
pub(super) fn is_the_drivers_fault(printed: &[String]) -> bool {
    let begin = printed.iter().rposition(|line| line.starts_with("Running headless tests in ")).unwrap_or(0);
    let last = &printed[begin..];
    let says = |text: &str| last.iter().any(|line| line.contains(text));
    let has_begun = last.iter().any(|line| line.starts_with("running ") && line.contains(" test"));
    let has_failed = last.iter().any(|line| line.starts_with("test ") && line.ends_with(" ... FAIL"));
    // The runner tells of its driver only where the tests have come to no result, and that a result did not come in time only
    // where it could ask the driver to the end: then it is the tests that hang.
    let has_no_result = says("driver status: ") && !says("test result: ");
    let hangs = says("Failed to detect test as having been run");
    has_no_result && !has_failed && !(has_begun && hangs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn few_may_try_again_and_many_may_not() {
        let failing = |count: usize| {
            let failed =
                (0..count).map(|number| format!("test a::t{number} ... FAILED\n")).collect::<String>();
            lines(&format!("test a::b ... ok\n{failed}a::t0\ntest result: FAILED. 1 passed"))
        };
        assert_eq!(few_failed_tests(&failing(1)).unwrap(), ["a::t0"]);
        assert_eq!(few_failed_tests(&failing(2)).unwrap(), ["a::t0", "a::t1"]);
        assert!(few_failed_tests(&failing(3)).unwrap_err().to_string().starts_with("3 tests failed"));
        assert!(few_failed_tests(&failing(0)).unwrap_err().to_string().starts_with("no test failed"));
    }

    #[test]
    fn whether_the_driver_or_a_test_is_to_blame() {
        const GOOD: &str = "Running headless tests in Firefox on `http://127.0.0.1:1/`\nrunning 1 test\ntest a ... ok\n\
                            \ntest result: ok. 1 passed; 0 failed\n";
        const BEGIN: &str = "Running headless tests in Firefox on `http://127.0.0.1:2/`\nOk\n";
        const DRIVER: &str =
            "driver status: signal: 9 (SIGKILL)\ndriver stdout:\n    1764106000 geckodriver INFO\n";
        const LATE: &str = "Failed to detect test as having been run. It might have timed out.\n";
        for (what, is_the_drivers, printed) in [
            ("no test had begun", true, format!("{GOOD}{BEGIN}{DRIVER}")),
            ("no test had begun in time", true, format!("{BEGIN}{LATE}{DRIVER}")),
            ("the driver did not start", true, format!("Failed to start driver, trying again ...\n{DRIVER}")),
            ("the driver hung among tests", true, format!("{BEGIN}running 2 tests\ntest a ... ok\n{DRIVER}")),
            ("a test hung", false, format!("{BEGIN}running 2 tests\ntest a ... ok\n{LATE}{DRIVER}")),
            (
                "a test failed before the hang",
                false,
                format!("{BEGIN}running 2 tests\ntest a ... FAIL\n{DRIVER}"),
            ),
            (
                "a test failed",
                false,
                format!(
                    "{BEGIN}running 1 test\ntest a ... FAIL\n\ntest result: FAILED. 0 passed; 1 failed\n"
                ),
            ),
            ("the tests did not compile", false, String::new()),
        ] {
            assert_eq!(is_the_drivers_fault(&lines(&printed)), is_the_drivers, "{what}");
        }
    }
}
