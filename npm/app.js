// One app, such as a widget, in one shadow root; the custom elements and `mount` both use it.
// Owns the life cycle: load, render, fail, destroy.

import { nearest, onLanguageChange } from "./languages.js";

/** Styles of the message that is shown if the app cannot start or has crashed. */
const MESSAGE_STYLES = `
:host { display: block; }
p {
  all: initial;
  color-scheme: inherit;
  display: block;
  padding: 16px 20px;
  border: 1px solid var(--batch-task-border, currentColor);
  border-radius: var(--batch-task-radius, 8px);
  background: var(--batch-task-surface, Canvas);
  color: var(--batch-task-text, CanvasText);
  font: 14px / 1.43 var(--batch-task-font, system-ui, sans-serif);
  overflow-wrap: anywhere;
}
button {
  margin-inline-start: 12px;
  padding: 4px 12px;
  border: 1px solid currentColor;
  border-radius: var(--batch-task-radius, 8px);
  background: none;
  color: inherit;
  font: inherit;
  cursor: pointer;
}
`;

/**
 * Creates the element that the module renders into, and a function that releases it. Yew 0.23 adds listeners to the root of
 * each app and never removes them or frees their closures, which keeps the root alive. This root records them; `release`
 * removes and frees them.
 */
function createRenderRoot() {
  const element = document.createElement("div");
  const listeners = [];
  let isReleased = false;
  const remove = ([type, listener, options]) => {
    element.removeEventListener(type, listener, options);
    // This is how wasm-bindgen frees a closure.
    listener._wbg_cb_unref?.();
  };
  element.addEventListener = (...listener) => {
    EventTarget.prototype.addEventListener.apply(element, listener);
    if (isReleased) queueMicrotask(() => remove(listener));
    else listeners.push(listener);
  };
  const release = () => {
    isReleased = true;
    listeners.splice(0).forEach(remove);
  };
  return { element, release };
}

/** An app that crashes is started again, but not twice in this time in ms. */
const RESTART_INTERVAL_MS = 60_000;

/** Options that the viewer changes, by the names by which the module reports them. */
const REFLECTED = { paused: "paused", task: "taskId", "time-zone": "timeZone" };

// Not `instanceof`: the error may be of another window.
export const reasonOf = (error) => (typeof error?.message === "string" ? error.message : String(error));

/** The web platform's error for a canceled operation. */
export function abortError(message) {
  return new DOMException(message, "AbortError");
}

/**
 * The base of the apps. A subclass has the static members `attach` (the function of the module that renders it), `early` (how its
 * first request is sent while the module is loading, if it is), `data` (the
 * property with its latest data, of the module's handle and of the details of the events `dataEvents`), `noun` and `failure`
 * (for messages).
 */
export class App {
  #runtime;
  #root;
  #target;
  #options = {};
  #reflect;
  /** The module's handle; undefined until the app is rendered and after a failure. */
  #handle;
  #instance;
  #unsubscribe;
  #stopObserving;
  #releaseRoot;
  /** When the app has crashed last, by `performance.now()`. */
  #crashedMs = -Infinity;
  /** The first request, sent while the module is loading. */
  #early;
  #isDestroyed = false;
  /** Whether a microtask that applies the options is queued. */
  #isConfigureQueued = false;
  /** Resolves when the app is rendered; rejects if it could not start. */
  #starting;

  /**
   * @param {import("./runtime.js").Runtime} runtime of a program that contains the app
   * @param {ShadowRoot} root where the app is rendered
   * @param {EventTarget} target where events are dispatched
   * @param {object} options the complete options
   * @param {(changes: object) => void} reflect called with the options that the viewer changed
   */
  constructor(runtime, root, target, options, reflect) {
    this.#runtime = runtime;
    this.#root = root;
    this.#target = target;
    this.#options = options;
    this.#reflect = reflect;
    this.#stopObserving = onLanguageChange(() => this.configure(this.#options));
    this.#start();
  }

