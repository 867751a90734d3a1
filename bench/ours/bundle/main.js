// The example for esbuild in npm/README.md.
import { init } from "batch-task-widget/define.js";
import extras from "batch-task-widget/batch-task-widget.extras.wasm";
import wasm from "batch-task-widget/batch-task-widget.wasm";

await init(new URL(wasm, import.meta.url), new URL(extras, import.meta.url));
