//! The demo's site: the page as it is shipped and, beside it, the gallery of all its states, which is not.
//!
//! The gallery is the page's own HTML with scripts that hold its clock and answer in place of a proxy. How the page is built it
//! must not know.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use batch_task_languages::Language;

use crate::workspace::Workspace;
use crate::{files, languages};

/// In the gallery's head.
const STYLES: &str = "<link rel=\"stylesheet\" href=\"gallery.css\">\n";
/// At its end, where all elements are there and none of the page's own scripts, which are modules, has run.
const SCRIPTS: &str = "<script src=\"bodies.js\"></script>\n<script src=\"states.js\"></script>\n<script src=\"gallery.js\"></script>\n";

/// Puts the site together from the page as it was built last, and gives its folder.
///
/// # Errors
/// If the page is not there, or something cannot be copied.
pub(crate) fn assemble(workspace: &Workspace) -> Result<PathBuf> {
    let site = workspace.root.join("dist").join("demo");
    // What an earlier build left must not be served.
    let _ = fs::remove_dir_all(&site);
    fs::create_dir_all(&site).with_context(|| format!("cannot make {}", site.display()))?;
    for source in [workspace.page(), workspace.root.join("e2e").join("gallery")] {
        files::copy_folder(&source, &site)?;
    }
    let page = fs::read_to_string(site.join("index.html")).context("the page has no index.html")?;
    // What has no room shows in a language that is longer than all.
    languages::write(&site, &[Language::Pseudo])?;
    let gallery = gallery(&page).context("the page's HTML has no end of its head or body")?;
    fs::write(site.join("gallery.html"), gallery).context("cannot write the gallery")?;
    Ok(site)
}

/// The gallery's HTML, made from the page's.
fn gallery(page: &str) -> Option<String> {
    let (head, rest) = page.split_once("</head>")?;
    let (body, end) = rest.rsplit_once("</body>")?;
    Some(format!("{head}{STYLES}</head>{body}{SCRIPTS}</body>{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gallery_is_the_page_and_more() {
        let gallery =
            gallery("<html><head><title>x</title></head><body><main></main></body></html>").unwrap();
        assert!(gallery.contains("<title>x</title><link rel=\"stylesheet\" href=\"gallery.css\">\n</head>"));
        assert!(gallery.contains("<main></main><script src=\"bodies.js\">"));
        assert!(gallery.ends_with("</script>\n</body></html>"));
        assert_eq!(super::gallery("<p>"), None);
    }
}
