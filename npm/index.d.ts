/** A subtask, with the API's field names. Times are UTC such as `2026-05-28T16:38:20Z`; a time that cannot be parsed is passed through. */
export interface SubTask {
  TaskId: string;
  InstanceId: string;
  /** `WAITING`, `RUNNING`, `COMPLETED`, `FAILED`, `PAUSE`, `BLOCKING`, `TEMP_TERMINATED`, `HUMAN_PROCESSING`, or an unknown status. */
  Status: string;
  TaskBegin: string | null;
  TaskEnd: string | null;
  ErrorMsg: string;
}

/** A batch task, with the API's field names. */
export interface BatchTask {
  BatchId: string;
  TaskName: string;
  TaskType: string;
  ApplicationType: string;
  /** `DISPATCHING`, `RUNNING`, `COMPLETED`, `FAILED`, or an unknown status. */
  Status: string;
  TotalCount: number | null;
  SuccessCount: number | null;
  TaskBegin: string | null;
  TaskEnd: string | null;
  SubTasks: SubTask[];
}

/** The argument of a `fetcher`. */
export interface FetcherRequest {
  /** The `batchId` option, if set. */
  batchId: string | undefined;
  /** Aborts when the request is canceled or times out. */
  signal: AbortSignal;
}

/**
 * A function that makes the request instead of the widget. An object with a numeric `status` and a `text` function is treated as a
 * response, any other object as the response body. An error that it throws is classified by its HTTP status, in `status` or
 * `response.status`, if it has one. It may be a new function each time: the newest one is called at the next request.
 *
 * @example
 * const fetcher: Fetcher = ({ batchId, signal }) => client.get(`/tasks/${batchId}`, { signal });
 */
export type Fetcher = (request: FetcherRequest) => Response | object | Promise<Response | object>;

/**
 * Request headers, or a function that is called before each request. It may be a new function each time: the newest one is
 * called at the next request. Errors are classified as for a {@link Fetcher}. Headers with other values are another request: the
 * widget discards its data and fetches at once.
 *
 * @example
 * const headers: RequestHeaders = async () => ({ Authorization: `Bearer ${await token()}` });
 */
export type RequestHeaders = HeadersInit | (() => HeadersInit | Promise<HeadersInit>);

/** `auto` follows the `color-scheme` of the parent element. */
export type Theme = "auto" | "light" | "dark";
/** The view below the progress bar: the table of subtasks, or a timeline of when each one ran. */
export type View = "subtasks" | "timeline";
/** `attention` is PAUSE, BLOCKING, HUMAN_PROCESSING and TEMP_TERMINATED; `other` is every unknown status. */
export type StatusFilter = "succeeded" | "failed" | "attention" | "running" | "waiting" | "other";
/** The API's field names, and `Duration`, which is TaskEnd minus TaskBegin. */
export type Column = "TaskId" | "Status" | "InstanceId" | "TaskBegin" | "TaskEnd" | "Duration" | "ErrorMsg";

/** An action of the page that the widget offers as a button for rows, such as "Retry". */
export interface BatchTaskAction {
  /** Identifies the action in {@link BatchTaskActionDetail}. */
  id: string;
  /** The name of the button, in the viewer's language. */
  label: string;
  /** The rows that it is for: those that failed, those that need attention, or all (`any`, the default). */
  for?: "failed" | "attention" | "any";
}

