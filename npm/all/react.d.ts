// `batch-task-widget/all/react`: both components for React 18 and 19. Importing it also defines the tags and adds their types to JSX.
export * from "./index.js";
export { BatchTaskList, type BatchTaskListJsxProps, type BatchTaskListProps } from "../list/react.js";
export { BatchTaskWidget, type BatchTaskWidgetJsxProps, type BatchTaskWidgetProps } from "../react.js";
