// `batch-task-widget/list/react`: the component for React 18 and 19. Importing it also defines the tag and adds its types to JSX.
import type { DetailedHTMLProps, ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from "react";
import type { BatchTaskListElement, BatchTaskListEventMap, BatchTaskListOptions } from "./index.js";

export * from "./index.js";

type HostAttributes = Omit<HTMLAttributes<BatchTaskListElement>, keyof BatchTaskListOptions>;

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

/** Called with the events of the element: `onBatchTaskOpen`. A new function in each render costs nothing. */
type Callbacks = {
  [K in keyof BatchTaskListEventMap as `on${Capitalize<Camel<K>>}`]?: ((event: BatchTaskListEventMap[K]) => void) | undefined;
};

type Optional<T> = { [K in keyof T]?: T[K] | undefined };

/** The options, the callbacks, and the attributes of every HTML element. The children are shown until the list is rendered. */
export interface BatchTaskListProps extends HostAttributes, Optional<BatchTaskListOptions>, Callbacks {}

/**
 * The element as a component. Properties and callbacks are set before it starts, also when server-rendered HTML is hydrated.
 * `headers`, `fetcher` and callbacks may be new functions in each render. The ref is the element.
 *
 * @example
 * <BatchTaskList
 *   endpoint="/api/DescribeBatchTasks"
 *   batchUrl="/batches/{BatchId}"
 *   onBatchTaskOpen={(event) => {
 *     event.preventDefault();
 *     navigate(`/batches/${event.detail.batchId}`);
 *   }}
 * />
 */
export const BatchTaskList: ForwardRefExoticComponent<BatchTaskListProps & RefAttributes<BatchTaskListElement>>;

type Listeners = { [K in keyof BatchTaskListEventMap as `on${K}`]?: (event: BatchTaskListEventMap[K]) => void };

/** Server-side rendering writes attributes, so these properties need the attribute names. */
type Attributes = {
  "batch-url"?: string | null;
  "body-pointer"?: string | null;
  "time-zone"?: string | null;
  "page-size"?: number | string | null;
};

/** The props of the plain tag, which needs React 19: React 18 passes neither functions nor listeners to a custom element. */
export type BatchTaskListJsxProps = DetailedHTMLProps<HostAttributes, BatchTaskListElement> &
  Omit<BatchTaskListOptions, "lang"> & { lang?: string } & Attributes &
  Listeners;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "batch-task-list": BatchTaskListJsxProps;
    }
  }
}
