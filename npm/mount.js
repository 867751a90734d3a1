// `mount`: a widget in an element of its own, for pages that would rather call a function than write a tag.

import { Widget } from "./widget.js";

/**
 * Appends a widget to `target`, in an element with a shadow root of its own.
 *
 * @param {Element} target where it is put, and where its events are dispatched
 * @param {object} options the properties of the custom element
 * @returns {Promise<object>} its handle, once it is drawn, or once the sentence is that says why it is not
 * @throws {TypeError} if the target is no element or the options are no object
 */
export async function mount(target, options = {}) {
  if (!(target instanceof Element)) throw new TypeError("batch-task-widget: the target is no element");
  if (typeof options !== "object" || options === null) {
    throw new TypeError("batch-task-widget: the options are no object; give {endpoint, batchId}");
  }
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  target.append(host);
  // What the viewer picks counts as if the page had asked for it, so that the next update does not undo it.
  const widget = new Widget(root, target, { ...options }, (picked) =>
    widget.configure({ ...widget.options, ...picked }),
  );
  await widget.opened;
  return {
    update: (options) => widget.configure({ ...widget.options, ...options }),
    refresh: () => widget.refresh(),
    pause: () => widget.pause(),
    resume: () => widget.resume(),
    get task() {
      return widget.task;
    },
    destroy: () => {
      widget.destroy();
      host.remove();
    },
  };
}
