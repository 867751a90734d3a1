export {
  BatchTaskWidgetElement,
  mount,
  type BatchTask,
  type BatchTaskAction,
  type BatchTaskActionDetail,
  type BatchTaskError,
  type BatchTaskErrorDetail,
  type BatchTaskEventMap,
  type BatchTaskFinishDetail,
  type BatchTaskOptions,
  type BatchTaskUpdateDetail,
  type BatchTaskViewChangeDetail,
  type BatchTaskWidgetHandle,
  type Column,
  type ErrorClass,
  type Fetcher,
  type FetcherRequest,
  type RequestHeaders,
  type StatusFilter,
  type SubTask,
  type Theme,
  type View,
  type WasmSource,
} from "../index.js";
export {
  BatchTaskListElement,
  mountList,
  type BatchStatusFilter,
  type BatchTaskListEventMap,
  type BatchTaskListHandle,
  type BatchTaskListOptions,
  type BatchTaskListUpdateDetail,
  type BatchTaskListViewChangeDetail,
  type BatchTaskOpenDetail,
  type BatchTaskPage,
  type BatchTaskSummary,
  type ListFetcher,
  type ListFetcherRequest,
  type TimeRange,
} from "../list/index.js";

import type { WasmSource } from "../index.js";

/**
 * Sets where the two WebAssembly files of both elements are, and loads the first; rejects if that fails. The second contains
 * interactive features of the widget. Only needed if the files are not next to the package's other files. Call it in the module
 * that imports `define.js`, before its first `await`.
 *
 * @example
 * await init("/assets/batch-task-all.wasm", "/assets/batch-task-all.extras.wasm");
 */
export function init(input?: WasmSource, extras?: WasmSource): Promise<void>;
