//! The tools with their versions, purposes, and ways and times of installation. The times are for two cores.

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::Workspace;

const BINARYEN_RELEASE: &str = "132";

/// A tool that is installed in the per-user cache.
#[derive(Debug)]
pub(crate) struct Tool {
    /// Name in the registry.
    pub(crate) package: &'static str,
    /// Version in the registry.
    pub(crate) version: String,
    /// The programs that are used.
    pub(crate) programs: &'static [&'static str],
    /// A word in the output of each program's `--version`.
    pub(crate) reported_version: String,
    /// Completes "… is needed ".
    pub(crate) purpose: &'static str,
    pub(crate) registry: Registry,
    /// Approximate, such as "2 minutes".
    pub(crate) install_time: &'static str,
}

/// The registry that a tool comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Registry {
    /// crates.io, with arguments for `cargo install`.
    CratesIo(&'static [&'static str]),
    Npm,
}

impl Tool {
    /// Returns the command for a manual installation.
    pub(crate) fn install_command(&self) -> String {
        let Self { package, version, .. } = self;
        match self.registry {
            Registry::CratesIo(flags) => {
                let mut line = format!("cargo install {package} --version {version}");
                for flag in flags {
                    line.push(' ');
                    line.push_str(flag);
                }
                line
            }
            Registry::Npm => format!("npm install --global {package}@{version}"),
        }
    }
}

pub(crate) fn trunk() -> Tool {
    Tool {
        package: "trunk",
        version: "0.21.14".into(),
        programs: &["trunk"],
        reported_version: "0.21.14".into(),
        purpose: "to build the page",
        // Trunk does not compile without its lock file. The default features (downloads, updates) are not needed. An
        // optimised build takes two minutes longer and saves less.
        registry: Registry::CratesIo(&["--locked", "--no-default-features", "--debug"]),
        install_time: "4 minutes",
    }
}

/// The version must be that of the library in `Cargo.lock`.
pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<Tool> {
    let version = wasm_bindgen_version(workspace)?;
    Ok(Tool {
        package: "wasm-bindgen-cli",
        reported_version: version.clone(),
        version,
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        purpose: "to create the JavaScript of the module, in the version of Cargo.lock",
        // Not `--locked`: its lock file contains a crate version that was removed from the registry. An optimised build takes
        // two minutes longer and saves half a second per run.
        registry: Registry::CratesIo(&["--debug"]),
        install_time: "1 minute",
    })
}

/// Optional. Debian's package is too old for the output of rustc.
pub(crate) fn wasm_opt() -> Tool {
    Tool {
        package: "binaryen",
        version: format!("{BINARYEN_RELEASE}.0.0"),
        programs: &["wasm-opt"],
        reported_version: BINARYEN_RELEASE.into(),
        purpose: "to reduce the size of the WebAssembly",
        registry: Registry::Npm,
        install_time: "10 seconds",
    }
}

/// Optional. The program has no `--version`, so one on PATH is not recognised.
pub(crate) fn wasm_split() -> Tool {
    Tool {
        package: "wasm_split_cli_support",
        version: "0.2.4".into(),
        programs: &["wasm-split-cli"],
        reported_version: "0.2.4".into(),
        purpose: "to split the lazy-loaded part off the module",
        registry: Registry::CratesIo(&["--locked", "--features", "build-binary", "--debug"]),
        install_time: "1 minute",
    }
}

/// Debian has no package of Firefox's driver.
pub(crate) fn geckodriver() -> Tool {
    Tool {
        package: "geckodriver",
        version: "0.37.1".into(),
        programs: &["geckodriver"],
        reported_version: "0.37.1".into(),
        purpose: "to test in Firefox",
        // It only forwards commands: an optimised build takes longer and saves less.
        registry: Registry::CratesIo(&["--locked", "--debug"]),
        install_time: "1 minute",
    }
}

/// Optional.
pub(crate) fn terser() -> Tool {
    Tool {
        package: "terser",
        version: "5.51.4".into(),
        programs: &["terser"],
        reported_version: "5.51.4".into(),
        purpose: "to reduce the size of the JavaScript",
        registry: Registry::Npm,
        install_time: "5 seconds",
    }
}

pub(crate) fn esbuild() -> Tool {
    Tool {
        package: "esbuild",
        version: "0.28.2".into(),
        programs: &["esbuild"],
        reported_version: "0.28.2".into(),
        purpose: "to join the modules of the npm package",
        registry: Registry::Npm,
        install_time: "5 seconds",
    }
}

pub(crate) fn cargo_deny() -> Tool {
    Tool {
        package: "cargo-deny",
        version: "0.20.2".into(),
        programs: &["cargo-deny"],
        reported_version: "0.20.2".into(),
        purpose: "to check the dependencies' licences and sources",
        // An optimised build saves one second per run and takes one minute longer to compile.
        registry: Registry::CratesIo(&["--locked", "--no-default-features", "--debug"]),
        install_time: "1 minute",
    }
}

pub(crate) fn cargo_fuzz() -> Tool {
    Tool {
        package: "cargo-fuzz",
        version: "0.13.2".into(),
        programs: &["cargo-fuzz"],
        reported_version: "0.13.2".into(),
        purpose: "to run the fuzz targets",
        registry: Registry::CratesIo(&["--locked"]),
        install_time: "1 minute",
    }
}

/// Returns the version of the library `wasm-bindgen` in `Cargo.lock`.
pub(crate) fn wasm_bindgen_version(workspace: &Workspace) -> Result<String> {
    let id = process::stdout(workspace.cargo().args(["pkgid", "wasm-bindgen"]))?;
    let (_, version) = id.trim().rsplit_once('@').context("`cargo pkgid` printed no version")?;
    Ok(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_for_a_manual_installation() {
        assert_eq!(
            trunk().install_command(),
            "cargo install trunk --version 0.21.14 --locked --no-default-features --debug"
        );
        assert_eq!(wasm_opt().install_command(), "npm install --global binaryen@132.0.0");
    }
}