/** The options of `mount`, which are also the element's properties. `undefined` and `null` select the default. */
export interface BatchTaskOptions {
  /** The URL of the proxy's `DescribeBatchTask`, relative to the document or absolute. */
  endpoint?: string | null;
  /** The batch ID. If absent, the request has no BatchId. */
  batchId?: string | null;
  /** Seconds from the end of one request to the start of the next: 5 by default, at least 2; 0 fetches once. */
  interval?: number | null;
  /** `get` by default. The batch ID is in the query in both cases; the body of a POST is empty. */
  method?: "get" | "post" | null;
  /** Whether cookies are sent: `same-origin` by default. */
  credentials?: RequestCredentials | null;
  /** JSON Pointer to the API's body inside an envelope; `/data` is detected automatically. */
  bodyPointer?: string | null;
  /** Added to each request. Not used with a `fetcher`. */
  headers?: RequestHeaders | null;
  /** Makes the requests instead of the widget; `endpoint` is then not used. */
  fetcher?: Fetcher | null;
  /** A BCP 47 tag. Default: the nearest ancestor's `lang`, then the browser's languages. An unsupported language means English. */
  lang?: string | null;
  /** Overrides for single messages, by their names in `lang/en.js`. Pass the same object each time: a different one is processed again. */
  messages?: Readonly<Record<string, string>> | null;
  /** An IANA time zone such as `Asia/Shanghai`. Default: the nearest ancestor's `time-zone` attribute, then the viewer's time zone. */
  timeZone?: string | null;
  /** `auto`, the default, follows the `color-scheme` of the parent element. */
  theme?: Theme | null;
  /** Hides the table. */
  compact?: boolean;
  /** `subtasks` by default. */
  view?: View | null;
  /** Shows only subtasks with these statuses: a name, several separated by commas (`failed,attention`), or an array of names. */
  filter?: StatusFilter | (string & {}) | readonly StatusFilter[] | null;
  /** Shows only subtasks that took longer, or have been running for longer: a number and a unit, `90s`, `10m`, `2h` or `1d`. */
  longerThan?: string | null;
  /** Shows only subtasks that failed, or need attention, for this reason: 8 hexadecimal digits, as in the URL of the page and in the event. */
  reason?: string | null;
  /**
   * The TaskId of a subtask to expand, scroll to and highlight. The widget says if the batch does not have it. The attribute is
   * `task`, and is removed when the viewer closes the row; the element's property `task` is the last data.
   */
  taskId?: string | null;
  /** The search text. */
  q?: string | null;
  /** The sort column; a leading `-` sorts in descending order. */
  sort?: Column | `-${Column}` | "" | null;
  /** The visible columns: `TaskId,Status,ErrorMsg`, or an array of names. */
  columns?: string | readonly Column[] | null;
  /** A link for instances: an http(s) URL with `{InstanceId}` in its path. */
  instanceUrl?: string | null;
  /**
   * Masks account IDs, keys, tokens and e-mail addresses in everything that is shown, copied, exported or passed to the page.
   * An account ID is recognised by the text next to it, each time. The proxy's `--redact` also masks every other occurrence.
   */
  redact?: boolean;
  /** Pauses polling. */
  paused?: boolean;
  /**
   * Adds buttons to each reason, to open rows, and to the toolbar for the visible rows. A press dispatches `batch-task-action`.
   *
   * @example
   * widget.actions = [{ id: "retry", label: "Retry", for: "failed" }];
   */
  actions?: readonly BatchTaskAction[] | null;
}

/** The kind of error. `start`: the widget's WebAssembly could not be loaded. `crash`: the widget has crashed. */
export type ErrorClass =
  | "network"
  | "timeout"
  | "throttled"
  | "service"
  | "truncated"
  | "too-large"
  | "invalid"
  | "unauthorized"
  | "permission"
  | "setup"
  | "not-found"
  | "request"
  | "endpoint"
  | "options"
  | "aborted"
  | "start"
  | "crash";

/** Detail of `batch-task-update`: a response has arrived. */
export interface BatchTaskUpdateDetail {
  /** The data, built when this property is first read. Read it in the event listener; later it may be newer data. */
  readonly task: BatchTask;
  /** Whether anything but the RequestId differs from the previous response. */
  readonly changed: boolean;
}

/** Detail of `batch-task-finish`: the batch has ended, or had already ended in the first response. */
export interface BatchTaskFinishDetail {
  /** See {@link BatchTaskUpdateDetail}. */
  readonly task: BatchTask;
}

