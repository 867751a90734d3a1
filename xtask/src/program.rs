//! The programs of the npm package: which parts of the library each contains, and the names of its files.

use crate::build_variant::BuildVariant;
use crate::tools::Toolbox;

/// A program for pages that embed one element or both. The standalone page is not one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// `<batch-task-widget>`.
    Widget,
    /// `<batch-task-list>`.
    List,
    /// Both elements.
    All,
}

impl Program {
    pub(crate) const ALL: [Self; 3] = [Self::Widget, Self::List, Self::All];

    /// The name, of which the names of its files are made.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Widget => "batch-task-widget",
            Self::List => "batch-task-list",
            Self::All => "batch-task-all",
        }
    }

    /// The cargo features that the library is compiled with.
    pub(crate) const fn features(self) -> &'static str {
        match self {
            Self::Widget => "element",
            Self::List => "list",
            Self::All => "element,list",
        }
    }

    /// Whether a second file is loaded lazily. The list alone has nothing that is worth one.
    pub(crate) const fn has_lazy_part(self) -> bool {
        !matches!(self, Self::List)
    }

    /// Whether its code is split in this variant. Without the tools for it, the second file is empty.
    pub(crate) fn is_split(self, variant: BuildVariant, toolbox: &Toolbox) -> bool {
        self.has_lazy_part() && variant.is_split(toolbox)
    }

    /// The WebAssembly.
    pub(crate) fn wasm(self) -> String {
        format!("{}.wasm", self.name())
    }

    /// The second file, which is loaded lazily.
    pub(crate) fn lazy_wasm(self) -> String {
        format!("{}.extras.wasm", self.name())
    }

    /// The JavaScript between the WebAssembly and the browser.
    pub(crate) fn glue(self) -> String {
        format!("{}.glue.js", self.name())
    }
}
