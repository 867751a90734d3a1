/** What each host page gives to the tests, so that one test drives them all. */
interface Host {
  /** Shows the widget, or takes it away; settles when the page has done so. */
  show(isShown: boolean): Promise<void>;
  /** Changes what the page's own state says of the widget. */
  set(changes: { batchId?: string; filter?: "" | "failed" | "running"; theme?: "light" | "dark" }): Promise<void>;
  /** What the page heard of the widget, through its framework: `update RUNNING`, `finish COMPLETED`, `error permission`. */
  heard: string[];
}

interface Window {
  host: Host;
}