/** Detail of `batch-task-error`: a request failed, an option is invalid, or the widget did not start or has crashed. */
export interface BatchTaskErrorDetail {
  readonly class: ErrorClass;
  /** The API's or the proxy's error code; may be empty. */
  readonly code: string;
  /** The API's message, or a message from the widget in English. */
  readonly message: string;
  /** The HTTP status; `null` if there was no response. */
  readonly status: number | null;
  /** The API's RequestId, which support asks for; may be empty. */
  readonly requestId: string;
  /** Milliseconds until the automatic retry; `null` if there is none. */
  readonly retryInMs: number | null;
}

/** Detail of `batch-task-view-change`: the viewer's choices; `null` means the default. */
export interface BatchTaskViewChangeDetail {
  readonly view: View | null;
  /** The names of the statuses, separated by commas. */
  readonly filter: string | null;
  readonly longerThan: string | null;
  /** The picked reason: 8 hexadecimal digits, which are the same for all batches. */
  readonly reason: string | null;
  readonly q: string | null;
  readonly sort: Column | `-${Column}` | null;
  readonly columns: string | null;
}

/** Detail of `batch-task-action`: the viewer has pressed the button of one of the page's {@link BatchTaskAction}s. */
export interface BatchTaskActionDetail {
  /** The `id` of the action. */
  readonly id: string;
  /** The different TaskIds of the rows, in their order. */
  readonly taskIds: readonly string[];
  /** The different InstanceIds of the rows, in their order. Rows without one are left out. */
  readonly instanceIds: readonly string[];
  /** The reason as the widget shows it, with variable parts masked, if the rows have one in common; otherwise `null`. */
  readonly reason: string | null;
  /**
   * Shows the button as busy until the promise settles, and then the outcome: the string that the promise resolves to, or
   * "Done"; or the message of the error. Call it in the event listener, before its first `await`.
   */
  waitUntil(promise: Promise<unknown>): void;
}

/** The events by name. They bubble and are composed. */
export interface BatchTaskEventMap {
  "batch-task-update": CustomEvent<BatchTaskUpdateDetail>;
  "batch-task-finish": CustomEvent<BatchTaskFinishDetail>;
  "batch-task-error": CustomEvent<BatchTaskErrorDetail>;
  "batch-task-view-change": CustomEvent<BatchTaskViewChangeDetail>;
  "batch-task-action": CustomEvent<BatchTaskActionDetail>;
}

/** `refresh` rejects with this if the request failed. If the widget was removed, it rejects with an `AbortError`. */
export interface BatchTaskError extends Error {
  readonly name: "BatchTaskError";
  readonly class: ErrorClass;
  readonly code: string;
  readonly status: number | null;
  readonly requestId: string;
}

/** The handle that `mount` returns. */
export interface BatchTaskWidgetHandle {
  /** The latest data, built on each read; `null` if there is none. */
  readonly task: BatchTask | null;
  /** Changes these options; the others keep their values. */
  update(options: BatchTaskOptions): void;
  /** Fetches now. Resolves when the response is on the page, also if nothing changed; rejects with a {@link BatchTaskError} on failure. */
  refresh(): Promise<void>;
  /** Pauses polling, as the Pause button does. */
  pause(): void;
  /** Resumes polling; fetches at once if the data is older than the interval. */
  resume(): void;
  /** Removes the widget and stops all its work. A second call does nothing. */
  destroy(): void;
}

/**
 * The element `<batch-task-widget>`. String properties reflect their attributes and are empty if the attribute is absent; see
 * {@link BatchTaskOptions} for their meaning. `batch-task-widget/define.js` defines the tag.
 *
 * @example
 * import "batch-task-widget/define.js";
 *
 * const widget = document.createElement("batch-task-widget");
 * widget.endpoint = "/api/DescribeBatchTask";
 * widget.batchId = "pcb-demo";
 * widget.addEventListener("batch-task-finish", (event) => console.log(event.detail.task.Status));
 * document.body.append(widget);
 */
