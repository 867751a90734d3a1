// A slow machine: for each call of `Date.now`, 20 ms have passed, after which Yew's scheduler lets the browser continue.
const { now } = Date;
let laterMs = 0;
Date.now = () => now() + (laterMs += 20);

// Presses Resume as soon as it is drawn.
window.resumeAtOnce = () => {
  const root = document.querySelector("batch-task-widget").shadowRoot;
  const press = (_, observer) => {
    const buttons = [...root.querySelectorAll(".btw-freshness button")];
    const resume = buttons.find((button) => (button.ariaLabel ?? button.textContent).trim() === "Resume");
    if (!resume) return;
    observer.disconnect();
    window.hasResumed = true;
    resume.click();
  };
  new MutationObserver(press).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
};

// Records by how much the row with this ID is elsewhere in the box each time that the document has changed, in CSS px.
window.watchRow = (id) => {
  const root = document.querySelector("batch-task-widget").shadowRoot;
  const top = () => {
    const row = [...root.querySelectorAll(".btw-row")].find((row) => row.querySelector("th code").textContent === id);
    return row && row.getBoundingClientRect().top - root.querySelector(".btw-table-scroll").getBoundingClientRect().top;
  };
  const first = top();
  window.jumps = [];
  const record = () => {
    const moved = (top() ?? NaN) - first;
    if (!(Math.abs(moved) <= 1)) window.jumps.push(moved);
  };
  new MutationObserver(record).observe(root, { subtree: true, childList: true });
};

// Presses a focused button that the next render removes, and returns what has the focus before the browser continues.
window.removeFocused = (selector) => new Promise((done) => {
  const { shadowRoot } = document.querySelector("batch-task-widget");
  const button = shadowRoot.querySelector(selector);
  const look = async (_, observer) => {
    if (button.isConnected) return;
    observer.disconnect();
    // Only microtasks run meanwhile.
    for (let hop = 0; hop < 50; hop += 1) await null;
    done(shadowRoot.activeElement?.className ?? null);
  };
  new MutationObserver(look).observe(shadowRoot, { subtree: true, childList: true });
  button.focus();
  button.click();
});

await import("./npm/define.js");
