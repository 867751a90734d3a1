// `mount`: creates a widget with a function call instead of a tag.

import { Widget } from "./widget.js";

/**
 * Appends an element with its own shadow root to `target` and renders a widget in it.
 *
 * @param {Element} target the parent of the widget and the target of its events
 * @param {object} options the custom element's properties
 * @returns {Promise<object>} its handle, once the widget, or the message that it could not start, is rendered
 * @throws {TypeError} if `target` is not an Element or `options` is not an object
 */
export async function mount(target, options = {}) {
  // An element of another window is not an instance of this window's Element.
  if (target?.nodeType !== 1) throw new TypeError("batch-task-widget: the target must be an Element");
  if (typeof options !== "object" || options === null) {
    throw new TypeError("batch-task-widget: the options must be an object such as { endpoint, batchId }");
  }
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  target.append(host);
  // The viewer's choices become options, so that the next update() keeps them.
  const widget = new Widget(root, target, { ...options }, (changes) =>
    widget.configure({ ...widget.options, ...changes }),
  );
  await widget.started;
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
