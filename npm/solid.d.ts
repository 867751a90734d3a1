// `import "batch-task-widget/solid"` defines the tag and adds its types to the JSX of Solid.
import type { JSX } from "solid-js";
import type { BatchTaskEventMap, BatchTaskOptions, BatchTaskWidgetElement } from "./index.js";

export * from "./index.js";

type Listeners = { [K in keyof BatchTaskEventMap as `on:${K}`]?: ((event: BatchTaskEventMap[K]) => void) | undefined };

/** Solid sets these as properties in the browser. */
type Properties = { [K in keyof BatchTaskOptions as `prop:${K}`]?: BatchTaskOptions[K] };

export type BatchTaskWidgetJsxProps = Omit<JSX.HTMLAttributes<BatchTaskWidgetElement>, keyof BatchTaskOptions> &
  BatchTaskOptions & { task?: string | null } &
  Properties &
  Listeners;

declare module "solid-js" {
  namespace JSX {
    interface IntrinsicElements {
      "batch-task-widget": BatchTaskWidgetJsxProps;
    }
  }
}
