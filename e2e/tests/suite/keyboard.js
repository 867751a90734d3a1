// The name or the text of the focused element.
const focused = () => {
  const element = document.activeElement;
  if (element === document.body) return "nothing";
  return (element.getAttribute("aria-label") ?? element.innerText).replace(/\s+/g, " ").trim();
};

// The width and the style of the focus ring, and the element that covers the focused element, if any.
const focusRing = () => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { left, top, width, height } = element.getBoundingClientRect();
  // If an element is larger than the window, its upper part has to be visible.
  const over = document.elementFromPoint(left + Math.min(width, innerWidth) / 2, top + Math.min(height, 40) / 2);
  const isUncovered = over !== null && (element.contains(over) || over.contains(element) || element.closest("label")?.contains(over));
  return [parseFloat(outlineWidth), outlineStyle, isUncovered ? "" : `${over?.tagName} ${over?.className}`];
};
