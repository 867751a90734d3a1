// `<batch-task-widget>`: attributes, properties and their reflection, and when the widget inside begins and ends.
// Importing this does not define the tag; define.js does.

import { Widget, aborted } from "./widget.js";

/** Properties that are text, by the attribute that holds it. `lang` is every element's own. */
const TEXTS = {
  endpoint: "endpoint",
  batchId: "batch-id",
  method: "method",
  credentials: "credentials",
  bodyPointer: "body-pointer",
  timeZone: "time-zone",
  theme: "theme",
  view: "view",
  filter: "filter",
  q: "q",
  sort: "sort",
  columns: "columns",
  instanceUrl: "instance-url",
};

/** Properties that are true while there is an attribute of their name. */
const FLAGS = ["compact", "redact", "paused"];

/** Properties that no attribute can hold. */
const OBJECTS = ["headers", "fetcher", "messages"];

/** What a number of seconds is taken from; the default is the module's to know, and this is the same. */
const DEFAULT_INTERVAL_S = 5;

// A server that renders the page's HTML imports this too, and has no elements.
const Base = globalThis.HTMLElement ?? class {};

export class BatchTaskWidgetElement extends Base {
  static observedAttributes = [...Object.values(TEXTS), ...FLAGS, "interval", "lang"];

  static {
    for (const [name, attribute] of Object.entries(TEXTS)) {
      Object.defineProperty(this.prototype, name, {
        get() {
          return this.getAttribute(attribute) ?? "";
        },
        set(value) {
          setOrRemove(this, attribute, value);
        },
        enumerable: true,
        configurable: true,
      });
    }
    for (const name of FLAGS) {
      Object.defineProperty(this.prototype, name, {
        get() {
          return this.hasAttribute(name);
        },
        set(value) {
          this.toggleAttribute(name, Boolean(value));
        },
        enumerable: true,
        configurable: true,
      });
    }
    for (const name of OBJECTS) {
      Object.defineProperty(this.prototype, name, {
        get() {
          return this.#objects[name] ?? null;
        },
        set(value) {
          if (value === this.#objects[name]) return;
          this.#objects[name] = value ?? undefined;
          this.#configure();
        },
        enumerable: true,
        configurable: true,
      });
    }
  }

  #objects = {};
  /** @type {Widget | undefined} */
  #widget;
  #root;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#showFallback();
  }

  /** Seconds between the end of one request and the next. */
  get interval() {
    const given = Number(this.getAttribute("interval") || NaN);
    return Number.isFinite(given) ? given : DEFAULT_INTERVAL_S;
  }

  set interval(value) {
    setOrRemove(this, "interval", value);
  }

  /** The last data, built now, with the API's names; null if there is none. */
  get task() {
    return this.#widget?.task ?? null;
  }

  /** Asks now. Resolves when the answer is on the page, rejects if there is none or the widget goes. */
  async refresh() {
    // What was put into the page a moment ago begins at the end of that moment.
    await undefined;
    if (!this.#widget) throw aborted("the widget is not on the page");
    return this.#widget.refresh();
  }

  pause() {
    this.paused = true;
  }

  resume() {
    this.paused = false;
  }

  connectedCallback() {
    this.#takeEarlyProperties();
    // Who creates an element and then sets its attributes is let do so first.
    queueMicrotask(() => this.#begin());
  }

  disconnectedCallback() {
    // Who moves an element takes it out and puts it in again at once, and the widget goes on.
    queueMicrotask(() => this.#end());
  }

  attributeChangedCallback(_name, old, value) {
    if (old !== value) this.#configure();
  }

  #begin() {
    if (!this.isConnected) return;
    // Where it was moved to, another language or zone may be that of the elements around it.
    if (this.#widget) return this.#configure();
    this.#widget = new Widget(this.#root, this, this.#options(), (picked) => this.#reflect(picked));
  }

  #end() {
    if (this.isConnected || !this.#widget) return;
    this.#widget.destroy();
    this.#widget = undefined;
    this.#showFallback();
  }

  #configure() {
    this.#widget?.configure(this.#options());
  }

  /** Attributes as they are written: the module reads them, and says which it does not understand. */
  #options() {
    const options = { ...this.#objects, interval: this.getAttribute("interval"), lang: this.getAttribute("lang") };
    for (const [name, attribute] of Object.entries(TEXTS)) options[name] = this.getAttribute(attribute);
    for (const name of FLAGS) options[name] = this.hasAttribute(name);
    return options;
  }

  /** What the viewer picked becomes attributes, as `<details open>` does it. */
  #reflect(picked) {
    for (const [name, value] of Object.entries(picked)) this[name] = value;
  }

  /** Until the widget is drawn, what stands between the tags is shown. */
  #showFallback() {
    this.#root.replaceChildren(document.createElement("slot"));
  }

  /** Properties that were set before the class was there hide its own. */
  #takeEarlyProperties() {
    for (const name of [...Object.keys(TEXTS), ...FLAGS, ...OBJECTS, "interval"]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }
}

function setOrRemove(element, attribute, value) {
  if (value === null || value === undefined) element.removeAttribute(attribute);
  else element.setAttribute(attribute, Array.isArray(value) ? value.join(",") : String(value));
}
