import type { BatchTaskErrorDetail, RequestHeaders, Theme, WasmSource } from "../index.js";

export type { BatchTaskError, BatchTaskErrorDetail, ErrorClass, RequestHeaders, Theme, WasmSource } from "../index.js";

/** A batch task as the list has it, with the API's field names. Times are UTC such as `2026-05-28T16:38:20Z`; a time that cannot be parsed is passed through. */
export interface BatchTaskSummary {
  BatchId: string;
  TaskName: string;
  TaskType: string;
  /** `DISPATCHING`, `RUNNING`, `COMPLETED`, `FAILED`, or an unknown status. */
  Status: string;
  /** The number of subtasks. */
  TotalCount: number | null;
  /** The number of subtasks that succeeded. */
  SuccessCount: number | null;
  TaskBegin: string | null;
  TaskEnd: string | null;
}

/** A page of the list, with the API's field names. */
export interface BatchTaskPage {
  PageNumber: number | null;
  PageSize: number | null;
  /** The number of batch tasks on all pages. */
  TotalCount: number | null;
  TaskList: BatchTaskSummary[];
}

/** A status by which the list can be filtered. */
export type BatchStatusFilter = "dispatching" | "running" | "completed" | "failed";
/** How far back batch tasks are listed. */
export type TimeRange = "24h" | "7d" | "30d" | "all";

/** The argument of a {@link ListFetcher}: the API's parameters. Times are UTC, rounded to five minutes. */
export interface ListFetcherRequest {
  startTime: string | undefined;
  endTime: string | undefined;
  pageNumber: string;
  pageSize: string;
  /** A JSON array of statuses, as text. */
  status: string | undefined;
  taskType: string | undefined;
  /** Aborts when the request is canceled or times out. */
  signal: AbortSignal;
}

/**
 * A function that makes the request instead of the list. What it returns and throws is treated as for the widget's `Fetcher`.
 *
 * @example
 * const fetcher: ListFetcher = ({ signal, ...parameters }) => client.get("/tasks", { signal, params: parameters });
 */
export type ListFetcher = (request: ListFetcherRequest) => Response | object | Promise<Response | object>;

/** The options of `mountList`, which are also the element's properties. `undefined` and `null` select the default. */
export interface BatchTaskListOptions {
  /** The URL of the proxy's `DescribeBatchTasks`, relative to the document or absolute. */
  endpoint?: string | null;
  /**
   * The link of a batch task: an http(s) URL, or one relative to the document, with `{BatchId}`. `?batch-id={BatchId}` by default;
   * if it is empty, the names are buttons. A click dispatches `batch-task-open`.
   */
  batchUrl?: string | null;
  /** Seconds from the end of one request to the start of the next: 30 by default, at least 2; 0 fetches once. */
  interval?: number | null;
  /** Shows only batch tasks with these statuses: a name, several separated by commas (`running,failed`), or an array of names. */
  status?: BatchStatusFilter | (string & {}) | readonly BatchStatusFilter[] | null;
  /** Shows only batch tasks with this TaskType. */
  type?: string | null;
  /** Shows batch tasks that began in this time: `7d` by default. */
  range?: TimeRange | null;
  /** The number of the page, from 1. */
  page?: number | string | null;
  /** How many batch tasks a page has: 30 by default, at most 100. */
  pageSize?: number | string | null;
  /** `get` by default. The parameters are in the query in both cases; the body of a POST is empty. */
  method?: "get" | "post" | null;
  /** Whether cookies are sent: `same-origin` by default. */
  credentials?: RequestCredentials | null;
  /** JSON Pointer to the API's body inside an envelope; `/data` is detected automatically. */
  bodyPointer?: string | null;
  /** Added to each request. Not used with a `fetcher`. */
  headers?: RequestHeaders | null;
  /** Makes the requests instead of the list; `endpoint` is then not used. */
  fetcher?: ListFetcher | null;
  /** A BCP 47 tag. Default: the nearest ancestor's `lang`, then the browser's languages. An unsupported language means English. */
  lang?: string | null;
  /** Overrides for single messages, by their names in `lang/list/en.js` and `lang/en.js`. Pass the same object each time: a different one is processed again. */
  messages?: Readonly<Record<string, string>> | null;
  /** An IANA time zone such as `Asia/Shanghai`. Default: the nearest ancestor's `time-zone` attribute, then the viewer's time zone. */
  timeZone?: string | null;
  /** `auto`, the default, follows the `color-scheme` of the parent element. */
  theme?: Theme | null;
  /** Masks account IDs, keys, tokens and e-mail addresses in everything that is shown or passed to the page. */
  redact?: boolean;
  /** Pauses polling. */
  paused?: boolean;
}

/** Detail of `batch-task-open`: the viewer has clicked a batch task. */
export interface BatchTaskOpenDetail {
  readonly batchId: string;
}

/** Detail of `batch-task-list-update`: a response has arrived. */
export interface BatchTaskListUpdateDetail {
  /** The data, built when this property is first read. Read it in the event listener; later it may be newer data. */
  readonly page: BatchTaskPage;
  /** Whether anything but the RequestId differs from the previous response. */
  readonly changed: boolean;
}

