// Functions for the scripts of the tests. They look into the widget of a host page, or else into the standalone page.
const widget = () => document.querySelector("batch-task-widget") ?? document.querySelector("#target > *");
const root = () => widget()?.shadowRoot ?? document;
const find = (selector) => root().querySelector(selector);
const all = (selector) => [...root().querySelectorAll(selector)];
const text = (selector) => find(selector)?.innerText.trim() ?? null;
const texts = (selector) => all(selector).map((element) => element.innerText.trim());
const button = (name) => all("button, summary").find((element) => element.innerText.trim() === name);
const log = (window.log ??= []);
const shownText = () => `${document.hidden ? "(hidden) " : ""}${(root().body ?? root()).textContent}`.slice(0, 400).toWellFormed();
const typeQuery = (query) => {
  const field = find("[type=search]");
  field.value = query;
  field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
};

// Replaces saving a file: `window.savedFile` becomes `[name, content]`.
const captureFile = () => {
  window.savedFile = null;
  window.createObjectURL ??= URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    // WebKit never settles the promise of a blob that is garbage-collected.
    window.savedBlob = blob;
    blob.text().then((content) => { window.savedFile = [window.savedFile, content]; });
    return window.createObjectURL(blob);
  };
  HTMLAnchorElement.prototype.click = function () { window.savedFile = this.download; };
};

// Replaces the clipboard: `window.copied` has the copied texts.
const captureClipboard = () => {
  window.copied = [];
  navigator.clipboard.writeText = async (content) => { copied.push(content); };
};

// Grants notifications, because a driver cannot answer the browser's question, and records them in `window.notified`.
const captureNotifications = () => {
  window.notified = [];
  window.Notification = class {
    static permission = "default";
    static requestPermission = async () => (window.Notification.permission = "granted");
    constructor(title, { tag }) { notified.push([title, tag]); }
  };
};
