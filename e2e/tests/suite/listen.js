// Records the widget's events that bubble to the document in `window.log`, as `[name, detail]`.
window.log = [];
for (const name of ["update", "finish", "error", "view-change"]) {
  document.addEventListener(`batch-task-${name}`, (event) => {
    const { task, ...detail } = event.detail;
    window.log.push([name, { ...detail, ...(task && { status: task.Status, rows: task.SubTasks.length }) }]);
  });
}
