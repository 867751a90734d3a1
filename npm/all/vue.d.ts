// `import "batch-task-widget/all/vue"` defines both tags and adds their types to the templates of Vue 3.
import type {} from "../list/vue.js";
import type {} from "../vue.js";

export * from "./index.js";
