// `import "batch-task-widget/vue"` defines the tag and adds its types to the templates of Vue 3.
import type { DefineComponent } from "vue";
import type { BatchTaskEventMap, BatchTaskOptions } from "./index.js";

export * from "./index.js";

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

type Listeners = {
  [K in keyof BatchTaskEventMap as `on${Capitalize<Camel<K>>}`]?: (event: BatchTaskEventMap[K]) => void;
};

declare module "vue" {
  interface GlobalComponents {
    "batch-task-widget": DefineComponent<BatchTaskOptions & { task?: string | null } & Listeners>;
  }
}
