const heard = [];
window.host = { heard, show: async () => {}, set: async () => {} };

const list = document.querySelector("batch-task-list");
list.addEventListener("batch-task-open", (event) => {
  event.preventDefault();
  heard.push(`open ${event.detail.batchId}`);
});
