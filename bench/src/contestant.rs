//! The contestants: names, kinds, and the folders of their pages. Must not know the measures.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde::Serialize;

/// The markup of a page; `page/probe.js` has an adapter for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// `<batch-task-widget>`.
    Element,
    /// The standalone page.
    Page,
    /// The standalone page with its first state, as the proxy serves it.
    Drawn,
    /// A page with data attributes, written for this benchmark.
    Peer,
    /// Ant Design's own markup.
    Antd,
    /// Reads the bytes and shows nothing.
    Floor,
}

impl Kind {
    /// Whether it is the widget.
    pub(crate) const fn is_ours(self) -> bool {
        matches!(self, Self::Element | Self::Page | Self::Drawn)
    }

    /// The query of the page's URL.
    pub(crate) const fn query(self) -> &'static str {
        match self {
            // The benchmark triggers all polls.
            Self::Page | Self::Drawn => "?batch-id=pcb-bench&interval=86400",
            _ => "",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contestant {
    /// The name in URLs and options.
    pub(crate) name: String,
    /// The name in the report.
    pub(crate) title: String,
    pub(crate) kind: Kind,
    pub(crate) folder: PathBuf,
}

const OURS: [(&str, &str, Kind); 4] = [
    ("script", "script tag", Kind::Element),
    ("bundle", "bundled", Kind::Element),
    ("page", "page", Kind::Page),
    ("drawn", "page from the proxy", Kind::Drawn),
];

const PEERS: [(&str, &str, Kind); 5] = [
    ("vanilla", "vanilla JS", Kind::Peer),
    ("preact", "Preact", Kind::Peer),
    ("react", "React + TanStack", Kind::Peer),
    ("antd", "Ant Design", Kind::Antd),
    ("floor", "floor", Kind::Floor),
];

/// The sites of the widget in the folder `ours`, then the peers; an error if one is not built.
pub(crate) fn all(bench: &Path, ours: &Path) -> Result<Vec<Contestant>> {
    let in_folder = |contestants: &[(&str, &str, Kind)], folder: &Path| -> Vec<Contestant> {
        let contestant = |&(name, title, kind): &(&str, &str, Kind)| Contestant {
            name: name.to_owned(),
            title: title.to_owned(),
            kind,
            folder: folder.join(if kind == Kind::Drawn { "page" } else { name }),
        };
        contestants.iter().map(contestant).collect()
    };
    let all = [in_folder(&OURS, ours), in_folder(&PEERS, &bench.join("peers/dist"))].concat();
    for Contestant { name, folder, .. } in &all {
        ensure!(folder.is_dir(), "{name} is not built: there is no {}", folder.display());
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_is_named() {
        let error = all(Path::new("/nowhere"), Path::new("/nowhere/ours")).unwrap_err().to_string();
        assert!(error.contains("script") && error.contains("/nowhere/ours/script"), "{error}");
    }
}
