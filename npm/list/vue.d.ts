// `import "batch-task-widget/list/vue"` defines the tag and adds its types to the templates of Vue 3.
import type { DefineComponent } from "vue";
import type { BatchTaskListEventMap, BatchTaskListOptions } from "./index.js";

export * from "./index.js";

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

type Listeners = {
  [K in keyof BatchTaskListEventMap as `on${Capitalize<Camel<K>>}`]?: (event: BatchTaskListEventMap[K]) => void;
};

declare module "vue" {
  interface GlobalComponents {
    "batch-task-list": DefineComponent<BatchTaskListOptions & Listeners>;
  }
}
