// Creates instances of the WebAssembly module. All widgets on a page share one instance. After an exception or trap inside it,
// that instance is never called again, and the next widget gets a new one.
// This module must not know elements or options.
// static/boot.js has its own copy of the guard; docs/decisions.md says why.

import { findEarly } from "./early.js";
import { WasmFile } from "./file.js";
import createGlue from "./glue.js";
import { loadLanguage } from "./languages.js";

/** Without a time-out, a request that hangs would block every later attempt. */
const EXTRAS_TIMEOUT_MS = 30_000;

// Without arguments of `init`, the files are next to this one, at URLs that bundlers recognize.
const mainFile = /* @__PURE__ */ new WasmFile(() => new URL("./batch-task-widget.wasm", import.meta.url));
/** The second file, loaded when the page is idle, or on the first interaction with a widget. */
const extrasFile = /* @__PURE__ */ new WasmFile(
  () => new URL("./batch-task-widget.extras.wasm", import.meta.url),
  EXTRAS_TIMEOUT_MS,
);
/** The shared instance, or the attempt to create it. @type {Promise<Instance> | undefined} */
let current;
/** The last instance that was created. @type {Instance | undefined} */
let last;

/**
 * Sets where the two WebAssembly files are, and loads the first. Only needed if they are not next to this module.
 *
 * @param {string | URL | Request | Response | Promise<Response> | BufferSource | WebAssembly.Module} [input]
 * @param {typeof input} [extras] the second file, loaded when the page is idle
 * @returns {Promise<void>} resolves once the first file is compiled; rejects if it cannot be loaded or compiled. Widgets report
 *   the failure as well, so it is not an unhandled rejection if a page ignores it.
 */
export function init(input, extras) {
  extrasFile.source = extras;
  const before = mainFile.source;
  mainFile.source = input;
  if (mainFile.source !== before) current = undefined;
  const ready = instance().then(() => {});
  ready.catch(() => {});
  return ready;
}

/**
 * The shared instance. Creates it if there is none or the last one has crashed.
 *
 * @returns {Promise<Instance>}
 */
export async function instance() {
  while (true) {
    const { source } = mainFile;
    const attempt = (current ??= mainFile.module().then(Instance.create));
    let result;
    let failure;
    try {
      result = await attempt;
    } catch (error) {
      failure = error;
    }
    // Do not cache a failure or a crashed instance.
    if (!result?.isWorking && current === attempt) current = undefined;
    // `init` may have been called in the meantime.
    if (mainFile.source !== source) continue;
    if (failure) throw failure;
    if (result.isWorking) return (last = result);
  }
}

/** Whether the next widget gets an instance without waiting for a file. */
export const isRunning = () => last?.isWorking === true;

/** One instance of the module. */
class Instance {
  /** False after a crash; the instance must not be called then. */
  isWorking = true;
  #onCrash = new Set();
  #onExtrasFailed = new Set();
  /** @type {Promise<void> | undefined} */
  #extras;

  /**
   * Asynchronous, because Chromium 109 refuses to instantiate more than 4 KB synchronously on the main thread.
   *
   * @param {WebAssembly.Module} module
   * @returns {Promise<Instance>}
   */
  static async create(module) {
    const instance = new Instance();
    let unguarded;
    // The glue uses this object instead of the global `WebAssembly`, so that it receives guarded exports.
    const glue = createGlue({
      Instance: WebAssembly.Instance,
      instantiate: async (module, imports) => {
        const { exports } = await WebAssembly.instantiate(module, imports);
        unguarded ??= exports;
        return { module, instance: { exports: instance.#guardExports(exports) } };
      },
    });
    await glue({ module_or_path: module });
    glue.setLanguageLoader(loadLanguage);
    glue.setEarlyRequests(findEarly);
    // Each call between the two files is inside a guarded call already.
    glue.setExtrasLoader(() => (instance.#extras ??= instance.#addExtras(glue, unguarded)));
    instance.attach = glue.attach;
    return instance;
  }

  /** Calls `listener` when the instance crashes. Returns a function that unsubscribes. */
  onCrash(listener) {
    this.#onCrash.add(listener);
    return () => this.#onCrash.delete(listener);
  }

  /** Calls `listener` each time loading the second file fails. Returns a function that unsubscribes. */
  onExtrasFailed(listener) {
    this.#onExtrasFailed.add(listener);
    return () => this.#onExtrasFailed.delete(listener);
  }

  /** Loads the second file and links it to the first, once. */
  async #addExtras(glue, exports) {
    try {
      await glue.addExtras(await extrasFile.module(), exports);
    } catch (error) {
      // Do not cache a failure: the next call tries again.
      this.#extras = undefined;
      for (const listener of this.#onExtrasFailed) listener(error);
      throw error;
    }
  }

  /**
   * Wraps all exported functions: every call, timer, event and promise enters the module through one. An exception (a trap, or
   * an exception of the page that passes through) leaves the module's state inconsistent, so later calls do nothing.
   */
  #guardExports(exports) {
    const guarded = {};
    for (const [name, value] of Object.entries(exports)) {
      guarded[name] = typeof value === "function" ? this.#guard(value) : value;
    }
    return guarded;
  }

  #guard(call) {
    return (...args) => {
      if (!this.isWorking) return undefined;
      try {
        return call(...args);
      } catch (error) {
        this.#crash(error);
        throw error;
      }
    };
  }

  #crash(error) {
    if (!this.isWorking) return;
    this.isWorking = false;
    for (const listener of this.#onCrash) queueMicrotask(() => listener(error));
    this.#onCrash.clear();
  }
}
