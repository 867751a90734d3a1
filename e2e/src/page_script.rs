//! The script that is in each page before the page's own: it records what must not happen, and answers questions as
//! a user would put them.

/// Runs first in each document. `window.e2e.complaints` holds what no console log can miss: errors that nobody
/// caught, refused promises, violations of the content security policy, and dialogs.
pub(crate) const EARLY: &str = r#"
(() => {
  const complaints = [];
  const note = (what, text) => complaints.push(`${what}: ${text}`);
  addEventListener("error", (event) => note("uncaught error", event.message));
  addEventListener("unhandledrejection", (event) => note("unhandled rejection", String(event.reason)));
  addEventListener("securitypolicyviolation", (event) =>
    note("content security policy", `${event.violatedDirective} refused ${event.blockedURI}`));
  for (const name of ["alert", "confirm", "prompt"]) {
    window[name] = (text) => note(name, text);
  }
  window.e2e = { complaints };
})();
"#;

/// The text of the first element that a selector finds, as it is laid out, or null.
pub(crate) const TEXT: &str = "return document.querySelector(arguments[0])?.innerText.trim() ?? null;";

/// The texts of all elements that a selector finds.
pub(crate) const TEXTS: &str =
    "return [...document.querySelectorAll(arguments[0])].map((element) => element.innerText.trim());";

/// An attribute of the first element that a selector finds, or null.
pub(crate) const ATTRIBUTE: &str =
    "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? null;";

/// The button with the given text, or null. An icon beside the text, or a line break in it, makes no difference.
pub(crate) const BUTTON: &str = r#"
return [...document.querySelectorAll("button")]
  .find((button) => button.innerText.replace(/\s+/g, " ").trim() === arguments[0]) ?? null;
"#;
