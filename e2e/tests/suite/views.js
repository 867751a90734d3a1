// Functions for the scripts of `views.rs`.
const timelineFits = () => {
  const timeline = find(".btw-timeline");
  return document.documentElement.scrollWidth <= innerWidth && timeline.scrollWidth <= timeline.clientWidth;
};

const barsAreVisible = () =>
  all(".btw-lane-failed .btw-lane-bar").every((bar) => bar.getBoundingClientRect().width >= 3);

// Whether the icon of the tab is a valid image.
const iconIsImage = async () => {
  const image = new Image();
  image.src = find("link[rel~=icon]").href;
  await image.decode();
  return image.width > 0;
};

// Dispatches a pointer event over the lane with this index.
const lane = (index) => all("[role=option]")[index];
const point = (index, type) => {
  lane(index).scrollIntoView({ block: "nearest" });
  const { top, height } = lane(index).getBoundingClientRect();
  lane(index).dispatchEvent(new window.PointerEvent(type, { bubbles: true, clientX: 300, clientY: top + height / 2 }));
};

// Whether the facts are directly below or above the lane, and in the window.
const factsAreBeside = (index) => {
  const [facts, { top, bottom }] = [find(".btw-lane-facts")?.getBoundingClientRect(), lane(index).getBoundingClientRect()];
  const isBeside = facts && Math.min(Math.abs(facts.top - bottom), Math.abs(facts.bottom - top)) < 2;
  return isBeside && facts.top >= 0 && facts.bottom <= innerHeight;
};

// Whether the table shows this row, expanded, in the visible part of its scroll box.
const openRowIsInSight = (id) => {
  const row = find(".btw-open[aria-expanded=true]")?.closest("tr");
  if (!row?.innerText.includes(id)) return false;
  const [box, { top, bottom }] = [find(".btw-table-scroll").getBoundingClientRect(), row.getBoundingClientRect()];
  return top >= box.top && bottom <= box.bottom;
};
