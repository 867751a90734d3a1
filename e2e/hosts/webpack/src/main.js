// `mount` and its handle, in JavaScript with type checking by TypeScript.
import { mount } from "batch-task-widget";

/** @type {string[]} */
const heard = [];
/** @param {readonly string[]} instanceIds */
const retry = async (instanceIds) => `done ${heard.push(`action ${instanceIds}`)}`;
const target = document.getElementById("target") ?? document.body;
/** @type {import("batch-task-widget").BatchTaskOptions} */
let options = { endpoint: "/api/DescribeBatchTask", batchId: "pcb-demo", interval: 600, actions: [{ id: "retry", label: "Retry" }] };
/** @type {import("batch-task-widget").BatchTaskOptions} */
const longFailures = { filter: ["failed", "attention"], longerThan: "10m", reason: "925235d3", taskId: "629271331" };
if (location.search === "?linked") options = { ...options, ...longFailures };
/** @type {ReturnType<typeof mount> | undefined} */
let widget;
/** @type {(() => Promise<void>) | undefined} */
let cleanUp;

target.addEventListener("batch-task-update", (event) => {
  heard.push(`update ${event.detail.task.Status}`);
});
target.addEventListener("batch-task-finish", (event) => {
  heard.push(`finish ${event.detail.task.Status}`);
});
target.addEventListener("batch-task-action", ({ detail }) => {
  detail.waitUntil(retry(detail.instanceIds));
});
target.addEventListener("batch-task-error", (event) => {
  heard.push(`error ${event.detail.class}`);
});

// An effect as in React: it returns its clean-up, which may be called before the widget has started.
function effect() {
  const mounted = mount(target, options);
  // For updates: (await widget)?.update(options)
  widget = mounted;
  return () => mounted.then((widget) => widget.destroy());
}

window.host = {
  heard,
  async show(isShown) {
    if (isShown) {
      cleanUp ??= effect();
    } else {
      await cleanUp?.();
      cleanUp = widget = undefined;
    }
  },
  async set(changes) {
    options = { ...options, ...changes };
    (await widget)?.update(options);
  },
};
await window.host.show(true);
