// Runs before the first paint, and in browsers that refuse the start-up script. In a page that the proxy has drawn it is deferred:
// nothing in it is needed for that paint.

// Selects the loading state: of the page without a batch, or of a batch with a link to the list.
(() => {
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content.trim();
  if (meta("batch-task-batch-id")) return;
  const id = new URLSearchParams(location.search).get("batch-id")?.trim();
  if (!id) document.documentElement.dataset.page = "home";
  else if (meta("batch-task-list-endpoint") !== "") document.documentElement.dataset.page = "batch";
})();

// Says why the page cannot start where the browser refuses its start-up script: opened as a file, and in a frame without an
// origin. Browsers load a classic script there, but no module, and no file with an `integrity` hash.
(() => {
  const reasons = {
    file: "It was opened as a file. Serve its folder over HTTP, for example with batch-task-proxy --static-dir.",
    frame: "The frame around it is sandboxed without allow-same-origin, so the server must allow the origin “null” for all files.",
  };
  const reason = location.protocol === "file:" ? reasons.file : self.origin === "null" ? reasons.frame : "";
  if (!reason) return;
  // boot.js shows the reason if it loads, but another file does not.
  document.documentElement.dataset.reason = reason;
  const explain = () => {
    const main = document.getElementById("batch-task");
    if (!main) return addEventListener("DOMContentLoaded", explain);
    const message = document.createElement("div");
    message.className = "page-message";
    message.setAttribute("role", "alert");
    for (const [name, text] of [["h1", "The page could not start"], ["p", reason]]) {
      message.appendChild(document.createElement(name)).textContent = text;
    }
    main.replaceChildren(message);
  };
  addEventListener("error", ({ target }) => target instanceof HTMLScriptElement && explain(), true);
})();
