//! Assembles the demo's site: the shipped page, and the gallery of all its states, which is not shipped.
//!
//! The gallery is the page's HTML with scripts that hold its clock and mock its requests.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use batch_task_languages::Language;

use crate::workspace::Workspace;
use crate::{files, languages};

/// Inserted at the end of the gallery's head.
const STYLES: &str = "<link rel=\"stylesheet\" href=\"gallery.css\">\n";
/// Inserted at the end of the gallery's body, where all elements exist and the page's scripts, which are modules, have not run.
const SCRIPTS: &str = "<script src=\"bodies.js\"></script>\n<script src=\"states.js\"></script>\n<script src=\"gallery.js\"></script>\n";

/// Assembles the site from the last build of the page. Returns its folder.
pub(crate) fn assemble(workspace: &Workspace) -> Result<PathBuf> {
    let site = workspace.root.join("dist").join("demo");
    // Removes files of an earlier build.
    files::recreate_folder(&site)?;
    for source in [workspace.page(), workspace.root.join("e2e").join("gallery")] {
        files::copy_folder(&source, &site)?;
    }
    // The states of an embedded widget need the npm package; without it, the list leaves them out.
    if workspace.npm().exists() {
        files::copy_folder(&workspace.npm(), &site.join("npm"))?;
    }
    let page = fs::read_to_string(site.join("index.html")).context("the page has no index.html")?;
    // The pseudo-language has longer texts than any language, which shows where the layout has no room.
    languages::write(&site, &[Language::Pseudo])?;
    let gallery = gallery(&page).context("the page's HTML has no end of its head or body")?;
    fs::write(site.join("gallery.html"), gallery).context("cannot write the gallery")?;
    Ok(site)
}

/// Derives the gallery's HTML from the page's.
fn gallery(page: &str) -> Option<String> {
    let (head, rest) = page.split_once("</head>")?;
    let (body, end) = rest.rsplit_once("</body>")?;
    Some(format!("{head}{STYLES}</head>{body}{SCRIPTS}</body>{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gallery_extends_the_page() {
        let gallery =
            gallery("<html><head><title>x</title></head><body><main></main></body></html>").unwrap();
        assert!(gallery.contains("<title>x</title><link rel=\"stylesheet\" href=\"gallery.css\">\n</head>"));
        assert!(gallery.contains("<main></main><script src=\"bodies.js\">"));
        assert!(gallery.ends_with("</script>\n</body></html>"));
        assert_eq!(super::gallery("<p>"), None);
    }
}
