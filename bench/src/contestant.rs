//! The contestants: names, kinds, and the folders of their pages. Must not know the measures.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde::Serialize;

/// The markup of a page; `page/probe.js` has an adapter for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// The widget, in its shadow root.
    Ours,
    /// A page with data attributes, written for this benchmark.
    Peer,
    /// Ant Design's own markup.
    Antd,
    /// Reads the bytes and shows nothing.
    Floor,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contestant {
    /// The name in URLs and options.
    pub(crate) name: String,
    /// The name in the report.
    pub(crate) title: String,
    pub(crate) kind: Kind,
    /// The folders of its files. For a file in several folders, the first counts.
    pub(crate) folders: Vec<PathBuf>,
}

const PEERS: [(&str, &str, Kind); 5] = [
    ("vanilla", "vanilla JS", Kind::Peer),
    ("preact", "Preact", Kind::Peer),
    ("react", "React + TanStack", Kind::Peer),
    ("antd", "Ant Design", Kind::Antd),
    ("floor", "floor", Kind::Floor),
];

/// The builds of the widget, then the peers; an error if one is not built.
pub(crate) fn all(bench: &Path, modules: &[(String, PathBuf)]) -> Result<Vec<Contestant>> {
    let ours = modules.iter().map(|(name, folder)| Contestant {
        name: name.clone(),
        title: name.replace('-', ", "),
        kind: Kind::Ours,
        folders: vec![bench.join("ours"), folder.clone()],
    });
    let peers = PEERS.iter().map(|&(name, title, kind)| Contestant {
        name: name.to_owned(),
        title: title.to_owned(),
        kind,
        folders: vec![bench.join("peers").join("dist").join(name)],
    });
    let all: Vec<Contestant> = ours.chain(peers).collect();
    for Contestant { name, folders, .. } in &all {
        for folder in folders {
            ensure!(folder.is_dir(), "{name} is not built: there is no {}", folder.display());
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_is_named() {
        let modules = [("ours".to_owned(), PathBuf::from("/nowhere/module"))];
        let error = all(Path::new("/nowhere"), &modules).unwrap_err().to_string();
        assert!(error.contains("ours") && error.contains("/nowhere/ours"), "{error}");
    }
}
