// Checks the contrast to the background: 4.5:1 for text; 3:1 for large text, icons, segments of the bar, bars of the timeline
// and the borders of fields. Returns the problems, and how many items were checked.
const problems = [];
let checked = 0;
const parse = (text) => {
  const numbers = (text.match(/-?[\d.]+(e-?\d+)?%?/g) ?? []).map((number) => (number.endsWith("%") ? parseFloat(number) / 100 : parseFloat(number)));
  if (text.startsWith("color(srgb")) return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
  if (text.startsWith("rgb")) return [numbers[0] / 255, numbers[1] / 255, numbers[2] / 255, numbers[3] ?? 1];
  if (text === "transparent" || text === "none") return [0, 0, 0, 0];
  throw new Error(`unknown colour: ${text}`);
};
const blend = ([r, g, b, a], below) => [r, g, b].map((part, index) => part * a + below[index] * (1 - a)).concat(1);
const luminance = ([r, g, b]) => {
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
};
const ratio = (one, other) => {
  const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
};
const style = (element, part) => getComputedStyle(element, part);
const background = (element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    if (at instanceof SVGElement) continue;
    const layer = parse(style(at).backgroundColor);
    layers.push(layer);
    if (layer[3] === 1) break;
  }
  return layers.reverse().reduce((below, layer) => blend(layer, below), [1, 1, 1, 1]);
};
const check = (what, element, colour, below, least) => {
  checked += 1;
  const found = ratio(blend(colour, below), below);
  if (found < least) problems.push(`${what} ${found.toFixed(2)}:1 instead of ${least}:1: ${element.tagName} ${element.getAttribute("class") ?? ""} ${(element.textContent ?? "").trim().slice(0, 30)}`);
};

const root = document.querySelector("main");
const isVisible = (element) => element.checkVisibility() && !element.closest(".btw-hidden, .page-hidden");
const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !isVisible(element)) continue;
  const { color, fill, fontSize, fontWeight } = style(element);
  const isLarge = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700);
  const colour = element instanceof SVGElement ? fill : color;
  check("text", element, parse(colour), background(element), isLarge ? 3 : 4.5);
}
for (const field of root.querySelectorAll("input:not([type=checkbox])")) {
  check("placeholder", field, parse(style(field, "::placeholder").color), background(field), 4.5);
  check("border", field, parse(style(field).borderTopColor), background(field.parentElement), 3);
}
for (const icon of root.querySelectorAll(".btw-icon")) {
  if (isVisible(icon)) check("icon", icon, parse(style(icon).color), background(icon), 3);
}
for (const mark of root.querySelectorAll(".btw-icon-mark")) {
  if (isVisible(mark)) check("mark in an icon", mark, parse(style(mark).stroke), parse(style(mark.closest("svg")).color), 3);
}
for (const segment of root.querySelectorAll(".btw-segment:not(.btw-segment-rest)")) {
  check("segment", segment, parse(style(segment).backgroundColor), background(segment.parentElement), 3);
}
for (const bar of root.querySelectorAll(".btw-lane-bar, .btw-now-mark")) check("bar", bar, parse(style(bar).fill), background(bar), 3);
for (const bar of root.querySelectorAll(".btw-lane-going, .btw-now")) check("outline", bar, parse(style(bar).stroke), background(bar), 3);
const accent = root.querySelector(".btw-tab[aria-selected=true]");
if (accent) check("selected tab's line", accent, parse(style(accent).borderBottomColor), background(accent), 3);
return [[...new Set(problems)], checked];
