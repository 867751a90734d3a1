// `import "batch-task-widget/react"` defines the tag and adds its types to the JSX of React 19.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { BatchTaskEventMap, BatchTaskOptions, BatchTaskWidgetElement } from "./index.js";

export * from "./index.js";

type Listeners = { [K in keyof BatchTaskEventMap as `on${K}`]?: (event: BatchTaskEventMap[K]) => void };

/** Server-side rendering writes attributes, so these properties need the attribute names. */
type Attributes = {
  "batch-id"?: string | null;
  "body-pointer"?: string | null;
  "time-zone"?: string | null;
  "instance-url"?: string | null;
};

export type BatchTaskWidgetJsxProps = DetailedHTMLProps<
  Omit<HTMLAttributes<BatchTaskWidgetElement>, keyof BatchTaskOptions>,
  BatchTaskWidgetElement
> &
  Omit<BatchTaskOptions, "lang"> & { lang?: string } & Attributes &
  Listeners;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "batch-task-widget": BatchTaskWidgetJsxProps;
    }
  }
}
