// Starts the page's WebAssembly from a file of its own, since a strict content security policy refuses an inline
// script; and says so in words if it does not start or breaks down.
const script = document.querySelector("script[data-js][data-wasm]");
const main = document.getElementById("batch-task");

// Before anything is drawn, so that nothing is seen in the other theme first.
const theme = new URLSearchParams(location.search).get("theme");
if (theme === "light" || theme === "dark") document.documentElement.style.colorScheme = theme;

// Without an id there is a form to come, and no task.
const fixedId = document.querySelector('meta[name="batch-task-batch-id"]')?.content.trim();
if (!fixedId && !new URLSearchParams(location.search).get("batch-id")) main.replaceChildren();

function explain(error) {
  console.error("batch-task-widget did not start:", error);
  const message = document.createElement("p");
  message.className = "page-message";
  message.setAttribute("role", "alert");
  message.textContent =
    typeof WebAssembly === "object"
      ? "The page could not start: its program did not load or broke down. "
      : "This page needs a browser with WebAssembly. ";
  const reload = document.createElement("button");
  reload.type = "button";
  reload.textContent = "Reload";
  reload.addEventListener("click", () => location.reload());
  message.append(reload);
  main.replaceChildren(message);
}

const isTrap = (error) => typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;

// A trap in the wasm (a panic) leaves a page that no longer answers; better to say so.
addEventListener("error", (event) => {
  if (isTrap(event.error)) explain(event.error);
});
addEventListener("unhandledrejection", (event) => {
  if (isTrap(event.reason)) explain(event.reason);
});

// A language is loaded when the page first speaks it; until then, and without its file, it goes on in English.
main.loadLanguage = (tag) => import(`./lang/${tag}.js`);

try {
  const { default: init } = await import(new URL(script.dataset.js, document.baseURI).href);
  await init({ module_or_path: new URL(script.dataset.wasm, document.baseURI) });
} catch (error) {
  explain(error);
}