/** Detail of the list's `batch-task-view-change`: the viewer's choices; `null` means the default. */
export interface BatchTaskListViewChangeDetail {
  /** The names of the statuses, separated by commas. */
  readonly status: string | null;
  readonly type: string | null;
  readonly range: TimeRange | null;
  /** The number of the page. */
  readonly page: string | null;
}

/** The events by name. They bubble and are composed. */
export interface BatchTaskListEventMap {
  "batch-task-list-update": CustomEvent<BatchTaskListUpdateDetail>;
  /** Cancelable: after `preventDefault()`, the browser does not follow the link. */
  "batch-task-open": CustomEvent<BatchTaskOpenDetail>;
  "batch-task-error": CustomEvent<BatchTaskErrorDetail>;
  "batch-task-view-change": CustomEvent<BatchTaskListViewChangeDetail>;
}

/** The handle that `mountList` returns. */
export interface BatchTaskListHandle {
  /** The latest data, built on each read; `null` if there is none. */
  readonly page: BatchTaskPage | null;
  /** Changes these options; the others keep their values. */
  update(options: BatchTaskListOptions): void;
  /** Fetches now. Resolves when the response is on the page, also if nothing changed; rejects with a `BatchTaskError` on failure. */
  refresh(): Promise<void>;
  /** Pauses polling, as the Pause button does. */
  pause(): void;
  /** Resumes polling; fetches at once if the data is older than the interval. */
  resume(): void;
  /** Removes the list and stops all its work. A second call does nothing. */
  destroy(): void;
}

/**
 * The element `<batch-task-list>`. String properties reflect their attributes and are empty if the attribute is absent; see
 * {@link BatchTaskListOptions} for their meaning. `batch-task-widget/list/define.js` defines the tag.
 *
 * @example
 * import "batch-task-widget/list/define.js";
 *
 * const list = document.createElement("batch-task-list");
 * list.endpoint = "/api/DescribeBatchTasks";
 * list.batchUrl = "/batches/{BatchId}";
 * document.body.append(list);
 */
export class BatchTaskListElement extends HTMLElement {
  static readonly observedAttributes: string[];
  get endpoint(): string;
  set endpoint(value: string | null | undefined);
  get batchUrl(): string;
  set batchUrl(value: string | null | undefined);
  get interval(): number;
  set interval(value: number | null | undefined);
  get status(): string;
  set status(value: string | readonly string[] | null | undefined);
  get type(): string;
  set type(value: string | null | undefined);
  get range(): string;
  set range(value: string | null | undefined);
  get page(): string;
  set page(value: number | string | null | undefined);
  get pageSize(): string;
  set pageSize(value: number | string | null | undefined);
  get method(): string;
  set method(value: string | null | undefined);
  get credentials(): string;
  set credentials(value: string | null | undefined);
  get bodyPointer(): string;
  set bodyPointer(value: string | null | undefined);
  get timeZone(): string;
  set timeZone(value: string | null | undefined);
  get theme(): string;
  set theme(value: string | null | undefined);
  redact: boolean;
  paused: boolean;
  get headers(): RequestHeaders | null;
  set headers(value: RequestHeaders | null | undefined);
  get messages(): Readonly<Record<string, string>> | null;
  set messages(value: Readonly<Record<string, string>> | null | undefined);
  get fetcher(): ListFetcher | null;
  set fetcher(value: ListFetcher | null | undefined);
  /** Fetches now. Resolves when the response is on the page, also if nothing changed; rejects with a `BatchTaskError` on failure. */
  refresh(): Promise<void>;
  /** Pauses polling, as the Pause button does. */
  pause(): void;
  /** Resumes polling; fetches at once if the data is older than the interval. */
  resume(): void;
  addEventListener<K extends keyof BatchTaskListEventMap>(
    type: K,
    listener: (this: BatchTaskListElement, event: BatchTaskListEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HTMLElement, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/**
 * Appends an element with its own shadow root to `target` and renders a list in it; events are dispatched on `target`. Resolves
 * once the list, or a message that it could not start, is rendered. Rejects with a TypeError if `target` is not an Element or
 * `options` is not an object.
 *
 * @example
 * const handle = await mountList(document.body, { endpoint: "/api/DescribeBatchTasks", batchUrl: "/batches/{BatchId}" });
 * handle.update({ status: "running" });
 * handle.destroy();
 */
export function mountList(target: Element, options?: BatchTaskListOptions): Promise<BatchTaskListHandle>;

/**
 * Sets where the WebAssembly file is, and loads it; rejects if that fails. Only needed if the file is not next to the package's
 * other files. Call it in the module that imports `define.js`, before its first `await`.
 *
 * @example
 * await init("/assets/batch-task-list.wasm");
 */
export function init(input?: WasmSource): Promise<void>;

declare global {
  interface HTMLElementTagNameMap {
    "batch-task-list": BatchTaskListElement;
  }
  /** The events that only the list dispatches. They bubble, so they can be listened to on its ancestors as well. */
  interface GlobalEventHandlersEventMap extends Pick<BatchTaskListEventMap, "batch-task-list-update" | "batch-task-open"> {}
}
