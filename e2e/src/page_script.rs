//! The script that is in each page before the page's own: it records what must not happen, and answers questions as
//! a user would put them.

/// The name of the file that holds [`EARLY`], beside each document.
pub(crate) const EARLY_FILE: &str = "e2e-early.js";

/// Runs first in each document. `window.e2e.complaints` holds what a quiet page has none of: lines on the console,
/// errors that nobody caught, refused promises, violations of the content security policy, and dialogs.
pub(crate) const EARLY: &str = r#"
(() => {
  const complaints = [];
  const note = (what, text) => complaints.push(`${what}: ${text}`);
  addEventListener("error", (event) => note("uncaught error", event.message));
  addEventListener("unhandledrejection", (event) => note("unhandled rejection", String(event.reason)));
  addEventListener("securitypolicyviolation", (event) =>
    note("content security policy", `${event.violatedDirective} refused ${event.blockedURI}`));
  for (const level of ["debug", "log", "info", "warn", "error"]) {
    const real = console[level];
    console[level] = (...args) => {
      note(`console.${level}`, args.map(String).join(" "));
      real.apply(console, args);
    };
  }
  for (const name of ["alert", "confirm", "prompt"]) {
    window[name] = (text) => note(name, text);
  }
  window.e2e = { complaints };
})();
"#;

/// The document with the early script before all others. `src` is its address, which the policy has to allow: a script
/// in the document itself would be refused.
pub(crate) fn with_early_script(html: &str, src: &str) -> String {
    let doctype = "<!doctype html>";
    let start = match html.get(..doctype.len()) {
        Some(start) if start.eq_ignore_ascii_case(doctype) => doctype.len(),
        _ => 0,
    };
    let (before, after) = html.split_at(start);
    // In front of an explicit <html> or <head> it would begin the head, and their attributes would come too late.
    let head = after.find("<head>").map_or(0, |place| place + "<head>".len());
    let (opening, rest) = after.split_at(head);
    format!("{before}{opening}<script src=\"{src}\"></script>{rest}")
}

/// The inner and the outer width and height of the window, in px.
pub(crate) const SIZES: &str = "return [innerWidth, innerHeight, outerWidth, outerHeight];";

/// Tells the page that the network has gone or come, as the browser does.
pub(crate) const SET_ONLINE: &str = r#"
const isOnline = arguments[0];
Object.defineProperty(navigator, "onLine", { configurable: true, get: () => isOnline });
dispatchEvent(new Event(isOnline ? "online" : "offline"));
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
