// Records the events of widgets and lists that bubble to the document in `window.log`, as `[name, detail]`.
window.log = [];
for (const name of ["update", "finish", "error", "view-change", "list-update", "open"]) {
  document.addEventListener(`batch-task-${name}`, (event) => {
    const { task, ...detail } = event.detail;
    if (name === "list-update") detail.page = detail.page.TaskList.length;
    window.log.push([name, { ...detail, ...(task && { status: task.Status, rows: task.SubTasks.length }) }]);
  });
}
