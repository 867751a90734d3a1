//! Decides, from the output of a test run, which failures are tried again. Must not run anything.

use anyhow::{Result, ensure};

/// The end-to-end tests that may pass at the second try, each with the reason. Every other test that fails fails the run.
const FLAKY: &[(&str, &str)] = &[];

/// The names of the failed tests, if all of them may be tried again.
///
/// # Errors
/// If another test failed, or none.
pub(super) fn failed_flaky_tests(lines: &[String]) -> Result<Vec<&str>> {
    listed(lines, FLAKY)
}

fn listed<'a>(lines: &'a [String], flaky: &[(&str, &str)]) -> Result<Vec<&'a str>> {
    let failed: Vec<&str> =
        lines.iter().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED")).collect();
    ensure!(!failed.is_empty(), "the run failed, but no test did: see its output");
    let is_listed = |name: &&str| flaky.iter().any(|(listed, _)| listed == name);
    let others: Vec<&str> = failed.iter().copied().filter(|name| !is_listed(name)).collect();
    ensure!(others.is_empty(), "failed: {}", others.join(", "));
    Ok(failed)
}

/// Whether a run of browser tests ended because the WebDriver hung, or before any test had started. `lines` is the output of
/// `wasm-bindgen-test-runner`, which runs one test file after the other and stops at the first that fails.
pub(super) fn is_driver_hang(lines: &[String]) -> bool {
    let start = lines.iter().rposition(|line| line.starts_with("Running headless tests in ")).unwrap_or(0);
    let last = &lines[start..];
    let has_line = |text: &str| last.iter().any(|line| line.contains(text));
    let has_started = last.iter().any(|line| line.starts_with("running ") && line.contains(" test"));
    let has_failed = last.iter().any(|line| line.starts_with("test ") && line.ends_with(" ... FAIL"));
    // The runner prints the driver's status only if there is no test result. It prints the timeout message only if the driver
    // still responded: then a test hangs, not the driver.
    let has_no_result = has_line("driver status: ") && !has_line("test result: ");
    let hangs = has_line("Failed to detect test as having been run");
    has_no_result && !has_failed && !(has_started && hangs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn only_listed_tests_are_tried_again() {
        let flaky = [("a::listed", "a reason"), ("a::other", "another")];
        let failing = |names: &[&str]| {
            let failed: String = names.iter().map(|name| format!("test {name} ... FAILED\n")).collect();
            lines(&format!("test a::b ... ok\n{failed}a::b\ntest result: FAILED. 1 passed"))
        };
        assert_eq!(listed(&failing(&["a::listed"]), &flaky).unwrap(), ["a::listed"]);
        assert_eq!(listed(&failing(&["a::other", "a::listed"]), &flaky).unwrap(), ["a::other", "a::listed"]);
        let error = |names: &[&str]| listed(&failing(names), &flaky).unwrap_err().to_string();
        assert_eq!(error(&["a::listed", "a::new"]), "failed: a::new");
        assert!(error(&[]).starts_with("the run failed, but no test did"));
    }

    #[test]
    fn a_hang_of_the_driver_is_not_a_failed_test() {
        const GOOD: &str = "Running headless tests in Firefox on `http://127.0.0.1:1/`\nrunning 1 test\ntest a ... ok\n\
                            \ntest result: ok. 1 passed; 0 failed\n";
        const START: &str = "Running headless tests in Firefox on `http://127.0.0.1:2/`\nOk\n";
        const DRIVER: &str =
            "driver status: signal: 9 (SIGKILL)\ndriver stdout:\n    1764106000 geckodriver INFO\n";
        const LATE: &str = "Failed to detect test as having been run. It might have timed out.\n";
        for (what, is_driver, printed) in [
            ("no test had started", true, format!("{GOOD}{START}{DRIVER}")),
            ("no test had started in time", true, format!("{START}{LATE}{DRIVER}")),
            ("the driver did not start", true, format!("Failed to start driver, trying again ...\n{DRIVER}")),
            (
                "the driver hung between tests",
                true,
                format!("{START}running 2 tests\ntest a ... ok\n{DRIVER}"),
            ),
            ("a test hung", false, format!("{START}running 2 tests\ntest a ... ok\n{LATE}{DRIVER}")),
            (
                "a test failed before the hang",
                false,
                format!("{START}running 2 tests\ntest a ... FAIL\n{DRIVER}"),
            ),
            (
                "a test failed",
                false,
                format!(
                    "{START}running 1 test\ntest a ... FAIL\n\ntest result: FAILED. 0 passed; 1 failed\n"
                ),
            ),
            ("the tests did not compile", false, String::new()),
        ] {
            assert_eq!(is_driver_hang(&lines(&printed)), is_driver, "{what}");
        }
    }
}
