//! Output of the program, as opposed to its logs.

use std::io::Write as _;

/// Prints and flushes a line, because the parent process may wait for it. A closed stdout is ignored.
pub(crate) fn print(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}
