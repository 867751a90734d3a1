// The page that is rendered on the server first.
import { useEffect, useState } from "react";

import { BatchTaskPanel } from "./BatchTaskPanel";

const heard: string[] = [];

export function Hydrated() {
  const [batchId, setBatchId] = useState("pcb-demo");
  useEffect(() => {
    window.host = { heard, show: async () => {}, set: async ({ batchId }) => setBatchId(batchId ?? "") };
  }, []);
  return (
    <BatchTaskPanel
      batchId={batchId}
      token="t0ken"
      retry={async (instanceIds) => `done ${heard.push(`action ${instanceIds}`)}`}
      onFinish={(task) => heard.push(`finish ${task.Status}`)}
      onError={(error) => heard.push(`error ${error.class}`)}
    />
  );
}
