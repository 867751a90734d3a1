// The base of the custom elements: attributes, properties, reflection, and the life cycle of the app inside.
// Importing this module defines no tag; define.js does.

import { abortError } from "./app.js";

/** While this attribute is present, the app does not start: properties and listeners are still to come. */
const DEFERRED = "defer-hydration";

/** The app in an element that is connected. @type {WeakMap<HTMLElement, import("./app.js").App>} */
const apps = /* @__PURE__ */ new WeakMap();

export const appIn = (element) => apps.get(element);

/**
 * Returns the base class of one element. Inside a function, so that bundlers can drop the class, whose static block has side
 * effects, if only `mount` is used.
 *
 * @param {import("./runtime.js").Runtime} runtime of a program that contains the app
 * @param {typeof import("./app.js").App} App
 * @param {object} members
 * @param {Record<string, string>} members.texts string properties and their attributes; not `lang`, which every HTMLElement has
 * @param {string[]} members.flags boolean properties: true while the attribute of the same name is present, unless its value is
 *   `false`
 * @param {string[]} members.objects properties without an attribute
 * @param {number} members.interval the default of `interval`, in seconds, which must equal the module's
 */
// During server-side rendering there is no HTMLElement.
export const elementOf = (runtime, App, { texts, flags, objects, interval }) => class extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = [
    ...new Set(Object.entries(texts).flatMap(([name, attribute]) => [attribute, alias(name)])),
    ...flags,
    "interval",
    "lang",
    DEFERRED,
  ];

  static {
    for (const [name, attribute] of Object.entries(texts)) {
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
    for (const name of flags) {
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
    for (const name of objects) {
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
  #root;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#showFallback();
  }

  /** Seconds from the end of one request to the start of the next. */
  get interval() {
    const given = Number(this.getAttribute("interval") || NaN);
    return Number.isFinite(given) ? given : interval;
  }

  set interval(value) {
    setOrRemove(this, "interval", value);
  }

  /**
   * Fetches now. Resolves when the new data is on the page. Rejects if the request fails, or with an AbortError if the element is
   * removed.
   */
  async refresh() {
    // An element that was just connected creates its app in a microtask.
    await undefined;
    const app = apps.get(this);
    if (!app) throw abortError("the element is not connected; append it to the document first");
    return app.refresh();
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
    // Deferred, because moving an element disconnects and reconnects it at once: the app then keeps running.
    queueMicrotask(() => this.#stop());
  }

  attributeChangedCallback(name, old, value) {
    if (old === value) return;
    if (name === DEFERRED) return queueMicrotask(() => this.#start());
    // An attribute and its alias: the one that was set last applies.
    const entry = Object.entries(texts).find(([property, attribute]) => attribute !== name && alias(property) === name);
    if (entry && value !== null) this.removeAttribute(entry[1]);
    this.#configure();
  }

  #start() {
    if (!this.isConnected) return;
    // After a move, the ancestors may have another language or time zone.
    if (apps.has(this)) return this.#configure();
    if (this.hasAttribute(DEFERRED)) return;
    apps.set(this, new App(runtime, this.#root, this, this.#options(), (changes) => this.#reflect(changes)));
  }

  #stop() {
    if (this.isConnected || !apps.has(this)) return;
    apps.get(this).destroy();
    apps.delete(this);
    this.#showFallback();
  }

  #configure() {
    apps.get(this)?.configure(this.#options());
  }

  /** The options as the module takes them. Attributes are passed unparsed; the module reports invalid ones. */
  #options() {
    const options = { ...this.#objects, interval: this.getAttribute("interval"), lang: this.getAttribute("lang") };
    for (const [name, attribute] of Object.entries(texts)) options[name] = this.#text(name, attribute);
    for (const name of flags) options[name] = this[name];
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

  /** Shows the element's children until the app is rendered. */
  #showFallback() {
    // Test environments remove the global `document` before the elements.
    this.#root.replaceChildren(this.ownerDocument.createElement("slot"));
  }

  /** Applies properties that were set before the element was upgraded: such own properties hide the accessors of the class. */
  #upgradeProperties() {
    for (const name of [...Object.keys(texts), ...flags, ...objects, "interval", App.data]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }
};

/** The property's name in lower case, which React 18, Solid and others write as the attribute's name: `batchid`. */
function alias(name) {
  return name.toLowerCase();
}

function setOrRemove(element, attribute, value) {
  if (value === null || value === undefined) element.removeAttribute(attribute);
  else element.setAttribute(attribute, Array.isArray(value) ? value.join(",") : String(value));
}
