// The list of batch tasks.

import { App } from "./app.js";

export class List extends App {
  static attach = "attachList";
  static data = "page";
  static dataEvents = ["list-update"];
  static noun = "list";
  static failure = "The list of batch tasks cannot be shown.";

  /** Returns whether a listener has opened the batch: the module then prevents that the browser follows the link. */
  handleEvent(name, detail) {
    // Not deferred, because the browser follows a link at the end of the click.
    if (name === "open") return !this.isDestroyed && !this.dispatch(name, detail, true);
    return super.handleEvent(name, detail);
  }
}
