//! Finds or installs the tools that a command needs. A [`Toolbox`] makes them available to the programs that it starts.

mod apt;
mod browser;
mod cache;
mod install;
mod nginx;
mod npm_packages;
mod oldest_chromium;
mod python;
mod search;
mod table;
mod wasm_target;

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use table::Tool;

use crate::workspace::Workspace;
use crate::{console, interrupt};

pub(crate) use browser::{Browser, browser};
pub(crate) use nginx::nginx;
pub(crate) use npm_packages::ensure as npm_packages;
pub(crate) use oldest_chromium::ensure as oldest_chromium;
pub(crate) use python::{Packages, ensure as python_with};
pub(crate) use table::wasm_bindgen_version;
pub(crate) use wasm_target::{TARGET as WASM_TARGET, ensure as wasm_target, standard_library_source};

/// Installed tools.
#[derive(Debug, Default)]
pub(crate) struct Toolbox {
    packages: Vec<&'static str>,
    /// Folders of the tools that are not on PATH.
    folders: Vec<PathBuf>,
    /// Names and versions of the tools, for fingerprints of build results.
    pub(crate) versions: Vec<String>,
}

impl Toolbox {
    pub(crate) fn for_lint() -> Result<Self> {
        let mut toolbox = Self::default();
        toolbox.add(&table::cargo_deny())?;
        Ok(toolbox)
    }

    /// The tools for fuzzing. A C++ compiler is needed as well.
    pub(crate) fn for_fuzzing() -> Result<Self> {
        let mut toolbox = Self::default();
        toolbox.add(&table::cargo_fuzz())?;
        Ok(toolbox)
    }

    /// The tools for building the module. Those that only reduce its size are optional.
    ///
    /// # Errors
    /// If a required tool is missing and cannot be installed; the message says how to install it.
    pub(crate) fn for_module(workspace: &Workspace) -> Result<Self> {
        let mut toolbox = Self::for_shrinking(workspace)?;
        toolbox.add_optional(&table::wasm_split())?;
        Ok(toolbox)
    }

    /// The tools for the JavaScript of the npm package.
    pub(crate) fn for_npm() -> Result<Self> {
        let mut toolbox = Self::default();
        toolbox.add(&table::esbuild())?;
        toolbox.add_optional(&table::terser())?;
        Ok(toolbox)
    }

    /// The tools for building the page. Those that only reduce its size are optional.
    pub(crate) fn for_page(workspace: &Workspace) -> Result<Self> {
        let mut toolbox = Self::for_module(workspace)?;
        toolbox.add(&table::trunk())?;
        Ok(toolbox)
    }

    fn for_shrinking(workspace: &Workspace) -> Result<Self> {
        let mut toolbox = Self::for_browser_tests(workspace)?;
        toolbox.add_optional(&table::wasm_opt())?;
        toolbox.add_optional(&table::terser())?;
        Ok(toolbox)
    }

    /// The tools for `wasm-bindgen-test`, without a browser.
    pub(crate) fn for_browser_tests(workspace: &Workspace) -> Result<Self> {
        wasm_target()?;
        let mut toolbox = Self::default();
        toolbox.add(&table::wasm_bindgen(workspace)?)?;
        Ok(toolbox)
    }

    /// Returns whether the tools include a package.
    pub(crate) fn has(&self, package: &str) -> bool {
        self.packages.contains(&package)
    }

    /// Puts the folders of the tools first on a program's PATH.
    pub(crate) fn set_path(&self, command: &mut Command) -> Result<()> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = self.folders.iter().cloned().chain(env::split_paths(&path));
        command.env("PATH", env::join_paths(folders).context("a tool's folder cannot be added to PATH")?);
        Ok(())
    }

    fn add(&mut self, tool: &Tool) -> Result<()> {
        self.folders.extend(install::ensure(tool)?);
        self.packages.push(tool.package);
        self.versions.push(format!("{} {}", tool.package, tool.version));
        Ok(())
    }

    /// Adds a tool that only reduces sizes; if it cannot be installed, prints a message and continues.
    fn add_optional(&mut self, tool: &Tool) -> Result<()> {
        if let Err(error) = self.add(tool) {
            interrupt::check()?;
            let package = tool.package;
            console::line(&format!("continuing without {package}, which makes downloads larger: {error:#}"));
        }
        Ok(())
    }
}
