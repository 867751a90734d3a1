/** The interface of each host page for the tests, so that one test covers all hosts. */
interface Host {
  /** Shows or removes the widget; resolves when the page has rendered the change. */
  show(isShown: boolean): Promise<void>;
  /** Changes the host's state, from which it renders the widget. */
  set(changes: { batchId?: string; filter?: "" | "failed" | "running"; theme?: "light" | "dark" }): Promise<void>;
  /** The widget's events as the host received them through its framework: `update RUNNING`, `finish COMPLETED`, `error permission`. */
  heard: string[];
}

interface Window {
  host: Host;
}
