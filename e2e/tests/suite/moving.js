// Moves the widget to the document of a new frame, which becomes `window.other`.
const moveToFrame = (element) => {
  const frame = document.createElement("iframe");
  frame.width = 1100;
  frame.height = 700;
  document.body.append(frame);
  window.other = frame.contentDocument;
  other.body.append(element);
  window.moved = element;
};
// The bar is drawn once the whole response has arrived.
const isStyled = () => inside(".btw-bar").length === 1 && getComputedStyle(inside(".btw-bar")[0]).display === "flex";
const inside = (selector) => (moved.shadowRoot ?? moved.firstElementChild.shadowRoot).querySelectorAll(selector);
const setVisibility = (document, state) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
};
const scrollToEnd = () => {
  find(".btw-table-scroll").scrollTop = 1e9;
  return true;
};