export class BatchTaskWidgetElement extends HTMLElement {
  static readonly observedAttributes: string[];
  get endpoint(): string;
  set endpoint(value: string | null | undefined);
  get batchId(): string;
  set batchId(value: string | null | undefined);
  get interval(): number;
  set interval(value: number | null | undefined);
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
  get view(): string;
  set view(value: string | null | undefined);
  get filter(): string;
  set filter(value: string | readonly string[] | null | undefined);
  get longerThan(): string;
  set longerThan(value: string | null | undefined);
  get reason(): string;
  set reason(value: string | null | undefined);
  get taskId(): string;
  set taskId(value: string | null | undefined);
  get q(): string;
  set q(value: string | null | undefined);
  get sort(): string;
  set sort(value: string | null | undefined);
  get columns(): string;
  set columns(value: string | readonly Column[] | null | undefined);
  get instanceUrl(): string;
  set instanceUrl(value: string | null | undefined);
  compact: boolean;
  redact: boolean;
  paused: boolean;
  get headers(): RequestHeaders | null;
  set headers(value: RequestHeaders | null | undefined);
  get messages(): Readonly<Record<string, string>> | null;
  set messages(value: Readonly<Record<string, string>> | null | undefined);
  get actions(): readonly BatchTaskAction[] | null;
  set actions(value: readonly BatchTaskAction[] | null | undefined);
  get fetcher(): Fetcher | null;
  set fetcher(value: Fetcher | null | undefined);
  /**
   * The latest data, built on each read; `null` if there is none. Frameworks that set the attribute `task` as a property set this:
   * a text becomes `taskId`, and data is ignored.
   */
  get task(): BatchTask | null;
  set task(value: BatchTask | string | null | undefined);
  /** Fetches now. Resolves when the response is on the page, also if nothing changed; rejects with a {@link BatchTaskError} on failure. */
  refresh(): Promise<void>;
  /** Pauses polling, as the Pause button does. */
  pause(): void;
  /** Resumes polling; fetches at once if the data is older than the interval. */
  resume(): void;
}

/**
 * Appends an element with its own shadow root to `target` and renders a widget in it; events are dispatched on `target`.
 * Resolves once the widget, or a message that it could not start, is rendered. Rejects with a TypeError if `target` is not an
 * Element or `options` is not an object.
 *
 * @example
 * const handle = await mount(document.body, { endpoint: "/api/DescribeBatchTask", batchId: "pcb-demo" });
 * handle.update({ filter: "failed" });
 * await handle.refresh();
 * handle.destroy();
 */
export function mount(target: Element, options?: BatchTaskOptions): Promise<BatchTaskWidgetHandle>;

/**
 * Sets where the two WebAssembly files are, and loads the first; rejects if that fails. The second contains interactive
 * features such as the timeline, and is loaded when the page is idle. Both files must come from
 * the same build. Only needed if the files are not next to the module, as they are in the package. Call it in the module that
 * imports `define.js`, before its first `await`; after a later call, widgets that are still loading use the new files.
 *
 * @example
 * await init("/assets/batch-task-widget.wasm", "/assets/batch-task-widget.extras.wasm");
 */
export function init(input?: WasmSource, extras?: WasmSource): Promise<void>;

/** A WebAssembly file, as `init` accepts it. */
export type WasmSource = string | URL | Request | Response | Promise<Response> | BufferSource | WebAssembly.Module;

declare global {
  interface HTMLElementTagNameMap {
    "batch-task-widget": BatchTaskWidgetElement;
  }
  /** The events bubble, so they can be listened to on `mount`'s target, its ancestors, the document and the window. */
  interface GlobalEventHandlersEventMap extends BatchTaskEventMap {}
}
