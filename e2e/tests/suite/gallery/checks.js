// Runs the rules of WCAG 2.2 AA and the best practices. Returns the violations, and how many rules had something to check.
const runAxe = async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations, passes } = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target} ${node.failureSummary.replaceAll("\n", " ")}`));
  return [found, passes.length];
};

const styleOf = (selector) => getComputedStyle(find(selector));

// With forced colors, a difference must not be one of colour only. The segments of the bar keep their colours.
const forcedColorsProblems = () => {
  const problems = [];
  if (styleOf(".btw-chip[aria-pressed=true]").outlineStyle !== "solid") problems.push("the pressed chip looks like the others");
  if (styleOf(".btw-chip[aria-pressed=false]").outlineStyle !== "none") problems.push("all chips look like the pressed one");
  if (parseFloat(styleOf(".btw-bar").borderTopWidth) < 1) problems.push("the bar has no border");
  const segments = all(".btw-segment:not(.btw-segment-rest)").map((segment) => getComputedStyle(segment).backgroundColor);
  if (new Set(segments).size !== segments.length) problems.push(`segments with the same colour: ${segments}`);
  const [on, off] = ["true", "false"].map((is) => styleOf(`.btw-tab[aria-selected=${is}]`).borderBottomColor);
  if (on === off) problems.push("the selected tab looks like the other");
  return problems;
};

// The drawings of the icons of all statuses, without their class names.
const iconShapes = () => all(".btw-chip svg").map((icon) => icon.innerHTML.replace(/ class="[^"]*"/g, ""));

const addStyle = (css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
};

// Elements that must not be printed.
const printProblems = () => {
  const visible = (selector) => all(`.batch-task-widget :is(${selector})`).filter((element) => element.checkVisibility());
  const controls = visible("button:not(.btw-chip, .btw-group-button, .btw-sort, .btw-more), input, summary, [role=tab]");
  const problems = controls.map((control) => `a control: ${control.className}`);
  const scroller = find(".btw-table-scroll");
  if (scroller.scrollHeight > scroller.clientHeight + 1 || getComputedStyle(scroller).overflowY !== "visible") problems.push("a scroll box");
  const own = find(".batch-task-widget");
  if (own.scrollWidth > own.clientWidth) problems.push("wider than the paper");
  if (visible(".btw-fact").length < 5) problems.push("facts are missing");
  if (!visible(".btw-failures").length) problems.push("the failures are missing");
  const rows = visible("[part~=row]").map((row) => row.getBoundingClientRect());
  if (rows.at(-1).bottom - rows[0].top > rows.length * 60) problems.push("gaps between the rows");
  return problems;
};

// Boxes that scroll in both directions.
const scrollProblems = () => {
  const scrolls = (box, along, across) => box[along] > box[across] + 1;
  return [...document.querySelectorAll("*")]
    .filter((box) => box === document.documentElement || /auto|scroll/.test(getComputedStyle(box).overflow))
    .filter((box) => scrolls(box, "scrollWidth", "clientWidth") && scrolls(box, "scrollHeight", "clientHeight"))
    .map((box) => `scrolls both ways: <${box.localName} class="${box.className}"> ${box.scrollWidth}×${box.scrollHeight} in ${box.clientWidth}×${box.clientHeight}`);
};
