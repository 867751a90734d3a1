// A component that uses the element, without its WebAssembly: the tag stays an unknown element.
import { expect, test, vi } from "vitest";

vi.mock("batch-task-widget/define.js", () => ({}));

const { show } = await import("./panel.js");

test("the panel passes the batch to the widget", () => {
  const widget = show(document.body, "pcb-demo");
  expect(widget.getAttribute("batch-id")).toBe("pcb-demo");
  widget.dispatchEvent(new CustomEvent("batch-task-finish", { detail: { task: { Status: "COMPLETED" } } }));
  expect(document.body.textContent).toContain("COMPLETED");
});
