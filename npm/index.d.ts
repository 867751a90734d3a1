/** One subtask, with the API's own names. Times are UTC as `2026-05-28T16:38:20Z`; one that could not be read is as it came. */
export interface SubTask {
  TaskId: string;
  InstanceId: string;
  /** `WAITING`, `RUNNING`, `COMPLETED`, `FAILED`, `PAUSE`, `BLOCKING`, `TEMP_TERMINATED`, `HUMAN_PROCESSING`, or another word. */
  Status: string;
  TaskBegin: string | null;
  TaskEnd: string | null;
  ErrorMsg: string;
}

/** A batch task, with the API's own names. */
export interface BatchTask {
  BatchId: string;
  TaskName: string;
  TaskType: string;
  ApplicationType: string;
  /** `DISPATCHING`, `RUNNING`, `COMPLETED`, `FAILED`, or another word. */
  Status: string;
  TotalCount: number | null;
  SuccessCount: number | null;
  TaskBegin: string | null;
  TaskEnd: string | null;
  SubTasks: SubTask[];
}

/** What a `fetcher` is given. */
export interface FetcherRequest {
  /** The `batchId` of the options, if there is one. */
  batchId: string | undefined;
  /** Aborts when nobody waits for the answer any more, or it takes too long. */
  signal: AbortSignal;
}

/**
 * A client of the page's own, asked in place of the endpoint. An object is taken for the body of the answer. Keep the function:
 * another one begins anew.
 *
 * @example
 * const fetcher: Fetcher = ({ batchId, signal }) => client.get(`/tasks/${batchId}`, { signal });
 */
export type Fetcher = (request: FetcherRequest) => Response | object | Promise<Response | object>;

/**
 * Headers of each request, or a function that is called before each. Keep a function: another one begins anew.
 *
 * @example
 * const headers: RequestHeaders = async () => ({ Authorization: `Bearer ${await token()}` });
 */
export type RequestHeaders = HeadersInit | (() => HeadersInit | Promise<HeadersInit>);

/** `auto` follows the `color-scheme` of the element around the widget. */
export type Theme = "auto" | "light" | "dark";
/** What is shown below the progress: the table, or when each subtask ran. */
export type View = "subtasks" | "timeline";
/** `attention` is PAUSE, BLOCKING, HUMAN_PROCESSING and TEMP_TERMINATED; `other` is what is in no list of the API's. */
export type StatusFilter = "succeeded" | "failed" | "attention" | "running" | "waiting" | "other";
/** The API's names, and `Duration`, which is TaskEnd less TaskBegin. */
export type Column = "TaskId" | "Status" | "InstanceId" | "TaskBegin" | "TaskEnd" | "Duration" | "ErrorMsg";

/** The options of `mount`, which are the properties of the element. What is `undefined` or `null` is as it is by default. */
export interface BatchTaskOptions {
  /** The URL of the proxy's `DescribeBatchTask`, relative to the document or absolute. */
  endpoint?: string | null;
  /** The batch. Without it the request is sent without one. */
  batchId?: string | null;
  /** Seconds from the end of one request to the next: 5 by default, at least 2; 0 asks once. */
  interval?: number | null;
  /** `get` by default. The id is in the query either way, and the body of a POST is empty. */
  method?: "get" | "post" | null;
  /** Whether cookies go along: `same-origin` by default. */
  credentials?: RequestCredentials | null;
  /** JSON Pointer to the body in an envelope; `/data` is found without. */
  bodyPointer?: string | null;
  /** Added to each request. A `fetcher` adds its own. */
  headers?: RequestHeaders | null;
  /** Asked in place of the endpoint. */
  fetcher?: Fetcher | null;
  /** A BCP 47 tag. Without it the nearest element around says it, and then the browser; one of no language that there is means English. */
  lang?: string | null;
  /** Messages in place of the language's own, by their names in `lang/en.js`. Keep the object: another one is read anew. */
  messages?: Readonly<Record<string, string>> | null;
  /** An IANA name such as `Asia/Shanghai`; without it the nearest `time-zone` attribute around, and then the viewer's own. */
  timeZone?: string | null;
  /** `auto`, the default, follows the `color-scheme` of the element around it. */
  theme?: Theme | null;
  /** Without the table. */
  compact?: boolean;
  /** `subtasks` by default. */
  view?: View | null;
  /** Only subtasks of this kind. */
  filter?: StatusFilter | "" | null;
  /** What is searched for. */
  q?: string | null;
  /** A column, with `-` in front for the largest first. */
  sort?: Column | `-${Column}` | "" | null;
  /** `TaskId,Status,ErrorMsg`, or the names as an array. */
  columns?: string | readonly Column[] | null;
  /** An http(s) address with `{InstanceId}` in its path. */
  instanceUrl?: string | null;
  /** Masks account ids in what is shown, copied and handed out. */
  redact?: boolean;
  /** Asks no more while it is true. */
  paused?: boolean;
}

/** What went wrong, by what can be done about it. `start` and `crash` are the widget's own: its program did not load, or broke down. */
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

