// Returns the layout problems of the page.
const SLACK_PX = 1;
const widget = document.querySelector(".page-home, .batch-task-widget, .page-message");
const problems = [];
const report = (what, element, more = "") => {
  const text = (element.textContent ?? "").trim().slice(0, 40);
  problems.push(`${what}: <${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> ${JSON.stringify(text)} ${more}`);
};
const style = (element) => getComputedStyle(element);
const isHidden = (element) => !element.checkVisibility() || Boolean(element.closest(".btw-hidden, .btw-button-name, .page-hidden") && style(element.closest(".btw-hidden, .btw-button-name, .page-hidden")).clipPath !== "none");
const px = (box) => `${Math.round(box.left)},${Math.round(box.top)} ${Math.round(box.width)}×${Math.round(box.height)}`;

// Neither the page nor the widget overflows.
for (const element of [document.querySelector("main"), widget]) {
  if (element.scrollWidth > element.clientWidth + SLACK_PX) report(`wider than its box by ${element.scrollWidth - element.clientWidth} px`, element);
}

// Each line of text is inside every ancestor that clips it, unless it can be scrolled to or ends in an ellipsis; and it is
// inside its own box.
const BOXES = "button, summary, td, th, label, li, p, header, footer, section, form, .btw-badge, .btw-chip, .btw-menu-items, .batch-task-widget, .page-message";
const lines = [];
const walker = document.createTreeWalker(widget, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode;
  const element = node.parentElement;
  if (!node.data.trim() || isHidden(element) || element.closest("svg")) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  const hasEllipsis = Boolean(element.closest(".btw-row-error")) || (() => {
    for (let at = element; at && at !== widget; at = at.parentElement) {
      const { textOverflow, webkitLineClamp } = style(at);
      if (textOverflow === "ellipsis" || (webkitLineClamp && webkitLineClamp !== "none")) return true;
    }
    return false;
  })();
  const box = element.closest(BOXES);
  for (const line of range.getClientRects()) {
    if (line.width < 1 || line.height < 1) continue;
    let isScrolled = false;
    for (let at = element; at && widget.contains(at); at = at.parentElement) {
      const { overflowX, overflowY } = style(at);
      if (overflowX === "visible" && overflowY === "visible") continue;
      const clip = at.getBoundingClientRect();
      const beyondX = Math.max(clip.left - line.left, line.right - clip.right);
      const beyondY = Math.max(clip.top - line.top, line.bottom - clip.bottom);
      if (beyondX > SLACK_PX && !/auto|scroll/.test(overflowX) && !hasEllipsis) report(`cut off by ${Math.round(beyondX)} px at the side`, element, `in ${at.className}`);
      // The inline box of a line is higher than its glyphs.
      if (beyondY > 3 && !/auto|scroll/.test(overflowY) && !hasEllipsis) report(`cut off by ${Math.round(beyondY)} px in height`, element, `in ${at.className}`);
      isScrolled ||= (beyondX > SLACK_PX && /auto|scroll/.test(overflowX)) || (beyondY > SLACK_PX && /auto|scroll/.test(overflowY));
    }
    if (hasEllipsis) continue;
    const around = box.getBoundingClientRect();
    if (line.left < around.left - SLACK_PX || line.right > around.right + SLACK_PX) report("runs out of its box", element, `${px(line)} of ${px(around)} in <${box.tagName.toLowerCase()} class="${box.className}">`);
    if (!isScrolled) lines.push({ line, element });
  }
}

// No text overlaps other text, except in menus and sticky headers.
const isAbove = (element) => Boolean(element.closest(".btw-menu-items, thead, .btw-axis"));
const ordinary = lines.filter(({ element }) => !isAbove(element));
ordinary.forEach((one, index) => {
  for (const other of ordinary.slice(index + 1)) {
    if (one.element === other.element) continue;
    const across = Math.min(one.line.right, other.line.right) - Math.max(one.line.left, other.line.left);
    const down = Math.min(one.line.bottom, other.line.bottom) - Math.max(one.line.top, other.line.top);
    if (across > 2 && down > 4) report("lies on other text", one.element, JSON.stringify(other.element.textContent.trim().slice(0, 40)));
  }
});

// No two siblings overlap. A group of columns has the place of its cells.
const isInFlow = (element) => {
  const { position, display } = style(element);
  return element.localName !== "colgroup" && /static|relative/.test(position) && display !== "contents" && !isHidden(element) && !element.closest("svg");
};
for (const parent of [widget, ...widget.querySelectorAll("*")]) {
  if (parent.closest("svg")) continue;
  const children = [...parent.children].filter((child) => isInFlow(child));
  const boxes = children.map((child) => child.getBoundingClientRect());
  boxes.forEach((one, index) => {
    for (let other = index + 1; other < boxes.length; other += 1) {
      const across = Math.min(one.right, boxes[other].right) - Math.max(one.left, boxes[other].left);
      const down = Math.min(one.bottom, boxes[other].bottom) - Math.max(one.top, boxes[other].top);
      if (across > 2 && down > 2) report(`shares ${Math.round(across)}×${Math.round(down)} px with a sibling`, children[index], children[other].className);
    }
  });
}

// A target is at least 24 by 24 px, or has that much space to itself (WCAG 2.2, 2.5.8).
const targets = [...widget.querySelectorAll("button, a, summary, input, label:has(input), [role=option]")]
  .filter((element) => !isHidden(element) && !(element.matches("input[type=checkbox]") && element.closest("label")))
  .map((element) => ({ element, box: element.getBoundingClientRect() }));
for (const { element, box } of targets) {
  if (box.width >= 24 && box.height >= 24) continue;
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const near = targets.find((other) => {
    if (other.element === element || other.element.contains(element) || element.contains(other.element)) return false;
    const dx = Math.max(other.box.left - x, x - other.box.right, 0);
    const dy = Math.max(other.box.top - y, y - other.box.bottom, 0);
    return Math.hypot(dx, dy) < 12;
  });
  if (near) report(`is a target of ${Math.round(box.width)}×${Math.round(box.height)} px`, element, `beside ${near.element.className}`);
}

return [...new Set(problems)];