  /** Resolves when the app, or the message that it could not start, is rendered. Never rejects. */
  get started() {
    return this.#starting.then(
      () => {},
      () => {},
    );
  }

  get isDestroyed() {
    return this.#isDestroyed;
  }

  get options() {
    return this.#options;
  }

  /** Replaces all options. They are applied in a microtask, so that several changes cost one render. */
  configure(options) {
    this.#options = options;
    if (this.#early && !this.constructor.early.isFor(this.#early, options)) this.#releaseEarly();
    if (this.#isConfigureQueued) return;
    this.#isConfigureQueued = true;
    queueMicrotask(() => {
      this.#isConfigureQueued = false;
      if (this.#isUsable()) this.#handle.configure(this.#resolvedOptions());
    });
  }

  /** The options, with `lang` and `timeZone` taken from the nearest ancestor where they are absent. */
  #resolvedOptions() {
    const { lang, timeZone } = this.#options;
    return {
      ...this.#options,
      lang: lang || nearest(this.#target, "lang"),
      timeZone: timeZone || nearest(this.#target, "time-zone"),
    };
  }

  async refresh() {
    await this.#starting;
    const { noun } = this.constructor;
    if (this.#isDestroyed) throw abortError(`the ${noun} was removed from the page`);
    if (!this.#isUsable()) throw new Error(`the ${noun} has crashed; its Reload button starts it again`);
    return this.#handle.refresh();
  }

  pause() {
    this.#whenStarted((handle) => handle.pause());
  }

  resume() {
    this.#whenStarted((handle) => handle.resume());
  }

  /** The latest data, built on each read; null if there is none. */
  get data() {
    return this.#isUsable() ? this.#handle[this.constructor.data] : null;
  }

  /** Removes the app, aborts its requests and rejects its promises. A second call does nothing. */
  destroy() {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#stopObserving();
    this.#releaseEarly();
    this.#detach();
    this.#root.replaceChildren();
    this.#root.adoptedStyleSheets = [];
  }

  /** Whether the module may be called for this app. */
  #isUsable() {
    return this.#handle !== undefined && this.#instance.isWorking;
  }

  #whenStarted(act) {
    this.#starting.then(
      () => this.#isUsable() && act(this.#handle),
      () => {},
    );
  }

  #start() {
    this.#starting = this.#attach();
    // The message and the error event report a failure too, so it must not be an unhandled rejection.
    this.#starting.catch(() => {});
  }

  async #attach() {
    const { attach, early, noun } = this.constructor;
    let module;
    if (early && !this.#runtime.isRunning) this.#sendEarly();
    try {
      module = await this.#runtime.instance();
      await early?.settled();
      if (this.#isDestroyed) throw abortError(`the ${noun} was removed from the page`);
      early?.connect(module.glue);
      const { element, release } = createRenderRoot();
      this.#root.replaceChildren(element);
      this.#instance = module;
      this.#releaseRoot = release;
      const subscriptions = [
        module.onCrash((error) => this.#recover(error)),
        module.onExtrasFailed((error) => this.#reportError("start", `A part of the ${noun} could not be loaded.`, error)),
      ];
      this.#unsubscribe = () => subscriptions.forEach((unsubscribe) => unsubscribe());
      const emit = (name, detail) => this.handleEvent(name, detail);
      this.#handle = module.glue[attach](this.#root, element, this.#resolvedOptions(), emit);
    } catch (error) {
      // A crash during the first render is reported by onCrash.
      const hasCrashed = module !== undefined && !module.isWorking;
      if (!this.#isDestroyed && !hasCrashed) this.#fail("start", `The ${noun} could not be loaded.`, error);
      throw error;
    }
  }

  async #sendEarly() {
    const { early } = this.constructor;
    await early.scriptsHaveRun();
    const isNeeded = !this.#isDestroyed && !this.#handle && !this.#early;
    if (isNeeded && !this.#runtime.isRunning) this.#early = early.send(this.#options);
  }

  /** A request that the module has taken is not affected. */
  #releaseEarly() {
    if (this.#early) this.constructor.early.release(this.#early);
    this.#early = undefined;
  }

  #detach() {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    const handle = this.#handle;
    const isUsable = this.#isUsable();
    this.#handle = undefined;
    if (isUsable) {
      handle.destroy();
      handle.free();
    }
    this.#releaseRoot?.();
    this.#releaseRoot = undefined;
  }

  /** Called by the module. Deferred, because the page's listeners must not call back into the module while it is running. */
  handleEvent(name, detail) {
    queueMicrotask(() => {
      if (this.#isDestroyed) return;
      if (name in REFLECTED) return this.#reflect({ [REFLECTED[name]]: detail });
      if (this.constructor.dataEvents.includes(name)) this.#addData(detail);
      if (name === "view-change") this.#reflect(detail);
      this.dispatch(name, detail);
    });
  }

  /** Adds the latest data, which is built on the first read. */
  #addData(detail) {
    let data;
    const get = () => (data ??= this.data);
    Object.defineProperty(detail, this.constructor.data, { get, enumerable: true });
  }

  /** Returns false if a listener has prevented the default of a cancelable event. */
  dispatch(name, detail, cancelable = false) {
    const init = { detail, bubbles: true, composed: true, cancelable };
    return this.#target.dispatchEvent(new CustomEvent(`batch-task-${name}`, init));
  }

  /**
   * Starts the app again after a crash. The old drawing stays until then. If it has crashed shortly before, it would crash again:
   * the viewer decides.
   */
  #recover(error) {
    if (this.#isDestroyed) return;
    const { noun } = this.constructor;
    const isRepeated = performance.now() - this.#crashedMs < RESTART_INTERVAL_MS;
    this.#crashedMs = performance.now();
    if (isRepeated) {
      this.#fail("crash", `The ${noun} has crashed.`, error);
      return;
    }
    this.#releaseEarly();
    this.#detach();
    this.#reportError("crash", `The ${noun} has crashed, and is started again.`, error, 0);
    this.#start();
    // Without data, a paused app would be empty.
    if (this.#options.paused) this.#whenStarted((handle) => handle.refresh().catch(() => {}));
  }

  /** Replaces the app by a message with a Reload button, and reports the error to the page. */
  #fail(errorClass, sentence, error) {
    this.#releaseEarly();
    this.#detach();
    // A viewer can report why the files could not be loaded. The reason of a crash helps developers only.
    const reason = errorClass === "start" ? ` ${reasonOf(error)}` : "";
    this.#root.replaceChildren(this.#message(sentence + reason));
    try {
      const sheet = new (this.#root.ownerDocument.defaultView.CSSStyleSheet)();
      sheet.replaceSync(MESSAGE_STYLES);
      this.#root.adoptedStyleSheets = [sheet];
    } catch {
      // A browser without constructable stylesheets shows the message without styles.
    }
    this.#reportError(errorClass, sentence, error);
  }

  #reportError(errorClass, sentence, error, retryInMs = null) {
    console.error("batch-task-widget:", error);
    const message = `${sentence} ${reasonOf(error)}`;
    this.dispatch("error", { class: errorClass, code: "", message, status: null, requestId: "", retryInMs });
  }

  #message(text) {
    const { ownerDocument } = this.#root;
    const message = ownerDocument.createElement("p");
    message.setAttribute("role", "alert");
    message.setAttribute("part", "notice");
    message.textContent = `${this.constructor.failure} ${text}`;
    const reload = ownerDocument.createElement("button");
    reload.type = "button";
    reload.textContent = "Reload";
    reload.addEventListener("click", () => this.#start());
    message.append(reload);
    return message;
  }
}
