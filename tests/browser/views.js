// Events, saved files and notifications for `views.rs`.
export function press_key(element, key) {
  return !element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }));
}
export function point(element, type) {
  const box = element.getBoundingClientRect();
  const at = { clientX: box.x + 40, clientY: box.y + box.height / 2, bubbles: true, composed: true };
  element.dispatchEvent(type === "click" ? new MouseEvent(type, at) : new PointerEvent(type, at));
}
// Begins or ends a print: `beforeprint` or `afterprint`.
export function print(type) {
  window.dispatchEvent(new Event(type));
}
const { click } = HTMLAnchorElement.prototype;
const realFetch = globalThis.fetch;
// Collects saved files as promises of `[name, media type, content]`.
export function capture_files() {
  const files = [];
  const read = async ({ href, download }) => {
    const response = await realFetch(href);
    return [download, response.headers.get("content-type"), await response.text()];
  };
  HTMLAnchorElement.prototype.click = function () { files.push(read(this)); };
  return files;
}
export function stop_capturing_files() {
  HTMLAnchorElement.prototype.click = click;
}
// Answers the request for permission, and collects the notifications.
export function capture_notifications(permission) {
  const shown = [];
  globalThis.Notification = class {
    static permission = "default";
    static requestPermission() {
      this.permission = permission;
      return Promise.resolve(permission);
    }
    constructor(title, { body, tag }) {
      shown.push(`${title} | ${body} | ${tag}`);
    }
  };
  return shown;
}
