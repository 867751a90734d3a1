// The custom element `<batch-task-widget>`: attributes, properties, reflection, and the life cycle of the widget inside.
// Importing this module does not define the tag; define.js does.

import { Widget, abortError } from "./widget.js";

/** String properties and their attributes. `lang` is not listed because every HTMLElement already has it. */
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
  longerThan: "longer-than",
  reason: "reason",
  taskId: "task",
  q: "q",
  sort: "sort",
  columns: "columns",
  instanceUrl: "instance-url",
};

/** Boolean properties: true while the attribute of the same name is present, unless its value is `false`. */
const FLAGS = ["compact", "redact", "paused"];

/** Properties without an attribute. */
const OBJECTS = ["headers", "fetcher", "messages", "actions"];

/** The default of `interval`, in seconds. Must equal the default in the WebAssembly module. */
const DEFAULT_INTERVAL_S = 5;

/** While this attribute is present, the widget does not start: properties and listeners are still to come. */
const DEFERRED = "defer-hydration";

// Inside a function, so that bundlers can drop the class, whose static block has side effects, if only `mount` is used.
// During server-side rendering there is no HTMLElement.
export const BatchTaskWidgetElement = /* @__PURE__ */ (() => class BatchTaskWidgetElement extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = [
    ...new Set(Object.entries(TEXTS).flatMap(([name, attribute]) => [attribute, alias(name)])),
    ...FLAGS,
    "interval",
    "lang",
    DEFERRED,
  ];

  static {
    for (const [name, attribute] of Object.entries(TEXTS)) {
      Object.defineProperty(this.prototype, name, {
        get() {
          return this.#text(name, attribute) ?? "";
        },
        set(value) {
          if (alias(name) !== attribute) this.removeAttribute(alias(name));
          setOrRemove(this, attribute, value);
        },
        enumerable: true,
        configurable: true,
      });
    }
    for (const name of FLAGS) {
      Object.defineProperty(this.prototype, name, {
        get() {
          // React 18 writes `compact={false}` as `compact="false"`.
          return (this.getAttribute(name) ?? "false") !== "false";
        },
        set(value) {
          if (!value) this.removeAttribute(name);
          else if (!this[name]) this.setAttribute(name, "");
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

  /** Seconds from the end of one request to the start of the next. */
  get interval() {
    const given = Number(this.getAttribute("interval") || NaN);
    return Number.isFinite(given) ? given : DEFAULT_INTERVAL_S;
  }

  set interval(value) {
    setOrRemove(this, "interval", value);
  }

  /** The latest data as an object with the API's field names, built on each read; null if there is none. */
  get task() {
    return this.#widget?.task ?? null;
  }

  /** Vue and React set an attribute whose name is that of a property as the property: a text is the attribute's value. */
  set task(value) {
    if (value === null || typeof value !== "object") this.taskId = value;
  }

  /**
   * Fetches now. Resolves when the new data is on the page. Rejects if the request fails, or with an AbortError if the widget
   * is removed.
   */
  async refresh() {
    // An element that was just connected creates its widget in a microtask.
    await undefined;
    if (!this.#widget) throw abortError("the element is not connected; append it to the document first");
    return this.#widget.refresh();
  }

  pause() {
    this.paused = true;
  }

  resume() {
    this.paused = false;
  }

  connectedCallback() {
    this.#upgradeProperties();
    // Deferred, so that attributes set right after the element is created count.
    queueMicrotask(() => this.#start());
  }

  disconnectedCallback() {
    // Deferred, because moving an element disconnects and reconnects it at once: the widget then keeps running.
    queueMicrotask(() => this.#stop());
  }

  attributeChangedCallback(name, old, value) {
    if (old === value) return;
    if (name === DEFERRED) return queueMicrotask(() => this.#start());
    // An attribute and its alias: the one that was set last applies.
    const entry = Object.entries(TEXTS).find(([property, attribute]) => attribute !== name && alias(property) === name);
    if (entry && value !== null) this.removeAttribute(entry[1]);
    this.#configure();
  }

  #start() {
    if (!this.isConnected) return;
    // After a move, the ancestors may have another language or time zone.
    if (this.#widget) return this.#configure();
    if (this.hasAttribute(DEFERRED)) return;
    this.#widget = new Widget(this.#root, this, this.#options(), (changes) => this.#reflect(changes));
  }

  #stop() {
    if (this.isConnected || !this.#widget) return;
    this.#widget.destroy();
    this.#widget = undefined;
    this.#showFallback();
  }

  #configure() {
    this.#widget?.configure(this.#options());
  }

  /** The options as the module takes them. Attributes are passed unparsed; the module reports invalid ones. */
  #options() {
    const options = { ...this.#objects, interval: this.getAttribute("interval"), lang: this.getAttribute("lang") };
    for (const [name, attribute] of Object.entries(TEXTS)) options[name] = this.#text(name, attribute);
    for (const name of FLAGS) options[name] = this[name];
    return options;
  }

  /** The attribute or its alias; null if both are absent. */
  #text(name, attribute) {
    return this.getAttribute(attribute) ?? this.getAttribute(alias(name));
  }

  /** Reflects the viewer's choices as attributes, as `<details open>` does. */
  #reflect(changes) {
    for (const [name, value] of Object.entries(changes)) this[name] = value;
  }

  /** Shows the element's children until the widget is rendered. */
  #showFallback() {
    // Test environments remove the global `document` before the elements.
    this.#root.replaceChildren(this.ownerDocument.createElement("slot"));
  }

  /** Applies properties that were set before the element was upgraded: such own properties hide the accessors of the class. */
  #upgradeProperties() {
    for (const name of [...Object.keys(TEXTS), ...FLAGS, ...OBJECTS, "interval", "task"]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }
})();

/** The property's name in lower case, which React 18, Solid and others write as the attribute's name: `batchid`. */
function alias(name) {
  return name.toLowerCase();
}

function setOrRemove(element, attribute, value) {
  if (value === null || value === undefined) element.removeAttribute(attribute);
  else element.setAttribute(attribute, Array.isArray(value) ? value.join(",") : String(value));
}
