// The batches that the browser remembers.
const RECENT = `batch-task-widget.recent.${location.pathname.replace(/\/[^/]*$/, "")}`;
const recent = () => localStorage.getItem(RECENT) ?? "";

// The statuses of the batches in the list.
const statuses = () => texts("td.btw-list-status");

// Picks a time range of the list.
const pickRange = (range) => {
  const select = find(".btw-list-select");
  select.value = range;
  select.dispatchEvent(new Event("input", { bubbles: true }));
};
