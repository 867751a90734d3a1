// Functions for the scripts of `copy.rs`.

// Runs the copy command as browsers do, for tests whose presses are no gestures of a user: the focused element gets a `copy`
// event, and the command returns `true` even if nothing is copied. `window.copied` has the copied texts.
const emulateCopyCommand = ({ isMute = false } = {}) => {
  window.copied = [];
  Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
  document.execCommand = () => {
    let element = document.activeElement;
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const init = { clipboardData: new window.DataTransfer(), bubbles: true, composed: true, cancelable: true };
    const event = new window.ClipboardEvent("copy", init);
    if (!isMute) element.dispatchEvent(event);
    const selected = element.value?.slice(element.selectionStart, element.selectionEnd) ?? "";
    const text = event.defaultPrevented ? event.clipboardData.getData("text/plain") : selected;
    if (text) window.copied.push(text);
    return true;
  };
};

// Records what the widget's buttons have said in `window.said`: the outcome of a press is shown for two seconds only.
const recordButtons = () => {
  window.said = new Set();
  const look = () => {
    for (const button of all("button")) window.said.add(button.ariaLabel ?? button.textContent.trim());
  };
  look();
  new MutationObserver(look).observe(widget().shadowRoot, { subtree: true, childList: true, characterData: true, attributes: true });
};

// Takes the focus back whenever it leaves `container`, as the dialogs of component libraries do.
const trapFocus = (container) => {
  document.addEventListener("focusin", ({ target }) => {
    if (!container.contains(target)) container.querySelector("button, batch-task-widget").focus();
  }, true);
};

// Records what is written to the clipboard in `window.copied`, and when writing begins in `window.started`.
const captureWrites = () => {
  window.copied = [];
  window.started = 0;
  navigator.clipboard.write = async ([item]) => {
    window.started += 1;
    const blob = await item.getType("text/plain");
    window.copied.push(await blob.text());
  };
};
