// The widget: one batch task.

import { App, reasonOf } from "./app.js";
import * as early from "./early.js";

export class Widget extends App {
  static attach = "attach";
  static early = early;
  static data = "task";
  static dataEvents = ["update", "finish"];
  static noun = "widget";
  static failure = "The batch task cannot be shown.";

  handleEvent(name, detail) {
    return name === "action" ? this.#handleAction(detail) : super.handleEvent(name, detail);
  }

  /**
   * Dispatches an action. Resolves to a text for its button once all promises that listeners have passed to `waitUntil` are
   * fulfilled, or to `undefined` if there are none; rejects with a text.
   */
  async #handleAction(detail) {
    await undefined;
    if (this.isDestroyed) return undefined;
    const promises = [];
    let isDispatching = true;
    detail.waitUntil = (promise) => {
      if (!isDispatching) throw new DOMException("call waitUntil in the event listener, before an await", "InvalidStateError");
      promises.push(promise);
    };
    this.dispatch("action", detail);
    isDispatching = false;
    if (promises.length === 0) return undefined;
    try {
      const results = await Promise.all(promises);
      return results.filter((result) => typeof result === "string").join(" ");
    } catch (error) {
      throw reasonOf(error ?? "");
    }
  }
}
