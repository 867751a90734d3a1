// `mount` and `mountList`: create an app with a function call instead of a tag.

/**
 * Appends an element with its own shadow root to `target` and renders an app in it.
 *
 * @param {import("./runtime.js").Runtime} runtime
 * @param {typeof import("./app.js").App} App
 * @param {Element} target the parent of the app and the target of its events
 * @param {object} options the custom element's properties
 * @returns {Promise<object>} its handle, once the app, or the message that it could not start, is rendered
 * @throws {TypeError} if `target` is not an Element or `options` is not an object
 */
export async function mountApp(runtime, App, target, options = {}) {
  // An element of another window is not an instance of this window's Element.
  if (target?.nodeType !== 1) throw new TypeError("batch-task-widget: the target must be an Element");
  if (typeof options !== "object" || options === null) {
    throw new TypeError("batch-task-widget: the options must be an object such as { endpoint }");
  }
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  target.append(host);
  // The viewer's choices become options, so that the next update() keeps them.
  const app = new App(runtime, root, target, { ...options }, (changes) =>
    app.configure({ ...app.options, ...changes }),
  );
  await app.started;
  const handle = {
    update: (options) => app.configure({ ...app.options, ...options }),
    refresh: () => app.refresh(),
    pause: () => app.pause(),
    resume: () => app.resume(),
    destroy: () => {
      app.destroy();
      host.remove();
    },
  };
  return Object.defineProperty(handle, App.data, { get: () => app.data, enumerable: true });
}
