// `batch-task-widget/react`: the component for React 18 and 19. Importing it also defines the tag and adds its types to JSX.
import type { DetailedHTMLProps, ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from "react";
import type { BatchTaskEventMap, BatchTaskOptions, BatchTaskWidgetElement } from "./index.js";

export * from "./index.js";

type HostAttributes = Omit<HTMLAttributes<BatchTaskWidgetElement>, keyof BatchTaskOptions>;

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

/** Called with the events of the element: `onBatchTaskFinish`. A new function in each render costs nothing. */
type Callbacks = {
  [K in keyof BatchTaskEventMap as `on${Capitalize<Camel<K>>}`]?: ((event: BatchTaskEventMap[K]) => void) | undefined;
};

type Optional<T> = { [K in keyof T]?: T[K] | undefined };

/** The options, the callbacks, and the attributes of every HTML element. The children are shown until the widget is rendered. */
export interface BatchTaskWidgetProps extends HostAttributes, Optional<BatchTaskOptions>, Callbacks {}

/**
 * The element as a component. Properties and callbacks are set before it starts, also when server-rendered HTML is hydrated.
 * `headers`, `fetcher` and callbacks may be new functions in each render. The ref is the element.
 *
 * @example
 * <BatchTaskWidget
 *   endpoint="/api/DescribeBatchTask"
 *   batchId="pcb-demo"
 *   headers={() => ({ Authorization: `Bearer ${token}` })}
 *   onBatchTaskFinish={(event) => console.log(event.detail.task.Status)}
 * />
 */
export const BatchTaskWidget: ForwardRefExoticComponent<BatchTaskWidgetProps & RefAttributes<BatchTaskWidgetElement>>;

type Listeners = { [K in keyof BatchTaskEventMap as `on${K}`]?: (event: BatchTaskEventMap[K]) => void };

/** Server-side rendering writes attributes, so these properties need the attribute names. */
type Attributes = {
  "batch-id"?: string | null;
  "body-pointer"?: string | null;
  "time-zone"?: string | null;
  "instance-url"?: string | null;
  "longer-than"?: string | null;
  task?: string | null;
};

/** The props of the plain tag, which needs React 19: React 18 passes neither functions nor listeners to a custom element. */
export type BatchTaskWidgetJsxProps = DetailedHTMLProps<HostAttributes, BatchTaskWidgetElement> &
  Omit<BatchTaskOptions, "lang"> & { lang?: string } & Attributes &
  Listeners;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "batch-task-widget": BatchTaskWidgetJsxProps;
    }
  }
}
