// Loads and compiles the WebAssembly, and creates module instances. All widgets on a page share one instance. After an
// exception or trap inside it, that instance is never called again, and the next widget gets a new one.
// This module must not know elements or options.
// static/boot.js has its own copy of the guard; docs/decisions.md says why.

import createGlue from "./glue.js";
import { loadLanguage } from "./languages.js";

/** Without a time-out, a request that hangs would block every later attempt. */
const EXTRAS_TIMEOUT_MS = 30_000;

/** The arguments of `init`. Without them, the files next to this one are loaded, by URLs that bundlers recognize. */
let source;
let extrasSource;
/** @type {Promise<WebAssembly.Module> | undefined} */
let compiled;
/** The second file, lazy-loaded on the first interaction with a widget. @type {Promise<WebAssembly.Module> | undefined} */
let compiledExtras;
/** The shared instance, or the attempt to create it. @type {Promise<Instance> | undefined} */
let current;

/**
 * Sets where the two WebAssembly files are, and loads the first. Only needed if they are not next to this module.
 *
 * @param {string | URL | Request | Response | Promise<Response> | BufferSource | WebAssembly.Module} [input]
 * @param {typeof input} [extras] the second file, loaded on the first interaction with a widget
 * @returns {Promise<void>} resolves once the first file is compiled; rejects if it cannot be loaded or compiled
 */
export async function init(input, extras) {
  if (extras !== undefined && extras !== extrasSource) {
    extrasSource = extras;
    compiledExtras = undefined;
    // A rejection is reported when the file is first needed, not as an unhandled rejection now.
    Promise.resolve(extras).catch(() => {});
  }
  if (input !== undefined && input !== source) {
    source = input;
    compiled = undefined;
    current = undefined;
  }
  await instance();
}

/**
 * The shared instance. Creates it if there is none or the last one has crashed.
 *
 * @returns {Promise<Instance>}
 */
export async function instance() {
  while (true) {
    const from = source;
    const attempt = (current ??= create());
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
    if (source !== from) continue;
    if (failure) throw failure;
    if (result.isWorking) return result;
  }
}

async function create() {
  const attempt = (compiled ??= compile(source ?? new URL("./batch-task-widget.wasm", import.meta.url)));
  try {
    return await Instance.create(await attempt);
  } catch (error) {
    if (compiled === attempt) compiled = undefined;
    throw error;
  }
}

function compileExtras() {
  const file = extrasSource ?? new URL("./batch-task-widget.extras.wasm", import.meta.url);
  return (compiledExtras ??= compile(file, AbortSignal.timeout?.(EXTRAS_TIMEOUT_MS)));
}

async function compile(input, signal) {
  if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly");
  if (input instanceof WebAssembly.Module) return input;
  const isAddress = typeof input === "string" || input instanceof URL || input instanceof Request;
  const given = await (isAddress ? fetch(input, { signal }) : input);
  if (!(given instanceof Response)) return WebAssembly.compile(given);
  if (!given.ok) throw new Error(`${given.url} returned HTTP ${given.status}`);
  const type = given.headers.get("content-type");
  // compileStreaming accepts exactly this type, without parameters such as a charset.
  if (type?.toLowerCase() === "application/wasm" && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(given);
  const module = await WebAssembly.compile(await given.arrayBuffer());
  console.warn(`batch-task-widget: ${given.url} has the content type ${type}; serve it as application/wasm to start faster`);
  return module;
}

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
    // The glue uses this object instead of the global `WebAssembly`, so that it receives guarded exports.
    const glue = createGlue({
      Instance: WebAssembly.Instance,
      instantiate: async (module, imports) => {
        const { exports } = await WebAssembly.instantiate(module, imports);
        return { module, instance: { exports: instance.#guardExports(exports) } };
      },
    });
    await glue({ module_or_path: module });
    glue.setLanguageLoader(loadLanguage);
    glue.setExtrasLoader(() => (instance.#extras ??= instance.#addExtras(glue)));
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
  async #addExtras(glue) {
    try {
      await glue.addExtras(await compileExtras());
    } catch (error) {
      this.#extras = undefined;
      // Do not cache a file that failed to load or belongs to another build: the next call fetches it again.
      compiledExtras = undefined;
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
