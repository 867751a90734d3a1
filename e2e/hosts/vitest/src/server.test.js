// The package on a server, which may have custom elements but has no document.
import { expect, test, vi } from "vitest";

test("importing the package loads nothing", async () => {
  const fetch = vi.spyOn(globalThis, "fetch");
  // As libraries for server-side rendering provide them.
  const tags = new Map();
  vi.stubGlobal("customElements", { get: (tag) => tags.get(tag), define: (tag, element) => tags.set(tag, element) });
  vi.stubGlobal("HTMLElement", class {});

  const { BatchTaskWidgetElement, init, mount } = await import("batch-task-widget/define.js");
  await new Promise((done) => setTimeout(done, 50));

  expect(tags.get("batch-task-widget")).toBe(BatchTaskWidgetElement);
  expect([typeof init, typeof mount]).toEqual(["function", "function"]);
  expect(fetch).not.toHaveBeenCalled();
});
