const scroller = () => find("[role=region][tabindex='0']");
const scrollTo = (share) => {
  const box = scroller();
  box.scrollTop = share * (box.scrollHeight - box.clientHeight);
  return box.scrollTop;
};

// The `aria-rowindex` of the rows at the top, in the middle and at the bottom of the visible part; null for a gap.
const visibleRows = () => {
  const box = scroller().getBoundingClientRect();
  // The header cells are sticky; the header itself is not.
  const head = find("thead th").getBoundingClientRect();
  const bottom = Math.min(box.bottom, innerHeight);
  return [head.bottom + 4, (head.bottom + bottom) / 2, bottom - 20].map((y) => {
    const row = document.elementFromPoint(box.left + 40, y)?.closest("[part~=row]");
    return row ? Number(row.getAttribute("aria-rowindex")) : null;
  });
};

// For the message of a failed test.
const scrollGeometry = () => {
  const { scrollTop, scrollHeight, clientHeight } = scroller();
  const { top, bottom } = scroller().getBoundingClientRect();
  return { scrollTop, scrollHeight, clientHeight, top, bottom, innerHeight, rows: all("tr").length };
};

// Focuses the scroll container and selects the id of a row in the middle.
const selectText = () => {
  scroller().focus({ preventScroll: true });
  const rows = all("[part~=row]");
  getSelection().selectAllChildren(rows[Math.floor(rows.length / 2)].querySelector("code"));
};

// The scroll position, whether the container is focused, and the selected text.
const viewState = () => [scroller().scrollTop, document.activeElement === scroller(), getSelection().toString()];

// The number of rows after a query is typed, before the browser begins another task.
const listedAtOnce = async (query) => {
  typeQuery(query);
  for (let turn = 0; turn < 1_000; turn++) await null;
  return text(".btw-listed");
};
