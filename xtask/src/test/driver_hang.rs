//! Tells from the output of a run of browser tests whether the WebDriver hung. Must not run anything.

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
