// The list is inside the element that `widget()` finds if there is no widget.
const list = () => document.querySelector("batch-task-list");

// The API's requests of the list, in order: their parameters.
const requests = () =>
  performance
    .getEntriesByType("resource")
    .filter(({ name }) => new URL(name).pathname.endsWith("/api/DescribeBatchTasks"))
    .map(({ name }) => Object.fromEntries(new URL(name).searchParams));

// The cells of each row: name, status, progress.
const rowTexts = () =>
  all(".btw-list-row").map((row) =>
    [".btw-list-open", ".btw-list-status", ".btw-list-progress"].map((part) => row.querySelector(part).innerText.trim()),
  );

// The differences between the rows and the latest page.
const wrongRows = () => {
  const { TaskList } = window.page;
  const shown = rowTexts();
  if (shown.length !== TaskList.length) return [`${shown.length} rows instead of ${TaskList.length}`];
  return TaskList.flatMap(({ TaskName, SuccessCount, TotalCount }, index) => {
    const [name, , progress] = shown[index];
    const figures = `${SuccessCount.toLocaleString("en")} of ${TotalCount.toLocaleString("en")}`;
    return name === TaskName && progress.includes(figures) ? [] : [`${shown[index]} instead of ${TaskName}, ${figures}`];
  });
};

const isSettled = () => window.page && wrongRows().length === 0;
const chip = (name) => find(`.btw-list-filters .btw-chip-${name}`);
const pick = (index, value) => {
  const select = all(".btw-list-select")[index];
  select.value = value;
  select.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
};
