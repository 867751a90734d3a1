// Type errors of the component that the type check must find. Nothing imports this file.
import { BatchTaskWidget } from "batch-task-widget/react";

export const wrong = [
  // @ts-expect-error not a theme
  <BatchTaskWidget key="1" theme="blue" />,
  // @ts-expect-error seconds are a number
  <BatchTaskWidget key="2" interval="5" />,
  // @ts-expect-error not a property
  <BatchTaskWidget key="3" batchID="pcb-demo" />,
  // @ts-expect-error not a member of the detail
  <BatchTaskWidget key="4" onBatchTaskFinish={(event) => event.detail.changed} />,
  // @ts-expect-error not a set of rows
  <BatchTaskWidget key="6" actions={[{ id: "retry", label: "Retry", for: "running" }]} />,
  // @ts-expect-error the headers have string values
  <BatchTaskWidget key="5" headers={() => ({ count: 1 })} />,
];

// Host components pass their own optional props on.
export const right = (theme: "dark" | undefined, onError: (() => void) | undefined) => (
  <BatchTaskWidget key="1" id="a" lang="ja" aria-label="Batch" data-x="1" sort="-TaskBegin" theme={theme} onBatchTaskError={onError} />
);
