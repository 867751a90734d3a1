const box = document.querySelector("details");
const inner = box?.querySelector("div");
// In how many seconds the next request is due; NaN while there is one.
const nextInS = () => Number(find(".btw-freshness-text").textContent.match(/next in (\d+) s/)?.[1] ?? NaN);
const firstRow = () => Number(find(".btw-row").getAttribute("aria-rowindex"));
// Whether the visible part of the table is full of rows.
const isFilled = () => {
  const { top, bottom, height } = find(".btw-table-scroll").getBoundingClientRect();
  const rows = all(".btw-row").map((row) => row.getBoundingClientRect());
  const head = find("thead").getBoundingClientRect().height;
  return height > 200 && rows[0].top <= top + head + 1 && rows.at(-1).bottom >= bottom - 20;
};
