// Names of properties that depend on where an element is placed.
const PLACED = /^(-webkit-)?((min-|max-)?(width|height|inline-size|block-size)|inset|top|left|right|bottom|perspective-origin|transform-origin|margin-trim)/;
const nameOf = (element) => `${element.localName}.${element.getAttribute("class")}`;

// The computed styles of an element, without placement and custom properties.
const styles = (element) => {
  const computed = getComputedStyle(element);
  return [...computed]
    .filter((name) => !PLACED.test(name) && !name.startsWith("--"))
    .map((name) => `${name}: ${computed.getPropertyValue(name)}`);
};

const stylesInside = () => {
  // An animated icon has another angle at each call.
  root().getAnimations().forEach((animation) => animation.cancel());
  return all(".batch-task-widget, .batch-task-widget *")
    .filter((element) => !element.closest(".btw-freshness"))
    .map((element) => [nameOf(element), styles(element)]);
};

const stylesOutside = () =>
  JSON.stringify([...document.querySelectorAll("body, body *:not(#box, batch-task-widget)")].map(styles));

// Turns on the host's hostile style sheet. Returns how many elements the widget has, whether the sheet is in effect, and
// which styles of the widget it changed.
const changedByHostileSheet = () => {
  const before = stylesInside();
  document.documentElement.classList.add("hostile");
  const after = stylesInside();
  const changes = before.flatMap(([name, lines], index) =>
    lines.filter((line, place) => line !== after[index]?.[1][place]).map((line) => `${name} had ${line}`));
  return [before.length, getComputedStyle(document.querySelector("table")).display === "none", changes.slice(0, 20)];
};

// Elements with a colour that is not derived from the host's, which are all reds, or with another font.
const notFromHost = () => {
  const properties = ["color", "background-color", "border-top-color", "border-inline-start-color", "outline-color", "fill", "stroke",
    "text-decoration-color", "caret-color", "box-shadow", "background-image"];
  const found = [];
  for (const element of all(".batch-task-widget, .batch-task-widget *:not(input[type=checkbox]), p, button")) {
    const computed = getComputedStyle(element);
    for (const property of properties) {
      for (const [colour, channels] of computed.getPropertyValue(property).matchAll(/(?:rgba?|color)\(([^)]*)\)/g)) {
        const [, green, blue, alpha] = channels.replace("srgb ", "").split(/[ ,/]+/).map(Number);
        if ((green > 0 || blue > 0) && alpha !== 0) found.push(`${nameOf(element)} ${property} ${colour}`);
      }
    }
    if (!/Host Font|mono/i.test(computed.fontFamily)) found.push(`${nameOf(element)} ${computed.fontFamily}`);
  }
  return found.slice(0, 20);
};

// The parts that do not have the indent that the host gives to all of them.
const partsNotStyled = () =>
  "header badge freshness request-id progress failures toolbar table row notice".split(" ")
    .filter((part) => getComputedStyle(find(`[part~=${part}]`) ?? document.body).textIndent !== "7px");

// Sets the width of the widget's box. Returns what sticks out of the box, and whether the facts are folded.
const layOutAt = async (widthPx) => {
  const box = document.getElementById("box");
  box.style.setProperty("width", `${widthPx}px`, "important");
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  const { right } = box.getBoundingClientRect();
  const isClipped = (element) => {
    for (let ancestor = element.parentElement; ancestor; ancestor = ancestor.parentElement) {
      if (getComputedStyle(ancestor).overflowX !== "visible") return true;
    }
    return element.classList.contains("btw-hidden");
  };
  const over = all(".batch-task-widget *")
    .filter((element) => !isClipped(element) && element.getBoundingClientRect().right > right + 1)
    .map((element) => `${nameOf(element)} by ${element.getBoundingClientRect().right - right} px`);
  return [over, getComputedStyle(find(".btw-details")).display !== "none"];
};
