// `import "batch-task-widget/all/solid"` defines both tags and adds their types to the JSX of Solid.
export type { BatchTaskListJsxProps } from "../list/solid.js";
export type { BatchTaskWidgetJsxProps } from "../solid.js";
export * from "./index.js";
