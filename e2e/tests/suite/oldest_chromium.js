const widget = () => document.querySelector("batch-task-widget");
const root = () => widget()?.shadowRoot ?? document;
const find = (selector) => root().querySelector(selector);
const all = (selector) => [...root().querySelectorAll(selector)];
const shownText = () => String(root().textContent).slice(0, 300);

// The red, green, blue and alpha of a color; alpha is 1 if it is missing.
const channels = (color) => {
  const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
  return { red, green, blue, alpha };
};
const background = (element) => channels(getComputedStyle(element).backgroundColor);
const isOpaque = (element) => background(element).alpha === 1;
const isDark = (element) => isOpaque(element) && background(element).green < 64;
const luminance = ({ red, green, blue }) => (0.3 * red + 0.6 * green + 0.1 * blue) / 255;

// Elements that cannot be seen: the bar and its segments without a size or color, borders of the controls, texts like the background.
const invisible = () => {
  const found = all(".btw-bar, .btw-segment:not(.btw-segment-rest)").filter(
    (element) => !isOpaque(element) || element.getBoundingClientRect().width < 4 || element.offsetHeight < 8,
  );
  if (all(".btw-segment").length === 0) found.push(root());
  const segments = all(".btw-segment:not(.btw-segment-rest)").map((element) => getComputedStyle(element).backgroundColor);
  if (new Set(segments).size !== segments.length) found.push(find(".btw-bar"));
  found.push(...all("input[type=search], .btw-chip").filter((it) => channels(getComputedStyle(it).borderTopColor).alpha === 0));
  const surface = background(find("section"));
  found.push(
    ...all("h2, dt, dd, td, th, button, summary, .btw-badge").filter(
      (element) =>
        element.innerText?.trim() &&
        Math.abs(luminance(channels(getComputedStyle(element).color)) - luminance(surface)) < 0.3,
    ),
  );
  return found.map((element) => `${element.tagName} ${element.className}`);
};

const center = (selector) => {
  find(selector).scrollIntoView({ block: "center" });
  const { left, top, width, height } = find(selector).getBoundingClientRect();
  return [left + width / 2, top + height / 2];
};

// The points of an element where another one is above it.
const covered = (selector) => {
  const element = find(selector);
  const { left, top, width, height } = element.getBoundingClientRect();
  const points = [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [left + x * width, top + y * height]));
  const inWindow = points.filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
  return inWindow.filter(([x, y]) => !element.contains(root().elementFromPoint(x, y)));
};
