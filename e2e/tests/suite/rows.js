const scroller = () => find(".btw-table-scroll");
const rowOf = (id) => all("[part~=row]").find((row) => row.querySelector("th code").innerText === id);
const topOf = (id) => rowOf(id)?.getBoundingClientRect().top;
const toggle = (id) => rowOf(id).querySelector(".btw-open").click();
const isOpen = (id) => rowOf(id)?.querySelector(".btw-open").ariaExpanded === "true";
const bottom = () => scroller().getBoundingClientRect().bottom;
const frames = async (count) => {
  for (let frame = 0; frame < count; frame += 1) await new Promise(requestAnimationFrame);
};

// The id of a row in the middle of the visible part.
const middle = () => {
  const box = scroller().getBoundingClientRect();
  const at = all("[part~=row]").find((row) => row.getBoundingClientRect().top > (box.top + box.bottom) / 2);
  return at?.querySelector("th code").innerText;
};

// Scrolls by steps of `px` and returns the steps at which a visible row moved by another distance.
const walk = async (px, steps) => {
  const jumps = [];
  for (let step = 0; step < steps; step += 1) {
    const id = middle();
    const [top, scrolled] = [topOf(id), scroller().scrollTop];
    const end = scroller().scrollHeight - scroller().clientHeight;
    if (!id || scrolled + px < 0 || scrolled + px > end) break;
    scroller().scrollTop = scrolled + px;
    await frames(3);
    const moved = top - topOf(id);
    if (!(Math.abs(moved - px) <= 1)) jumps.push(`${id} moved by ${moved} px, not ${px}, at ${scrolled}`);
  }
  return jumps;
};

// Whether nothing is between the rows, and the scrolled height is that of the content.
const gaps = () => {
  const rows = all("tbody[class='btw-spacer'], tbody tr").map((row) => row.getBoundingClientRect());
  const found = rows.slice(1).filter((row, index) => Math.abs(row.top - rows[index].bottom) > 1).length;
  const table = find("table").getBoundingClientRect().height;
  return [found, Math.round(scroller().scrollHeight - table)];
};

// Clicks a cell as a pointer does that was pressed `px` to the left. `count` is the number of clicks.
const clickCell = (cell, px = 0, count = 1, more = {}) => {
  const { left, top } = cell.getBoundingClientRect();
  const at = (x) => ({ bubbles: true, composed: true, cancelable: true, clientX: left + x, clientY: top + 5, ...more });
  cell.dispatchEvent(new window.PointerEvent("pointerdown", at(5)));
  cell.dispatchEvent(new window.MouseEvent("click", { ...at(5 + px), detail: count }));
};

// Scrolls until the row is drawn and visible.
const seek = async (id) => {
  for (let tries = 0; tries < 40 && !rowOf(id); tries += 1) {
    const first = Number(all("[part~=row] th code")[0].innerText);
    scroller().scrollTop += (Number(id) - first) * 30;
    await frames(2);
  }
  rowOf(id).scrollIntoView({ block: "center" });
  await frames(2);
};