/** Of `batch-task-update`: there is an answer. */
export interface BatchTaskUpdateDetail {
  /** The data as it is when this is first read, which is when it is built: read it while the event is told. */
  readonly task: BatchTask;
  /** Whether it differs from the last one in more than its RequestId. */
  readonly changed: boolean;
}

/** Of `batch-task-finish`: the batch has ended, or had ended when it was first seen. */
export interface BatchTaskFinishDetail {
  /** As in {@link BatchTaskUpdateDetail}. */
  readonly task: BatchTask;
}

/** Of `batch-task-error`: a request failed, an option is wrong, or the widget did not start or broke down. */
export interface BatchTaskErrorDetail {
  readonly class: ErrorClass;
  /** The API's or the proxy's error Code, or empty. */
  readonly code: string;
  /** What the API said, or a sentence of the widget's own, in English. */
  readonly message: string;
  /** The HTTP status, if there was an answer. */
  readonly status: number | null;
  /** The id that support asks for, or empty. */
  readonly requestId: string;
  /** When it asks again by itself; `null` if it does not. */
  readonly retryInMs: number | null;
}

/** Of `batch-task-view-change`: what the viewer picked; `null` is the default. */
export interface BatchTaskViewChangeDetail {
  readonly view: View | null;
  readonly filter: StatusFilter | null;
  readonly q: string | null;
  readonly sort: Column | `-${Column}` | null;
  readonly columns: string | null;
}

/** The events by their names. They bubble and cross shadow roots. */
export interface BatchTaskEventMap {
  "batch-task-update": CustomEvent<BatchTaskUpdateDetail>;
  "batch-task-finish": CustomEvent<BatchTaskFinishDetail>;
  "batch-task-error": CustomEvent<BatchTaskErrorDetail>;
  "batch-task-view-change": CustomEvent<BatchTaskViewChangeDetail>;
}

/** What `refresh` rejects with, if the request failed. If the widget went, it is an `AbortError`. */
export interface BatchTaskError extends Error {
  readonly name: "BatchTaskError";
  readonly class: ErrorClass;
  readonly code: string;
  readonly status: number | null;
  readonly requestId: string;
}

/** A widget that `mount` made. */
export interface BatchTaskWidgetHandle {
  /** The last data, built when this is read; `null` if there is none. */
  readonly task: BatchTask | null;
  /** Goes on with these options changed; the others stay. */
  update(options: BatchTaskOptions): void;
  /** Asks now. Resolves when the answer is on the page, unchanged data too; rejects with a {@link BatchTaskError} if there is none. */
  refresh(): Promise<void>;
  /** Stops asking, as the viewer's button does. */
  pause(): void;
  /** Goes on asking: at once, if the data is older than the interval. */
  resume(): void;
  /** Takes the widget off the page and ends all that it does. A second call does nothing. */
  destroy(): void;
}

/**
 * `<batch-task-widget>`. Text properties are the attribute's text, and empty without one; {@link BatchTaskOptions} says what
 * each is for. `batch-task-widget/define.js` defines the tag.
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
  set filter(value: string | null | undefined);
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
  get fetcher(): Fetcher | null;
  set fetcher(value: Fetcher | null | undefined);
  /** The last data, built when this is read; `null` if there is none. */
  readonly task: BatchTask | null;
  /** Asks now. Resolves when the answer is on the page, unchanged data too; rejects with a {@link BatchTaskError} if there is none. */
  refresh(): Promise<void>;
  /** Stops asking, as the viewer's button does. */
  pause(): void;
  /** Goes on asking: at once, if the data is older than the interval. */
  resume(): void;
}

/**
 * Appends a widget to `target`, in an element with a shadow root of its own; its events are dispatched on `target`.
 * Resolves once it is drawn, or once the sentence is that says why it is not; rejects with a TypeError if the target is no
 * element or the options are no object.
 *
 * @example
 * const handle = await mount(document.body, { endpoint: "/api/DescribeBatchTask", batchId: "pcb-demo" });
 * handle.update({ filter: "failed" });
 * await handle.refresh();
 * handle.destroy();
 */
export function mount(target: Element, options?: BatchTaskOptions): Promise<BatchTaskWidgetHandle>;

/**
 * Says where the WebAssembly is, two files of one build, and loads the first; rejects if that does not come. The second has what
 * answers a viewer, such as the timeline, and is loaded once a pointer or the focus is over a widget. Not needed where both lie
 * beside the module, as they do in the package. Call it before the first widget is on the page.
 *
 * @example
 * await init("/assets/batch-task-widget.wasm", "/assets/batch-task-widget.extras.wasm");
 */
export function init(input?: WasmSource, extras?: WasmSource): Promise<void>;

/** What `init` takes for a file. */
export type WasmSource = string | URL | Request | Response | Promise<Response> | BufferSource | WebAssembly.Module;

declare global {
  interface HTMLElementTagNameMap {
    "batch-task-widget": BatchTaskWidgetElement;
  }
  /** The events bubble: `mount`'s target, what is around it, the document and the window hear them. */
  interface GlobalEventHandlersEventMap extends BatchTaskEventMap {}
}
