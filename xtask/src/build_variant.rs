//! The two ways to compile for the browser: with the toolchain's standard library, or with one built for size.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::tools::{self, Toolbox, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{console, interrupt, process, split};

/// The standard library that is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BuildVariant {
    /// The toolchain's.
    Stable,
    /// Compiled from source for size, with unstable flags. Programs of this variant are split into two files.
    Small,
}

/// Panics trap without a message.
const SMALL_FLAGS: &str =
    "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";
/// Makes the stable compiler accept unstable flags.
const BOOTSTRAP: (&str, &str) = ("RUSTC_BOOTSTRAP", "1");
const SMALL_ENVIRONMENT: &[(&str, &str)] = &[
    BOOTSTRAP,
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
];

impl BuildVariant {
    /// Returns the variant to ship, demonstrate and test: `Small`, unless the toolchain does not support it.
    ///
    /// # Errors
    /// If the user interrupted.
    pub(crate) fn shipped() -> Result<Self> {
        Self::from_check(check_small_is_supported())
    }

    fn from_check(check: Result<()>) -> Result<Self> {
        let Err(error) = check else { return Ok(Self::Small) };
        interrupt::check()?;
        console::line(&format!(
            "using the toolchain's standard library, which makes the WebAssembly a seventh larger: {error:#}"
        ));
        Ok(Self::Stable)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Small => "small",
        }
    }

    /// Returns cargo's target folder. Each variant has its own, since cargo recompiles everything when the flags change.
    pub(crate) fn target(self, workspace: &Workspace) -> PathBuf {
        match self {
            Self::Stable => workspace.target.clone(),
            Self::Small => workspace.target.join(self.name()),
        }
    }

    /// Whether programs of this variant are split into two files, with the tools that there are.
    pub(crate) fn is_split(self, toolbox: &Toolbox) -> bool {
        self == Self::Small && toolbox.has("wasm_split_cli_support")
    }

    /// Sets the environment of cargo, or of a program that runs cargo, to compile this variant.
    pub(crate) fn apply_to(self, command: &mut Command, workspace: &Workspace, toolbox: &Toolbox) {
        command.env("CARGO_TARGET_DIR", self.target(workspace));
        if self == Self::Small {
            let flags = match self.is_split(toolbox) {
                true => format!("{SMALL_FLAGS} {}", split::LINKER_FLAG),
                false => SMALL_FLAGS.to_owned(),
            };
            command.envs(SMALL_ENVIRONMENT.iter().copied());
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
        }
    }
}

fn check_small_is_supported() -> Result<()> {
    tools::standard_library_source()?;
    // Unstable flags differ between compiler versions.
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "cfg", "--target", WASM_TARGET]).args(SMALL_FLAGS.split(' '));
    process::stdout(rustc.env(BOOTSTRAP.0, BOOTSTRAP.1))
        .map(drop)
        .context("this compiler does not accept the flags for the small build")
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn the_stable_variant_is_shipped_if_the_small_one_is_not_supported() {
        assert_eq!(BuildVariant::from_check(Ok(())).unwrap(), BuildVariant::Small);
        assert_eq!(BuildVariant::from_check(Err(anyhow!("no source"))).unwrap(), BuildVariant::Stable);
    }
}
