// The package where there is a document, but no browser: each widget reports one clear error, and nothing else happens.
import { readFile } from "node:fs/promises";
import { init, mount } from "batch-task-widget/define.js";
import { beforeEach, expect, test, vi } from "vitest";

const REASON = "Test environments such as jsdom and happy-dom cannot run the widget";

const heard = [];
document.addEventListener("batch-task-error", ({ detail }) => heard.push(detail));

beforeEach(() => {
  heard.length = 0;
  // The widget logs its error.
  vi.spyOn(console, "error").mockReset().mockImplementation(() => {});
});

const tag = () => {
  const element = document.createElement("batch-task-widget");
  element.endpoint = "/api/DescribeBatchTask";
  document.body.append(element);
  return element;
};

const expectOneError = async (root) => {
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0));
  await new Promise((done) => setTimeout(done, 50));
  expect(heard).toHaveLength(1);
  expect(heard[0].class).toBe("start");
  expect(heard[0].message).toContain(REASON);
  expect(root.querySelector("[role=alert]").textContent).toContain(REASON);
  expect(console.error).toHaveBeenCalledTimes(1);
};

test("the element", async () => {
  const element = tag();
  await expectOneError(element.shadowRoot);
  await expect(element.refresh()).rejects.toThrow(REASON);
  element.remove();
});

test("mount", async () => {
  const handle = await mount(document.body, { endpoint: "/api/DescribeBatchTask" });
  await expectOneError(document.body.lastElementChild.shadowRoot);
  handle.destroy();
});

test("init with the bytes of the file", async () => {
  const wasm = await readFile("node_modules/batch-task-widget/batch-task-widget.wasm");
  await expect(init(wasm)).rejects.toThrow(REASON);
  // Nobody awaits this one.
  init(new Uint8Array(wasm));
  await expectOneError(tag().shadowRoot);
});

test("a test that ends at once", () => {
  tag();
});
