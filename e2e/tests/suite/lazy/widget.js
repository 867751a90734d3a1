// Replaces saving a file: `window.savedFile` becomes `[name, text]`.
const captureFile = () => {
  window.savedFile = null;
  window.createObjectURL ??= URL.createObjectURL;
  URL.createObjectURL = (blob) => {
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

// Grants notifications and records their tags in `window.notified`.
const captureNotifications = () => {
  window.notified = [];
  window.Notification = class {
    static permission = "default";
    static requestPermission = async () => (window.Notification.permission = "granted");
    constructor(title, { tag }) { notified.push(tag); }
  };
};

const rowIds = (element = widget()) =>
  [...element.shadowRoot.querySelectorAll(".btw-row .btw-col-id")].map((cell) => cell.innerText.trim()).join("");
const laneCount = (element = widget()) => element.shadowRoot.querySelectorAll("[role=option]").length;
const activeLane = () =>
  widget().shadowRoot.getElementById(find("[role=listbox]").getAttribute("aria-activedescendant"))?.ariaLabel ?? "";
// The message above the table that a part could not be loaded.
const missing = () => text(".btw-toolbar + .btw-coming");
