//! Who takes part: names, kinds, and the folders that their pages are served from. It must not know measurements.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

/// How a page is looked at; `page/probe.js` has an adapter for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// The widget, in its shadow root.
    Ours,
    /// A JavaScript page of ours with data attributes.
    Peer,
    /// Ant Design's own markup.
    Antd,
    /// Reads bytes and shows nothing.
    Floor,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contestant {
    /// Its name in URLs and options.
    pub(crate) name: String,
    /// Its name in the report.
    pub(crate) title: String,
    pub(crate) kind: Kind,
    /// Where its files are; the first folder that has one wins.
    pub(crate) folders: Vec<PathBuf>,
}

const PEERS: [(&str, &str, Kind); 7] = [
    ("vanilla", "vanilla JS", Kind::Peer),
    ("preact", "Preact", Kind::Peer),
    ("react", "React + TanStack", Kind::Peer),
    ("antd", "Ant Design", Kind::Antd),
    ("floor-array-buffer", "floor: arrayBuffer", Kind::Floor),
    ("floor-reader", "floor: reader", Kind::Floor),
    ("floor-byob", "floor: BYOB reader", Kind::Floor),
];

/// The widget's builds, in the order given, and everybody else.
///
/// # Errors
/// If a page is not there.
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
    fn a_folder_that_is_missing_is_named() {
        let modules = [("ours".to_owned(), PathBuf::from("/nowhere/module"))];
        let error = all(Path::new("/nowhere"), &modules).unwrap_err().to_string();
        assert!(error.contains("ours") && error.contains("/nowhere/ours"), "{error}");
    }
}
