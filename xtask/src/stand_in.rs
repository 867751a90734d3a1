//! A stand-in for `wasm-opt` that copies its input, for machines without the real one.
//!
//! Trunk cannot be told from outside to leave `wasm-opt` out: without one it tries to download it and fails. So this
//! program is put on its PATH under that name, and must behave as Trunk expects of `wasm-opt`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

const NAME: &str = "wasm-opt";

/// What Trunk makes of the stand-in's `--version`; no release has this name.
pub(crate) const RELEASE: &str = "version_none";

/// Whether this process was started under the name of `wasm-opt`.
pub(crate) fn is_called_for() -> bool {
    env::args_os().next().is_some_and(|name| Path::new(&name).file_stem().is_some_and(|stem| stem == NAME))
}

/// Does what the stand-in does.
///
/// # Errors
/// If it is called otherwise than Trunk calls `wasm-opt`, or cannot copy.
pub(crate) fn run() -> Result<()> {
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    if args.iter().any(|arg| arg == "--version") {
        println!("wasm-opt version none (xtask's stand-in: copies its input)");
        return Ok(());
    }
    let (input, output) = paths(&args).context("usage: wasm-opt --output=FILE INPUT")?;
    fs::copy(&input, &output)
        .with_context(|| format!("cannot copy {} to {}", input.display(), output.display()))?;
    Ok(())
}

/// Puts the stand-in into a folder, which is to be first on Trunk's PATH.
///
/// # Errors
/// If it cannot be copied there.
pub(crate) fn install(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.notes().join("stand-in");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let draft = folder.join(format!(".{NAME}.{}", process::id()));
    let program = folder.join(format!("{NAME}{}", env::consts::EXE_SUFFIX));
    // Renamed, since a program that runs cannot be overwritten.
    fs::copy(env::current_exe()?, &draft)
        .and_then(|_| fs::rename(&draft, &program))
        .with_context(|| format!("cannot write {}", program.display()))?;
    Ok(folder)
}

fn paths(args: &[OsString]) -> Option<(PathBuf, PathBuf)> {
    let output = args.iter().find_map(|arg| arg.to_str()?.strip_prefix("--output="))?;
    let input = args.iter().find(|arg| !arg.to_string_lossy().starts_with('-'))?;
    Some((input.into(), output.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trunks_way_of_calling() {
        let args =
            ["--output=/t/out.wasm", "-Oz", "/d/in.wasm", "--enable-reference-types"].map(OsString::from);
        assert_eq!(paths(&args), Some(("/d/in.wasm".into(), "/t/out.wasm".into())));
        assert_eq!(paths(&["-Oz".into(), "in".into()]), None);
    }
}
