// `import "batch-task-widget/list/preact"` defines the tag and adds its types to the JSX of Preact.
import type { ComponentChildren, JSX, Key, Ref } from "preact";
import type { BatchTaskListElement, BatchTaskListEventMap, BatchTaskListOptions } from "./index.js";

export * from "./index.js";

type Listeners = { [K in keyof BatchTaskListEventMap as `on${K}`]?: ((event: BatchTaskListEventMap[K]) => void) | undefined };

/** The attributes of every HTML element; Preact 10 and 11 export them under different names. */
type HostAttributes = Omit<JSX.IntrinsicElements["span"], keyof BatchTaskListOptions | "ref">;

export type BatchTaskListJsxProps = HostAttributes &
  BatchTaskListOptions &
  Listeners & {
    key?: Key | undefined;
    ref?: Ref<BatchTaskListElement> | undefined;
    children?: ComponentChildren;
  };

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "batch-task-list": BatchTaskListJsxProps;
    }
  }
}
