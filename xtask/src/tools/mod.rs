//! Set-up: what each kind of work needs on the machine, found or installed.
//!
//! Its callers must not know where a tool comes from; they get a `Toolbox` and run their programs with it.

mod apt;
mod browser;
mod cache;
mod install;
mod nginx;
mod npm_packages;
mod python;
mod search;
mod table;
mod wasm_target;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::say;
use crate::workspace::Workspace;

pub(crate) use browser::{Browser, browser};
pub(crate) use nginx::nginx;
pub(crate) use npm_packages::ensure as npm_packages;
pub(crate) use python::{Packages, ensure as python_with};
pub(crate) use table::wasm_bindgen_version;
pub(crate) use wasm_target::{TARGET as WASM_TARGET, ensure as wasm_target, standard_library_source};

/// Tools that are installed, and how a program gets to see them.
#[derive(Debug)]
pub(crate) struct Toolbox {
    folders: Vec<PathBuf>,
    /// Which tools these are, for deciding whether what they built is still what they would build.
    pub(crate) versions: Vec<String>,
    /// Whether there is a program that makes WebAssembly smaller.
    pub(crate) wasm_opt: Presence,
    /// Whether there is a program that makes JavaScript smaller.
    pub(crate) terser: Presence,
    /// Whether there is a program that puts what is loaded later into a file of its own.
    pub(crate) wasm_split: Presence,
}

/// Whether something that one can do without is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Present,
    Missing,
}

impl Toolbox {
    /// What checking the dependencies takes.
    ///
    /// # Errors
    /// As [`Toolbox::for_module`].
    pub(crate) fn for_lint() -> Result<Self> {
        let mut toolbox = Self::empty();
        toolbox.add(&table::cargo_deny())?;
        Ok(toolbox)
    }

    /// What making up inputs takes, beside a C++ compiler.
    ///
    /// # Errors
    /// As [`Toolbox::for_module`].
    pub(crate) fn for_fuzzing() -> Result<Self> {
        let mut toolbox = Self::empty();
        toolbox.add(&table::cargo_fuzz())?;
        Ok(toolbox)
    }

    /// What building the module takes.
    ///
    /// # Errors
    /// If something is missing and cannot be installed, with what the user can do; one can do without what makes it small.
    pub(crate) fn for_module(workspace: &Workspace) -> Result<Self> {
        let mut toolbox = Self::for_shrinking(workspace)?;
        toolbox.wasm_split = toolbox.add_if_possible(&table::wasm_split())?;
        Ok(toolbox)
    }

    /// What building the page takes.
    ///
    /// # Errors
    /// As [`Toolbox::for_module`].
    pub(crate) fn for_page(workspace: &Workspace) -> Result<Self> {
        let mut toolbox = Self::for_shrinking(workspace)?;
        toolbox.add(&table::trunk())?;
        Ok(toolbox)
    }

    fn for_shrinking(workspace: &Workspace) -> Result<Self> {
        let mut toolbox = Self::for_browser_tests(workspace)?;
        toolbox.wasm_opt = toolbox.add_if_possible(&table::wasm_opt())?;
        toolbox.terser = toolbox.add_if_possible(&table::terser())?;
        Ok(toolbox)
    }

    /// What `wasm-bindgen-test` takes, but for a browser.
    ///
    /// # Errors
    /// As [`Toolbox::for_module`].
    pub(crate) fn for_browser_tests(workspace: &Workspace) -> Result<Self> {
        wasm_target()?;
        let mut toolbox = Self::empty();
        toolbox.add(&table::wasm_bindgen(workspace)?)?;
        Ok(toolbox)
    }

    /// Puts the tools in front of what a program finds on PATH.
    ///
    /// # Errors
    /// If a folder's name cannot be part of PATH.
    pub(crate) fn equip(&self, command: &mut Command) -> Result<()> {
        let path: OsString = env::var_os("PATH").unwrap_or_default();
        let folders = self.folders.iter().cloned().chain(env::split_paths(&path));
        command.env("PATH", env::join_paths(folders).context("a tool's folder cannot be put on PATH")?);
        Ok(())
    }

    fn empty() -> Self {
        Self {
            folders: Vec::new(),
            versions: Vec::new(),
            wasm_opt: Presence::Missing,
            terser: Presence::Missing,
            wasm_split: Presence::Missing,
        }
    }

    fn add(&mut self, tool: &table::Tool) -> Result<()> {
        self.folders.extend(install::ensure(tool)?);
        self.versions.push(format!("{} {}", tool.package, tool.version));
        Ok(())
    }

    /// Adds what one can do without, or says that it is done without.
    fn add_if_possible(&mut self, tool: &table::Tool) -> Result<Presence> {
        let Err(error) = self.add(tool) else { return Ok(Presence::Present) };
        crate::interrupt::check()?;
        say::line(&format!(
            "going on without {}, so what a browser loads will be bigger: {error:#}",
            tool.programs.join(", ")
        ));
        Ok(Presence::Missing)
    }
}
