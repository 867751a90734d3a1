//! How what a browser loads is compiled: with the standard library that the compiler brings, or with one made small.
//!
//! It must not know what is compiled.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::tools::{self, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{interrupt, process, say};

/// Which standard library is compiled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// The compiler's own.
    Stable,
    /// One that is built along: unstable flags, which the stable compiler takes when told to. The module that is compiled so is split.
    Small,
}

/// Panics stop at once and say nothing.
const SMALL_FLAGS: &str =
    "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";
/// What makes the stable compiler take such flags.
const UNLOCK: (&str, &str) = ("RUSTC_BOOTSTRAP", "1");
/// What the small flavour adds to cargo's environment.
const SMALL: &[(&str, &str)] = &[
    UNLOCK,
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", SMALL_FLAGS),
];

impl Flavour {
    /// The one that is shipped, and so the one that is shown and tested: the small one, where the toolchain allows.
    ///
    /// # Errors
    /// If the user asked to stop.
    pub(crate) fn to_ship() -> Result<Self> {
        Self::given(can_be_small())
    }

    fn given(small: Result<()>) -> Result<Self> {
        let Err(error) = small else { return Ok(Self::Small) };
        interrupt::check()?;
        say::line(&format!(
            "going on with the compiler's own standard library, so what a browser loads will be a seventh bigger: {error:#}"
        ));
        Ok(Self::Stable)
    }

    /// Whether what is loaded later is to be a file of its own.
    pub(crate) const fn is_split(self) -> bool {
        matches!(self, Self::Small)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Small => "small",
        }
    }

    /// Cargo's target folder for it. Each has one of its own: cargo would else compile everything anew whenever the
    /// flavour changes.
    pub(crate) fn target(self, workspace: &Workspace) -> PathBuf {
        match self {
            Self::Stable => workspace.target.clone(),
            Self::Small => workspace.target.join(self.name()),
        }
    }

    /// Tells cargo, or what calls it, to compile so.
    pub(crate) fn ask_of(self, command: &mut Command, workspace: &Workspace) {
        command.env("CARGO_TARGET_DIR", self.target(workspace));
        if self == Self::Small {
            command.envs(SMALL.iter().copied());
        }
    }
}

/// Makes sure that the small flavour can be compiled.
fn can_be_small() -> Result<()> {
    tools::standard_library_source()?;
    // Unstable flags come and go from one compiler to the next.
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "cfg", "--target", WASM_TARGET]).args(SMALL_FLAGS.split(' '));
    process::answer(rustc.env(UNLOCK.0, UNLOCK.1))
        .map(drop)
        .context("this compiler does not take the flags for it")
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn what_cannot_be_small_is_shipped_all_the_same() {
        assert_eq!(Flavour::given(Ok(())).unwrap(), Flavour::Small);
        assert_eq!(Flavour::given(Err(anyhow!("no source"))).unwrap(), Flavour::Stable);
    }
}
