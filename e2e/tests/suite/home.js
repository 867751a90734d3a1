// What the browser remembers of the batches that were opened.
const RECENT = `batch-task-widget.recent.${location.pathname.replace(/\/[^/]*$/, "")}`;
const recent = () => localStorage.getItem(RECENT) ?? "";
