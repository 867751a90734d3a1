// Replaces the clipboard as on a page without a secure context, which has no `navigator.clipboard`.
const captureInsecureClipboard = () => {
  window.copied = [];
  Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
  document.execCommand = (command) => command === "copy" && copied.push(document.activeElement.value) > 0;
};
const paddingLeft = (selector) => getComputedStyle(find(selector)).paddingLeft;
const height = (selector) => find(selector).getBoundingClientRect().height;
