import { createApp, defineAsyncComponent } from "vue";

import App from "./App.vue";
import LongFailures from "./LongFailures.vue";

/** The list, whose program only the page that shows it loads. */
const BatchList = defineAsyncComponent(() => import("./BatchList.vue"));

function createShown() {
  if (location.search === "?linked") {
    return createApp(LongFailures, { batchId: "pcb-demo", reason: "925235d3", taskId: "629271331" });
  }
  if (location.search !== "?list") return createApp(App);
  const heard: string[] = [];
  window.host = { heard, show: async () => {}, set: async () => {} };
  return createApp(BatchList, { onOpen: (batchId: string) => heard.push(`open ${batchId}`) });
}

createShown().mount("#root");
