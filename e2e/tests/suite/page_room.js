// Functions for the scripts of `page.rs`: which rows are in the window.
const STRIP_PX = 40;
const rects = (selector) => all(selector).map((element) => element.getBoundingClientRect());
const rowsInSight = () => rects(".btw-row").filter(({ top, bottom }) => top >= 0 && bottom <= innerHeight).length;
const firstRow = () => Number(find(".btw-row")?.getAttribute("aria-rowindex"));
const tableIsInSight = () => {
  const [{ top, bottom }] = rects(".btw-table-scroll");
  return top >= STRIP_PX - 1 && bottom <= innerHeight + 1;
};
// Whether rows fill the window from the column names, which stay below the line, to its lower edge or the end of the table.
const isFullOfRows = () => {
  const rows = rects(".btw-row");
  const [head] = rects("thead");
  return Math.abs(head.top - STRIP_PX) < 1.5 && rows[0].top <= head.bottom && rows.at(-1).bottom >= Math.min(innerHeight, rects(".btw-table")[0].bottom - 2);
};
const idOf = (row) => row.querySelector("th code").innerText;
const rowOf = (id) => all(".btw-row").find((row) => idOf(row) === id);
const topOf = (id) => rowOf(id)?.getBoundingClientRect().top;
// A row in the lower half of the window.
const middleRow = () => all(".btw-row").find((row) => row.getBoundingClientRect().top > innerHeight / 2);
