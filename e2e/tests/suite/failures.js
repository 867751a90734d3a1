// Records copied texts in `window.copied`. Without a secure context, there is no `navigator.clipboard`.
const captureClipboard = (isSecure) => {
  window.copied = [];
  if (isSecure) {
    navigator.clipboard.writeText = async (content) => { copied.push(content); };
  } else {
    Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
    document.execCommand = (command) => command === "copy" && copied.push(document.activeElement.value) > 0;
  }
};
const paddingLeft = (selector) => getComputedStyle(find(selector)).paddingLeft;
const height = (selector) => find(selector).getBoundingClientRect().height;
