import { createApp } from "vue";

import App from "./App.vue";
import LongFailures from "./LongFailures.vue";

const app =
  location.search === "?linked"
    ? createApp(LongFailures, { batchId: "pcb-demo", reason: "925235d3", taskId: "629271331" })
    : createApp(App);
app.mount("#root");
