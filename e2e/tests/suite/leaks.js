// Creates and removes an element and a mounted widget. Every other time, they are removed while their first request is open.
const { mount } = await import("./npm/define.js");
const endpoint = "api/DescribeBatchTask";
window.cycles = async (count) => {
  for (let i = 0; i < count; i++) {
    const element = document.createElement("batch-task-widget");
    Object.assign(element, { endpoint, batchId: "pcb-stub", interval: 2 });
    document.body.append(element);
    const handle = await mount(document.getElementById("target"), { endpoint, batchId: `pcb-${i}`, interval: 2 });
    if (i % 2) await handle.refresh();
    element.remove();
    handle.destroy();
    await undefined;
  }
};
