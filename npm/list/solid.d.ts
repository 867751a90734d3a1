// `import "batch-task-widget/list/solid"` defines the tag and adds its types to the JSX of Solid.
import type { JSX } from "solid-js";
import type { BatchTaskListElement, BatchTaskListEventMap, BatchTaskListOptions } from "./index.js";

export * from "./index.js";

type Listeners = { [K in keyof BatchTaskListEventMap as `on:${K}`]?: ((event: BatchTaskListEventMap[K]) => void) | undefined };

/** Solid sets these as properties in the browser. */
type Properties = { [K in keyof BatchTaskListOptions as `prop:${K}`]?: BatchTaskListOptions[K] };

export type BatchTaskListJsxProps = Omit<JSX.HTMLAttributes<BatchTaskListElement>, keyof BatchTaskListOptions> &
  BatchTaskListOptions &
  Properties &
  Listeners;

declare module "solid-js" {
  namespace JSX {
    interface IntrinsicElements {
      "batch-task-list": BatchTaskListJsxProps;
    }
  }
}
