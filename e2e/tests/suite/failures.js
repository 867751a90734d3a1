// Replaces the clipboard as on a page without a secure context, which has no `navigator.clipboard`.
const captureInsecureClipboard = () => {
  window.copied = [];
  Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
  document.execCommand = (command) => {
    const init = { clipboardData: new window.DataTransfer(), bubbles: true, composed: true, cancelable: true };
    const event = new window.ClipboardEvent(command, init);
    document.activeElement.dispatchEvent(event);
    return window.copied.push(event.clipboardData.getData("text/plain")) > 0;
  };
};
