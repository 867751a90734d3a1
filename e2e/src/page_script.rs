//! Scripts that the browser driver runs in a page, and the script that runs first in every page.

/// The file name of [`EARLY`], which is served beside each document.
pub(crate) const EARLY_FILE: &str = "e2e-early.js";

/// Runs before all other scripts of a document and collects page errors in `window.e2e.pageErrors`.
pub(crate) const EARLY: &str = include_str!("js/early.js");

/// Returns the first button with the given text.
pub(crate) const BUTTON: &str = include_str!("js/button.js");

/// Tells the page that the network is lost or back.
pub(crate) const SET_ONLINE: &str = include_str!("js/set_online.js");

/// Adds the early script to a document, before all other scripts. `src` is its URL: the content security policy does
/// not allow an inline script.
pub(crate) fn with_early_script(html: &str, src: &str) -> String {
    let doctype = "<!doctype html>";
    let start = match html.get(..doctype.len()) {
        Some(start) if start.eq_ignore_ascii_case(doctype) => doctype.len(),
        _ => 0,
    };
    let (before, after) = html.split_at(start);
    // Before an explicit <head>, the script would open an implicit one, and the attributes of <html> would be lost.
    let head = after.find("<head>").map_or(0, |place| place + "<head>".len());
    let (opening, rest) = after.split_at(head);
    format!("{before}{opening}<script src=\"{src}\"></script>{rest}")
}
