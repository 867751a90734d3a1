//! Finds programs on PATH.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// Returns the first program with a name on PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| is_executable(path))
}

/// Returns whether the first program with a name on PATH has a version, by the output of `--version`.
pub(crate) fn has_version(program: &str, version: &str) -> bool {
    on_path(program).is_some_and(|path| {
        process::stdout(Command::new(path).arg("--version"))
            .is_ok_and(|output| contains_version(&output, version))
    })
}

/// Returns whether a path is an executable file.
#[cfg(unix)]
pub(crate) fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// Returns whether a path is a file.
#[cfg(not(unix))]
pub(crate) fn is_executable(path: &Path) -> bool {
    path.is_file()
}

/// Searches the first line for the version as a whole word: `0.2.130` does not contain `0.2.13`.
fn contains_version(output: &str, version: &str) -> bool {
    let first = output.lines().next().unwrap_or_default();
    first.split_whitespace().any(|word| word.strip_prefix('v').unwrap_or(word) == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_whole_words() {
        for (output, version, expected) in [
            ("trunk 0.21.14\n", "0.21.14", true),
            ("wasm-bindgen 0.2.130 (1a2b3c)", "0.2.130", true),
            ("wasm-bindgen 0.2.130", "0.2.13", false),
            ("wasm-opt version 132 (version_132)", "132", true),
            ("wasm-opt version 108", "132", false),
            ("v1.2.3", "1.2.3", true),
            ("tool 2\nbuilt with 1", "1", false),
            ("", "1", false),
        ] {
            assert_eq!(contains_version(output, version), expected, "{output}");
        }
    }
}
