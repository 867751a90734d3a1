// `import "batch-task-widget/react"` defines the tag and tells React 19's JSX of it.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { BatchTaskEventMap, BatchTaskOptions, BatchTaskWidgetElement } from "./index.js";

export * from "./index.js";

type Listeners = { [K in keyof BatchTaskEventMap as `on${K}`]?: (event: BatchTaskEventMap[K]) => void };

export type BatchTaskWidgetJsxProps = DetailedHTMLProps<
  Omit<HTMLAttributes<BatchTaskWidgetElement>, keyof BatchTaskOptions>,
  BatchTaskWidgetElement
> &
  Omit<BatchTaskOptions, "lang"> & { lang?: string } & Listeners;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "batch-task-widget": BatchTaskWidgetJsxProps;
    }
  }
}
