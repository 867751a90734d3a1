import { provideZonelessChangeDetection } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { init } from "batch-task-widget/define.js";

import { App } from "./app";

init("batch-task-widget.wasm", "batch-task-widget.extras.wasm");

bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] }).catch((error: unknown) => console.error(error));
