// `import "batch-task-widget/all/preact"` defines both tags and adds their types to the JSX of Preact.
export type { BatchTaskListJsxProps } from "../list/preact.js";
export type { BatchTaskWidgetJsxProps } from "../preact.js";
export * from "./index.js";
