//! The tools as data: which version, what for, how it is installed and about how long that takes on two cores.
//!
//! It must not install anything.

use std::fs;

use anyhow::{Context, Result};

use crate::lockfile;
use crate::workspace::Workspace;

const BINARYEN_RELEASE: &str = "132";

/// Something that is installed per user, by name and version.
#[derive(Debug)]
pub(crate) struct Tool {
    /// The package's name in its registry.
    pub(crate) package: &'static str,
    /// The package's version there.
    pub(crate) version: String,
    /// The programs that are needed of it.
    pub(crate) programs: &'static [&'static str],
    /// What each program's `--version` says, one word of it.
    pub(crate) reports: String,
    /// Completes "… is needed ".
    pub(crate) why: &'static str,
    pub(crate) how: How,
    pub(crate) how_long: &'static str,
}

/// The registry that a tool comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum How {
    /// crates.io, compiled here with these flags of `cargo install`.
    Cargo(&'static [&'static str]),
    /// npm.
    Npm,
}

impl Tool {
    /// What a user would type to install it by hand.
    pub(crate) fn by_hand(&self) -> String {
        let Self { package, version, .. } = self;
        match self.how {
            How::Cargo(flags) => {
                let mut line = format!("cargo install {package} --version {version}");
                for flag in flags {
                    line.push(' ');
                    line.push_str(flag);
                }
                line
            }
            How::Npm => format!("npm install --global {package}@{version}"),
        }
    }
}

/// Builds the page.
pub(crate) fn trunk() -> Tool {
    Tool {
        package: "trunk",
        version: "0.21.14".into(),
        programs: &["trunk"],
        reports: "0.21.14".into(),
        why: "to build the page",
        // It does not compile without its lock file. The default features (downloads, updates) are of no use here, and
        // an optimised Trunk takes two minutes more to compile than it ever saves.
        how: How::Cargo(&["--locked", "--no-default-features", "--debug"]),
        how_long: "4 minutes",
    }
}

/// Makes a module's JavaScript, and runs tests in a browser. It must be of the version that `Cargo.lock` has.
///
/// # Errors
/// If `Cargo.lock` cannot be read.
pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<Tool> {
    let version = wasm_bindgen_version(workspace)?;
    Ok(Tool {
        package: "wasm-bindgen-cli",
        reports: version.clone(),
        version,
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        why: "to connect the compiled widget with JavaScript, in the version that Cargo.lock names",
        // Not `--locked`: its lock file names a crate version that the registry no longer serves.
        how: How::Cargo(&[]),
        how_long: "2 minutes",
    })
}

/// Makes WebAssembly smaller; one can do without it. Debian's package is too old for what rustc now emits.
pub(crate) fn wasm_opt() -> Tool {
    Tool {
        package: "binaryen",
        version: format!("{BINARYEN_RELEASE}.0.0"),
        programs: &["wasm-opt"],
        reports: BINARYEN_RELEASE.into(),
        why: "to make the WebAssembly smaller",
        how: How::Npm,
        how_long: "10 seconds",
    }
}

/// Takes a module apart. It has no `--version`, so that one on PATH is not known to be it.
pub(crate) fn wasm_split() -> Tool {
    Tool {
        package: "wasm_split_cli_support",
        version: "0.2.4".into(),
        programs: &["wasm-split-cli"],
        reports: "0.2.4".into(),
        why: "to put what is loaded later into a file of its own",
        how: How::Cargo(&["--locked", "--features", "build-binary", "--debug"]),
        how_long: "1 minute",
    }
}

/// Drives Firefox; Debian has no package of it.
pub(crate) fn geckodriver() -> Tool {
    Tool {
        package: "geckodriver",
        version: "0.37.1".into(),
        programs: &["geckodriver"],
        reports: "0.37.1".into(),
        why: "to test in Firefox",
        // It only hands commands on, so that optimising it takes longer than it ever saves.
        how: How::Cargo(&["--locked", "--debug"]),
        how_long: "1 minute",
    }
}

/// Makes scripts smaller; one can do without it.
pub(crate) fn terser() -> Tool {
    Tool {
        package: "terser",
        version: "5.51.4".into(),
        programs: &["terser"],
        reports: "5.51.4".into(),
        why: "to make the scripts smaller",
        how: How::Npm,
        how_long: "5 seconds",
    }
}

/// Looks at what the dependencies are and where they are from.
pub(crate) fn cargo_deny() -> Tool {
    Tool {
        package: "cargo-deny",
        version: "0.20.2".into(),
        programs: &["cargo-deny"],
        reports: "0.20.2".into(),
        why: "to check the dependencies' licences and sources",
        // An optimised build saves a second of each run and takes a minute longer to compile.
        how: How::Cargo(&["--locked", "--no-default-features", "--debug"]),
        how_long: "1 minute",
    }
}

/// Makes inputs.
pub(crate) fn cargo_fuzz() -> Tool {
    Tool {
        package: "cargo-fuzz",
        version: "0.13.2".into(),
        programs: &["cargo-fuzz"],
        reports: "0.13.2".into(),
        why: "to make up inputs",
        how: How::Cargo(&["--locked"]),
        how_long: "1 minute",
    }
}

/// The `wasm-bindgen` of `Cargo.lock`.
///
/// # Errors
/// If `Cargo.lock` cannot be read or does not have it.
pub(crate) fn wasm_bindgen_version(workspace: &Workspace) -> Result<String> {
    let lock = fs::read_to_string(workspace.root.join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let version =
        lockfile::locked_version(&lock, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")?;
    Ok(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_for_doing_it_by_hand() {
        assert_eq!(
            trunk().by_hand(),
            "cargo install trunk --version 0.21.14 --locked --no-default-features --debug"
        );
        assert_eq!(wasm_opt().by_hand(), "npm install --global binaryen@132.0.0");
    }
}
