const root = document.querySelector("batch-task-widget").shadowRoot;
const rows = () => [...root.querySelectorAll(".btw-row")].map((row) => row.getBoundingClientRect().height);
// The elements that contain text themselves, without SVG and what only screen readers get.
const texts = [...root.querySelectorAll("section *")].filter(
  (element) =>
    !element.closest("svg, .btw-hidden, .btw-button-name") &&
    element.getClientRects().length > 0 &&
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()),
);
const px = (element, property) => parseFloat(getComputedStyle(element)[property]);
const describe = (element, ...numbers) => `${element.tagName} ${element.className}: ${numbers}`;
const fontSizes = () => texts.map((element) => px(element, "fontSize"));
// Lines that are lower than their letters.
const tight = () =>
  texts
    .filter((element) => px(element, "lineHeight") < px(element, "fontSize"))
    .map((element) => describe(element, px(element, "lineHeight"), px(element, "fontSize")));
// Boxes that cut off the last line; those that end with an ellipsis after some lines do so on purpose.
const clipped = () =>
  texts
    .filter((element) => {
      const { overflowY, webkitLineClamp } = getComputedStyle(element);
      return overflowY !== "visible" && webkitLineClamp === "none" && element.scrollHeight > element.clientHeight + 1;
    })
    .map((element) => describe(element, element.scrollHeight, element.clientHeight));
