// `import "batch-task-widget/preact"` defines the tag and adds its types to the JSX of Preact.
import type { ComponentChildren, JSX, Key, Ref } from "preact";
import type { BatchTaskEventMap, BatchTaskOptions, BatchTaskWidgetElement } from "./index.js";

export * from "./index.js";

type Listeners = { [K in keyof BatchTaskEventMap as `on${K}`]?: ((event: BatchTaskEventMap[K]) => void) | undefined };

/** The attributes of every HTML element; Preact 10 and 11 export them under different names. */
type HostAttributes = Omit<JSX.IntrinsicElements["span"], keyof BatchTaskOptions | "ref">;

export type BatchTaskWidgetJsxProps = HostAttributes &
  BatchTaskOptions &
  Listeners & {
    task?: string | null | undefined;
    key?: Key | undefined;
    ref?: Ref<BatchTaskWidgetElement> | undefined;
    children?: ComponentChildren;
  };

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "batch-task-widget": BatchTaskWidgetJsxProps;
    }
  }
}
